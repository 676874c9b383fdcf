# One static library per folder of src/, and one doctest binary for its tests:
#
#   palier_library(core
#     SOURCES pareto.cpp ...
#     APART pareto.cpp ...        # see below
#     TESTS pareto_test.cpp ...
#     LINKS palier_base ...)      # PUBLIC
#   makes palier_core, and core_test if PALIER_TESTS is on.
#
# With WAITS before SOURCES: a folder whose code waits for others (models, disk, a person) instead of computing. It and
# all tests are compiled with -O1, which takes a quarter less time.
#
# With PALIER_UNITY (preset release) the sources of a folder are compiled as one unit. APART names those of them that stay
# alone, because they give a name in their anonymous namespace that another file of the folder gives too.

function(palier_target_options target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 warns on "literal" + std::string (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(PALIER_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

function(palier_quick_to_compile target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

function(palier_library name)
  cmake_parse_arguments(ARG "WAITS" "" "SOURCES;APART;TESTS;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(palier_${name} STATIC ${ARG_SOURCES})
  if(PALIER_UNITY)
    set_target_properties(palier_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
    set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  palier_target_options(palier_${name})
  if(ARG_WAITS)
    palier_quick_to_compile(palier_${name})
  endif()
  target_link_libraries(palier_${name} PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  if(PALIER_TESTS AND ARG_TESTS)
    palier_test(${name} SOURCES ${ARG_TESTS} LINKS palier_${name})
  endif()
endfunction()

# A doctest binary <name>_test, registered with ctest.
function(palier_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES} $<TARGET_OBJECTS:palier_doctest_main>)
  palier_target_options(${name}_test)
  palier_quick_to_compile(${name}_test)
  target_link_libraries(${name}_test PRIVATE ${ARG_LINKS} doctest::doctest)
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 900)  # a hang is a failure
endfunction()
