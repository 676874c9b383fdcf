#include "answer/number.h"

#include "answer/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace palier::answer {
namespace {

constexpr std::size_t k_plain_length = 40;
constexpr int k_largest_exponent = 9999;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) {
        ++end;
    }
    return end - at;
}

// Length in bytes of a mark that may separate groups of three digits at `at`; 0 when there is none.
std::size_t group_mark_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return 0;
    }
    const CodePoint c = code_point_at(text, at);
    switch (c.value) {
        case ' ':
        case ',':
        case '.':
        case '\'':
        case 0x2019:  // typographic apostrophe
        case 0xa0:    // no-break space
        case 0x2009:  // thin space
        case 0x202f:
            return c.length;  // narrow no-break space
        default:
            return 0;
    }
}

// The digits of a number and where its point stands, before any shift.
struct Digits {
    std::string all;
    int after_point = 0;
    std::size_t end = 0;
    bool grouped = false;
};

// Reads "1,234,567" from `at`; not grouped when the text there has another form.
Digits read_groups(std::string_view text, std::size_t at, Style style) {
    const std::size_t first = digits_at(text, at);
    Digits digits{std::string(text.substr(at, first)), 0, at + first, false};
    if (first == 0 || first > 3 || text[at] == '0') {
        return digits;
    }
    const std::size_t mark_length = group_mark_at(text, digits.end);
    if (mark_length == 0) {
        return digits;
    }
    const std::string_view mark = text.substr(digits.end, mark_length);
    Digits grouped = digits;
    int groups = 0;
    while (text.substr(grouped.end, mark_length) == mark &&
           digits_at(text, grouped.end + mark_length) == 3) {
        grouped.all += text.substr(grouped.end + mark_length, 3);
        grouped.end += mark_length + 3;
        ++groups;
    }
    if (groups == 0) {
        return digits;
    }
    const bool other_mark_follows = (mark == "," || mark == ".") && grouped.end + 1 < text.size() &&
                                    (text[grouped.end] == (mark == "," ? '.' : ',')) &&
                                    is_digit(text[grouped.end + 1]);
    const bool is_decimal_mark = mark == "." || (mark == "," && style == Style::French);
    if (groups == 1 && is_decimal_mark && !other_mark_follows) {
        return digits;
    }
    grouped.grouped = true;
    return grouped;
}

// Adds ".56" or ",56" at the end of `digits`, unless it goes on like a list ("1,2,3").
void read_fraction(std::string_view text, std::size_t first, char group_mark, Digits& digits) {
    const std::size_t at = digits.end;
    if (at >= text.size() || (text[at] != '.' && text[at] != ',') || text[at] == group_mark) {
        return;
    }
    const std::size_t length = digits_at(text, at + 1);
    const std::size_t end = at + 1 + length;
    const bool goes_on = end + 1 < text.size() && text[end] == text[at] && is_digit(text[end + 1]);
    const bool went_on = first >= 2 && text[first - 1] == text[at] && is_digit(text[first - 2]);
    if (length == 0 || goes_on || went_on) {
        return;
    }
    digits.all += text.substr(at + 1, length);
    digits.after_point = static_cast<int>(length);
    digits.end = end;
}

// "1e-12": the exponent, which moves `end`.
int read_exponent(std::string_view text, std::size_t& end) {
    if (end >= text.size() || (text[end] != 'e' && text[end] != 'E')) {
        return 0;
    }
    std::size_t at = end + 1;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
        ++at;
    }
    const std::size_t length = digits_at(text, at);
    if (length == 0 || length > 4) {
        return 0;
    }
    int exponent = 0;
    std::from_chars(text.data() + at, text.data() + at + length, exponent);
    end = at + length;
    return negative ? -exponent : exponent;
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const CodePoint c = code_point_at(text, at);
        if (!is_space(c.value) || c.value == '\n') {
            break;
        }
        at += c.length;
    }
    return at;
}

std::size_t word_end(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const CodePoint c = code_point_at(text, at);
        if (!is_word(c.value)) {
            break;
        }
        at += c.length;
    }
    return at;
}

struct Multiplier {
    std::string_view word;  // folded, or as written when it stands next to the digits
    int english, french;    // powers of ten; 0 = unknown in that language
};
constexpr std::array<Multiplier, 17> k_multipliers{{
    {"thousand", 3, 3},
    {"thousands", 3, 3},
    {"mille", 3, 3},
    {"milliers", 3, 3},
    {"million", 6, 6},
    {"millions", 6, 6},
    {"milliard", 9, 9},
    {"milliards", 9, 9},
    {"billion", 9, 12},
    {"billions", 9, 12},
    {"trillion", 12, 18},
    {"trillions", 12, 18},
    {"mln", 6, 6},
    {"mio", 6, 6},
    {"bn", 9, 9},
    {"md", 9, 9},
    {"mds", 9, 9},
}};

// The power of ten that a word after the digits stands for; moves `end` over it.
int read_multiplier(std::string_view text, Style style, std::size_t& end) {
    const std::size_t attached_end = word_end(text, end);
    const std::string_view attached = text.substr(end, attached_end - end);
    if (attached == "k" || attached == "K" || attached == "M") {
        end = attached_end;
        return attached == "M" ? 6 : 3;
    }
    const std::size_t begin = skip_spaces(text, end);
    const std::size_t stop = word_end(text, begin);
    const std::string word = folded(text.substr(begin, stop - begin));
    for (const Multiplier& known : k_multipliers) {
        if (known.word == word) {
            end = stop;
            return style == Style::French ? known.french : known.english;
        }
    }
    return 0;
}

bool read_percent(std::string_view text, std::size_t& end) {
    const std::size_t at = skip_spaces(text, end);
    if (at < text.size() && text[at] == '%') {
        end = at + 1;
        return true;
    }
    const std::size_t first = word_end(text, at);
    const std::string word = folded(text.substr(at, first - at));
    if (word == "percent" || word == "pourcent") {
        end = first;
        return true;
    }
    if (word == "per" || word == "pour") {
        const std::size_t next = skip_spaces(text, first);
        const std::size_t second = word_end(text, next);
        if (folded(text.substr(next, second - next)) == "cent") {
            end = second;
            return true;
        }
    }
    return false;
}

// digits x 10^exponent in the canonical form of Number.
std::string canonical(bool negative, std::string digits, int exponent) {
    digits.erase(0, digits.find_first_not_of('0'));
    while (!digits.empty() && digits.back() == '0') {
        digits.pop_back();
        ++exponent;
    }
    if (digits.empty()) {
        return "0";
    }
    const auto count = static_cast<int>(digits.size());
    const int before_point = count + exponent;  // digits that stand before the point
    const int length =
        exponent >= 0 ? before_point : std::max(before_point, 1 - before_point) - exponent;
    std::string out = negative ? "-" : "";
    if (length > static_cast<int>(k_plain_length)) {
        return out + digits + "e" + std::to_string(exponent);
    }
    if (exponent >= 0) {
        return out + digits + std::string(static_cast<std::size_t>(exponent), '0');
    }
    if (before_point > 0) {
        digits.insert(static_cast<std::size_t>(before_point), ".");
        return out + digits;
    }
    return out + "0." + std::string(static_cast<std::size_t>(-before_point), '0') + digits;
}

struct Start {
    std::size_t digits_at = 0;
    bool negative = false;
};

// Reads the sign and a currency sign after it.
Start read_start(std::string_view text, std::size_t at) {
    Start start{at, false};
    const CodePoint c = code_point_at(text, at);
    if (c.value == '-' || c.value == 0x2212 || c.value == '+') {
        start.negative = c.value != '+';
        start.digits_at += c.length;
        if (start.digits_at < text.size()) {
            const CodePoint sign = code_point_at(text, start.digits_at);
            if (sign.value == '$' || sign.value == 0x20ac || sign.value == 0xa3) {
                start.digits_at += sign.length;
            }
        }
    }
    return start;
}

}  // namespace

Style style_of(std::string_view language) {
    return language.substr(0, 2) == "fr" ? Style::French : Style::English;
}

double Number::value() const {
    double result = 0;
    const auto [end, error] =
        std::from_chars(decimal.data(), decimal.data() + decimal.size(), result);
    if (error == std::errc::result_out_of_range) {
        const bool tiny = decimal.find("e-") != std::string::npos;
        const double sign = decimal.front() == '-' ? -1 : 1;
        return tiny ? 0 : sign * std::numeric_limits<double>::infinity();
    }
    return result;
}

std::optional<ScannedNumber> scan_number(std::string_view text, std::size_t at, Style style) {
    const Start start = read_start(text, at);
    const std::size_t first = start.digits_at;
    Digits digits;
    if (first + 1 < text.size() && text[first] == '.' && is_digit(text[first + 1])) {
        digits.end = first;
    } else if (digits_at(text, first) > 0) {
        digits = read_groups(text, first, style);
    } else {
        return std::nullopt;
    }
    char group_mark = '\0';
    if (digits.grouped) {
        const char mark = text[first + digits_at(text, first)];
        group_mark = mark == ',' || mark == '.' ? mark : '\0';
    }
    read_fraction(text, first, group_mark, digits);
    ScannedNumber scanned;
    scanned.has_fraction = digits.after_point > 0;
    std::size_t end = digits.end;
    int exponent = read_exponent(text, end);
    exponent += read_multiplier(text, style, end);
    scanned.number.percent = read_percent(text, end);
    if (std::abs(exponent) > k_largest_exponent || digits.all.size() > k_largest_exponent) {
        return std::nullopt;
    }
    scanned.number.decimal =
        canonical(start.negative, std::move(digits.all), exponent - digits.after_point);
    scanned.begin = at;
    scanned.end = end;
    return scanned;
}

std::optional<Number> read_number(std::string_view text, Style style) {
    const std::string_view whole = trimmed(text);
    if (whole.empty() || whole.front() == '+') {
        return std::nullopt;
    }
    const Start start = read_start(whole, 0);
    const std::string_view unsigned_part = whole.substr(start.digits_at);
    const bool padded =
        unsigned_part.size() > 1 && unsigned_part[0] == '0' && is_digit(unsigned_part[1]);
    const auto scanned = scan_number(whole, 0, style);
    if (padded || !scanned || scanned->end != whole.size()) {
        return std::nullopt;
    }
    return scanned->number;
}

std::optional<Number> number_of(std::string_view text, Style style) {
    std::optional<Number> last;
    char32_t before = ' ';
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        if (!is_word(before)) {
            if (const auto scanned = scan_number(text, i, style)) {
                last = scanned->number;
                i = scanned->end;
                before = 'x';
                continue;
            }
        }
        before = c.value;
        i += c.length;
    }
    return last;
}

}  // namespace palier::answer
