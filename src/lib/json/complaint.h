// Names what a text has where JSON was broken off.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace palier::json {

// What stands around byte `offset` of `text`, where a parser gave up with `message`, if it is one
// of the usual slips (NaN, True, single quotes, half a surrogate pair, a raw control character, a
// comma too many, an end that is missing); else the message.
[[nodiscard]] std::string complaint_about(std::string_view text,
                                          std::size_t offset,
                                          const std::string& message);

}  // namespace palier::json
