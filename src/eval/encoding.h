// The bytes of a data file as UTF-8 text.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace palier::eval {

// A place in a file: line from 1, column in bytes from 1 (of the file as it is on disk).
struct Place {
    std::int64_t line = 1;
    std::int64_t column = 1;
};
[[nodiscard]] Place place_of(std::string_view text, std::size_t offset);

struct DecodedText {
    std::string text;      // UTF-8, no BOM
    std::string encoding;  // "UTF-8", "Latin-1" or "Windows-1252"
    Place first_other;     // where the first byte stands that is not UTF-8, if there is one
    std::size_t skipped_bytes = 0;  // of the BOM
};

// UTF-8 with or without BOM; else Latin-1, or Windows-1252 when bytes 0x80..0x9f occur. `path` is
// for messages. Error 2202 {path, why_bytes} for UTF-16, UTF-32 and NUL bytes (no text file); error
// 2204 {path, line, column, byte} when the file is UTF-8 but for a few broken bytes: taking it for
// Latin-1 would silently bend every accent in it.
Result<DecodedText> decode(std::string bytes, const std::string& path);

}  // namespace palier::eval
