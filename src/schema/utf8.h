// Characters and their bytes, and the escapes of JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace palier::schema {

// `text` is UTF-8; a byte that belongs to no character becomes U+FFFD.
[[nodiscard]] std::u32string characters_of(std::string_view text);
void append_utf8(std::string& text, char32_t character);
[[nodiscard]] std::optional<unsigned> hex_digit(char32_t character);

[[nodiscard]] constexpr bool is_high_surrogate(char32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}
[[nodiscard]] constexpr bool is_low_surrogate(char32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}
[[nodiscard]] constexpr char32_t joined_surrogates(char32_t high, char32_t low) {
    return 0x10000 + ((high & 0x3FFU) << 10U) + (low & 0x3FFU);
}

}  // namespace palier::schema
