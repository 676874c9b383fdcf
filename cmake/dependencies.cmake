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
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(TOMLPP REQUIRED IMPORTED_TARGET tomlplusplus)

if(PALIER_TESTS)
  find_package(doctest REQUIRED)
  add_library(palier_doctest_main OBJECT ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
  target_link_libraries(palier_doctest_main PRIVATE doctest::doctest)
endif()

if(PALIER_LLAMA)
  # GPU back ends of llama.cpp, off unless asked for; any other option of its CMake goes into the
  # environment variable PALIER_LLAMA_OPTIONS.
  option(GGML_CUDA "llama.cpp on NVIDIA GPUs" OFF)
  option(GGML_VULKAN "llama.cpp on GPUs with Vulkan" OFF)
  option(GGML_METAL "llama.cpp on Apple GPUs" ${APPLE})

  set(llama_dir "${PALIER_LLAMA_DIR}")
  if(NOT llama_dir)
    set(llama_options)
    foreach(backend GGML_CUDA GGML_VULKAN GGML_METAL)
      if(${backend})
        list(APPEND llama_options -D${backend}=ON)
      endif()
    endforeach()
    execute_process(
      COMMAND ${CMAKE_COMMAND} -E env CXX=${CMAKE_CXX_COMPILER}
              ${CMAKE_SOURCE_DIR}/scripts/llama ${llama_options}
      OUTPUT_VARIABLE llama_dir
      OUTPUT_STRIP_TRAILING_WHITESPACE
      RESULT_VARIABLE llama_result)
    if(NOT llama_result EQUAL 0)
      message(FATAL_ERROR "scripts/llama could not build llama.cpp; its message is above. "
                          "Without the embedded engine: -DPALIER_LLAMA=OFF.")
    endif()
  endif()
  include(${llama_dir}/palier-llama.cmake)  # defines the imported target llama_cpp
endif()
