// Text as Unicode has it: code points, their kinds, and the forms in which texts are compared.
// utf8proc is behind it. Everything here accepts any bytes: a byte that is not UTF-8 stays as it is
// and counts as a letter. All functions are pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace palier::unicode {

struct CodePoint {
    char32_t value = 0;      // for a byte that is not UTF-8: 0xdc00 + the byte, as no text has it
    std::size_t length = 0;  // in bytes, at least 1
};
// The code point at byte `at` < text.size().
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t at);
// Of a code point, or of what code_point_at made of a byte.
void append(std::string& out, char32_t c);

enum class Kind {
    Letter,       // L*, Nl, unassigned, private use, bytes that are no UTF-8
    Mark,         // M*
    Digit,        // Nd
    OtherNumber,  // No: superscripts, fractions, circled digits
    Punctuation,  // P*
    Symbol,       // Sc, Sm, So: currency, comparison, arrows, emoji
    Modifier,     // Sk
    Space,        // Z*, and the controls that are white space
    Ignorable,    // Default_Ignorable_Code_Point, and other format and control characters: no mark
                  // is seen
};
[[nodiscard]] Kind kind_of(char32_t c);

// 0 to 9 for a decimal digit of any script.
[[nodiscard]] std::optional<int> digit_value(char32_t c);

// Of a script that is written without spaces between words, or whose words take endings without a
// space (Han, kana, Thai, Lao, Khmer, Burmese, Tibetan; Hangul): a word may begin or end on either
// side of it. From the classes ID and SA of Unicode's line breaking (UAX 14).
[[nodiscard]] bool is_unspaced(char32_t c);

// Canonical composition (NFC), and what is not seen left out.
[[nodiscard]] std::string composed(std::string_view text);
// As composed, in lower case letter by letter, as people write it: "ß" stays, every sigma is "σ".
[[nodiscard]] std::string lower(std::string_view text);
// As composed, and the letters that are the same but for their case (full case folding), their
// width (full-width and half-width forms, presentation forms, ligatures) or an old encoding (s and
// t with cedilla for those with comma) made equal. Accents stay.
[[nodiscard]] std::string same_letters(std::string_view text);
// Without the marks on Latin, Greek and Cyrillic letters; "œ" becomes "oe", "ø" becomes "o". Marks
// of other scripts are letters there and stay.
[[nodiscard]] std::string without_accents(std::string_view text);

// "U+00E9 U+0301", for people who see two texts that look alike.
[[nodiscard]] std::string code_points(std::string_view text);

}  // namespace palier::unicode
