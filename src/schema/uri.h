// References between schemas: RFC 3986, section 5.2, and JSON pointers, RFC 6901.
#pragma once

#include "lib/json/json.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::schema {

// `reference` seen from `base`. Neither is checked.
[[nodiscard]] std::string resolved(std::string_view base, std::string_view reference);
// "%41" -> "A"; what is no escape stays.
[[nodiscard]] std::string percent_decoded(std::string_view text);

// The value that `pointer` ("" or "/...") names in `root`; nullptr: none.
[[nodiscard]] const json::Value* at_pointer(const json::Value& root, std::string_view pointer);

}  // namespace palier::schema
