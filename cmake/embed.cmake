# Puts a text file into a program, so that it needs no file at run time:
#
#   palier_embed(palier_catalog catalogue.json catalogue_text)
#     defines palier::embedded::catalogue_text(), declared by whoever uses it as
#     namespace palier::embedded { std::string_view catalogue_text(); }
#
# Called with -P, this file writes the source (INPUT, OUTPUT, NAME).

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${INPUT}" text HEX)
  string(LENGTH "${text}" digits)
  math(EXPR bytes "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," text "${text}")
  file(WRITE "${OUTPUT}" "#include <string_view>
namespace palier::embedded {
namespace {
constexpr unsigned char k_bytes[] = {${text}0};
}
std::string_view ${NAME}();
std::string_view ${NAME}() {
    return {reinterpret_cast<const char*>(k_bytes), ${bytes}};
}
}  // namespace palier::embedded
")
  return()
endif()

set(palier_embed_script ${CMAKE_CURRENT_LIST_FILE})
function(palier_embed target file name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUTPUT=${source}
            -DNAME=${name} -P ${palier_embed_script}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${palier_embed_script}
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
