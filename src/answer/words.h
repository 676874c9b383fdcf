// The text of answers: code points, words, and the folded form in which answers are compared.
// Everything here accepts any bytes; a byte that is not UTF-8 counts as a word character.
#pragma once

#include "lib/unicode/unicode.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace palier::answer {

using unicode::code_point_at;
using unicode::CodePoint;
using unicode::composed;  // NFC, and what is not seen left out

// White space of Unicode, with the no-break spaces, the zero-width space and the byte order mark.
[[nodiscard]] bool is_space(char32_t c);
// Letters, marks, digits and other numbers of any script; bytes that are not UTF-8.
[[nodiscard]] bool is_word(char32_t c);
// Neither of both: punctuation, symbols, signs, emoji.
[[nodiscard]] bool is_punctuation(char32_t c);

// A sign that changes what a text says: of currency, comparison, arithmetic, per cent and per
// mille, an arrow, an emoji. Signs that only set a text (` | ~ (c) (r) (tm)) and punctuation do
// not.
[[nodiscard]] bool carries_meaning(char32_t c);

// `text` without white space and what is not seen at both ends (Unicode).
[[nodiscard]] std::string_view trimmed(std::string_view text);
// `text` split at white space (Unicode).
[[nodiscard]] std::vector<std::string_view> words_at_spaces(std::string_view text);

// Case, width and accents made equal (unicode.h), punctuation and white space collapsed to single
// spaces. What means something is kept:
// - in its word: a sign before a digit ("-1"), a point or comma between digits ("1.5"), + and #
// that
//   end a word ("c++", "c#"), a minus that ends one of two letters at most ("A-");
// - as a word of its own: signs of currency, comparison, arithmetic, per cent and per mille,
// degrees,
//   arrows, emoji; dashes, / : * between digits.
[[nodiscard]] std::string folded(std::string_view text);

// Equal once folded. Where folding leaves nothing of one of them ("*", "..."), they are compared as
// they are, composed and trimmed.
[[nodiscard]] bool same_folded(std::string_view a, std::string_view b);
// `part`, folded, occurs in `text`, folded, as whole words; where folding leaves nothing of `part`,
// it occurs as it is. An empty part never does.
[[nodiscard]] bool contains_folded(std::string_view text, std::string_view part);
// Where the words occur from byte `from`; npos when nowhere. Words begin and end at spaces, and
// beside a character of a script that is written without them. Both are folded.
[[nodiscard]] std::size_t find_words(std::string_view folded_text,
                                     std::string_view folded_words,
                                     std::size_t from = 0);

}  // namespace palier::answer
