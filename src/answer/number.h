// Numbers in answers, as exact decimals: 5, 5.0 and "5" are the same number, and 64-bit identifiers
// are not rounded. A number is read whole or not at all: of a date, a time, a range, a version, a
// power or a group of digits that does not fit, no part is a number. Digits of all scripts, LaTeX
// ("\\frac{1}{2}", "1{,}500") and fractions ("1/2", "1 1/2") are read; words ("twenty-one") are
// not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace palier::answer {

// How to read what is written differently in both languages.
// English: 1,234 is 1234; a billion is 10^9; 03/04/2026 is March 4th.
// French:  1,234 is 1.234; a billion is 10^12; 03/04/2026 is 3 avril.
// In both: 1,234.56 and 1.234,56 and 1 234,56 (any space); 1,234,567 and 1.234.567; 1.234 alone is
// 1.234; 1,5 is 1.5; 1,23,456 is 123456 (lakh). Inside an English text "7 100" could be two: none.
enum class Style { English, French };
[[nodiscard]] Style style_of(std::string_view language);  // "fr..." is French, all else English

struct Number {
    // Canonical: no sign but "-", no leading or trailing zeros, "." as mark ("-1234.5", "0.05");
    // with an exponent only when it would be longer than 40 characters; a fraction whose decimal
    // has no end is reduced: "1/3".
    std::string decimal;
    bool percent = false;    // a % sign, "percent", "per cent" or "pour cent" followed; not divided
    bool per_mille = false;  // its sign followed; not divided

    [[nodiscard]] double value() const;
    bool operator==(const Number&) const = default;
};

struct ScannedNumber {
    Number number;
    std::size_t begin = 0, end = 0;  // in bytes; with sign, multiplier and percent sign
    bool has_fraction = false;
};
// The number that begins at byte `at` (a sign, a digit, or a point before a digit), if any. A sign
// may be followed by a currency sign: "-$5". Multipliers are read: thousand, million, billion,
// trillion, mille, milliard, lakh, crore; k, M, bn, Md and the powers of Chinese, Japanese and
// Korean next to the digits; "x 10^5".
[[nodiscard]] std::optional<ScannedNumber> scan_number(std::string_view text,
                                                       std::size_t at,
                                                       Style style);

// The whole text, trimmed, is one number, perhaps with a percent sign. Digits after a leading zero
// ("007", "01000") and a leading "+" are not read as a number: those are identifiers.
[[nodiscard]] std::optional<Number> read_number(std::string_view text, Style style);
// The last number in the text. Digits inside a word ("B2B", "GPT-4") are not one.
[[nodiscard]] std::optional<Number> number_of(std::string_view text, Style style);
// The number in the text, if nothing else in it is written with digits.
[[nodiscard]] std::optional<Number> only_number_in(std::string_view text, Style style);

// The same decimal, and not per cent against per mille; a unit on one side only is not compared.
[[nodiscard]] bool same_quantity(const Number& a, const Number& b);

}  // namespace palier::answer
