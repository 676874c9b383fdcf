// Small text functions without a domain word. All expect UTF-8 and never fail on other bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier {

[[nodiscard]] std::string_view trim(std::string_view text);  // ASCII white space
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
// A whole number and nothing else: digits.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);
// The shortest decimal that reads back as the same double.
[[nodiscard]] std::string shortest(double number);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
// `text` with U+FFFD for each byte that belongs to no UTF-8 sequence.
[[nodiscard]] std::string as_valid_utf8(std::string_view text);
// What may go to a terminal as one line: valid UTF-8, and a space for each control character
// (C0, DEL, C1), so that foreign text cannot command the terminal.
[[nodiscard]] std::string as_one_line(std::string_view text);
// ASCII and Latin letters (U+00C0..U+017F) in lower case; the rest unchanged.
[[nodiscard]] std::string to_lower(std::string_view text);
// "é" -> "e", "œ" -> "oe", for U+00C0..U+017F; the rest unchanged.
[[nodiscard]] std::string without_accents(std::string_view text);
// Number of code points (bytes that do not continue a sequence).
[[nodiscard]] std::size_t length_in_characters(std::string_view text);
// At most `limit` characters; "..." replaces what was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);
// Levenshtein distance in bytes.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
// The one of `known` nearest to `word`, if it is near enough to be a slip of the hand.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& known);
// `text` with each "{name}" replaced by its value; unknown names stay as they are.
[[nodiscard]] std::string filled(std::string_view text,
                                 const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace palier
