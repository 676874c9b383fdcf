# Included by llama.cpp's own CMake after its project() call (scripts/llama says so with CMAKE_PROJECT_llama.cpp_INCLUDE):
# the same code in fewer compilations, for half the time. Its sources stay as they are, and its kernels (ggml), which
# give the answers and the speed, keep every flag. docs/adr/0014-fewer-compilations.md has what it saves.
#
#   llama          what runs for every token keeps -O3; the rest, the graphs of some 150 kinds of model and the reading
#                  of files, runs once a decode or once a load: -O1, in units of many files.
#   llama-common   templates, tools, JSON, grammars: once a request, so -O1, in units of many files. What only
#                  llama.cpp's own programs call (options, downloads, an HTTP library) is left out.

function(palier_fewer_units_of_llama)
  set(sources_dir ${PROJECT_SOURCE_DIR}/src)
  get_target_property(sources llama SOURCES)
  foreach(source ${sources})
    if(source MATCHES "^(llama-(batch|context|grammar|graph|kv-cache|sampler|vocab)|unicode)[.]cpp$")
      set_source_files_properties(${sources_dir}/${source} TARGET_DIRECTORY llama PROPERTIES COMPILE_OPTIONS -O3)
    elseif(source MATCHES "^(llama|unicode)[^/]*[.]cpp$")
      set_source_files_properties(
        ${sources_dir}/${source} TARGET_DIRECTORY llama PROPERTIES SKIP_UNITY_BUILD_INCLUSION OFF)
    endif()
  endforeach()
  # Has functions of the same names as another model's.
  set_source_files_properties(
    ${sources_dir}/models/glm5-next.cpp TARGET_DIRECTORY llama PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(llama PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 40)
  target_compile_options(llama PRIVATE -O1)
endfunction()

function(palier_fewer_units_of_llama_common)
  set(sources_dir ${PROJECT_SOURCE_DIR}/common)
  get_target_property(sources llama-common SOURCES)
  list(FILTER sources EXCLUDE REGEX "^(arg|console|debug|download|hf-cache|imatrix-loader|llguidance|preset|subproc)[.]cpp$")
  set_target_properties(llama-common PROPERTIES SOURCES "${sources}")
  # Each gives the name ordered_json, or a template, another meaning than the other files do.
  foreach(source json.cpp jinja/value.cpp)
    set_source_files_properties(
      ${sources_dir}/${source} TARGET_DIRECTORY llama-common PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  set_target_properties(llama-common PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
  target_compile_options(llama-common PRIVATE -O1)
  get_target_property(libraries llama-common LINK_LIBRARIES)
  list(FILTER libraries EXCLUDE REGEX "cpp-httplib")
  set_target_properties(llama-common PROPERTIES LINK_LIBRARIES "${libraries}")
endfunction()

cmake_language(DEFER CALL palier_fewer_units_of_llama)
cmake_language(DEFER CALL palier_fewer_units_of_llama_common)
