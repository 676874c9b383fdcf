// JSON pointers: RFC 6901.
#pragma once

#include <string>
#include <string_view>

namespace palier::json {

// `pointer` ("" or "/...") one step further.
[[nodiscard]] std::string pointer_to(std::string_view pointer, std::string_view member);

}  // namespace palier::json
