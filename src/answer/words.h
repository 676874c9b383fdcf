// The text of answers: code points, words, and the folded form in which answers are compared.
// Everything here accepts any bytes; a byte that is not UTF-8 counts as a word character.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace palier::answer {

struct CodePoint {
    char32_t value = 0;      // for a byte that is not UTF-8: 0xdc00 + the byte, as no text has it
    std::size_t length = 0;  // in bytes, at least 1
};
// The code point at byte `at` < text.size().
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t at);

// White space of Unicode, with the no-break spaces.
[[nodiscard]] bool is_space(char32_t c);
// Punctuation, symbols of U+00A1..U+00BF, general and CJK punctuation, currency signs, arrows,
// ASCII symbols.
[[nodiscard]] bool is_punctuation(char32_t c);
// Neither of both: letters, digits, marks, emoji, unknown bytes.
[[nodiscard]] bool is_word(char32_t c);

// `text` without white space at both ends (Unicode).
[[nodiscard]] std::string_view trimmed(std::string_view text);
// `text` split at white space (Unicode).
[[nodiscard]] std::vector<std::string_view> words_at_spaces(std::string_view text);

// Lower case, accents removed, punctuation and white space collapsed to single spaces. Kept, since
// labels need them: a sign before a digit ("-1"), a point or comma between digits ("1.5"), + and #
// that end a word ("c++", "c#").
[[nodiscard]] std::string folded(std::string_view text);

// A letter followed by a combining grave, acute, circumflex, tilde, diaeresis, ring or cedilla
// (U+0300...) becomes the one letter of Latin-1 that looks the same, where there is one.
[[nodiscard]] std::string composed(std::string_view text);

// The answer without the reasoning of the model: <think>...</think> and <thinking>...</thinking>
// removed; a closing tag alone removes everything before it (the chat template had opened it); an
// opening tag alone removes everything after it (the model never came to an answer).
[[nodiscard]] std::string without_thinking(std::string_view text);

}  // namespace palier::answer
