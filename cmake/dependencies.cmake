# Third-party libraries, all from Debian packages (scripts/setup names them) but llama.cpp.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(CLI11 REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(TOMLPP REQUIRED IMPORTED_TARGET tomlplusplus)

if(PALIER_TESTS)
  find_package(doctest REQUIRED)
  add_library(palier_doctest_main OBJECT ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
  target_link_libraries(palier_doctest_main PRIVATE doctest::doctest)
endif()

if(PALIER_LLAMA)
  if(NOT PALIER_LLAMA_DIR)
    message(FATAL_ERROR "PALIER_LLAMA_DIR is not set. Run scripts/llama, which prints the folder, or "
                        "configure with -DPALIER_LLAMA=OFF.")
  endif()
  include(${PALIER_LLAMA_DIR}/palier-llama.cmake)  # defines the imported target llama_cpp
endif()
