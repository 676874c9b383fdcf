#include "answer/number_scan.h"

#include "answer/words.h"
#include "lib/regex/regex.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace palier::answer {
namespace {

constexpr std::size_t k_plain_length = 40;
constexpr int k_largest_exponent = 9999;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
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
        case '_':
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

// "1,23,45,678": groups of two digits and one of three, as India writes them.
std::optional<Digits> read_lakhs(std::string_view text, std::size_t at, std::size_t first) {
    Digits digits{std::string(text.substr(at, first)), 0, at + first, true};
    const auto group_of = [&](std::size_t length) {
        return text.substr(digits.end, 1) == "," && digits_at(text, digits.end + 1) == length;
    };
    const auto take = [&](std::size_t length) {
        digits.all += text.substr(digits.end + 1, length);
        digits.end += length + 1;
    };
    if (first > 2 || !group_of(2)) {
        return std::nullopt;
    }
    while (group_of(2)) {
        take(2);
    }
    if (!group_of(3)) {
        return std::nullopt;
    }
    take(3);
    return digits;
}

// A single group behind a space ("7 100") is one number only where the language writes it so, or
// where a number would not begin so ("1 000").
bool is_two_numbers(std::string_view text,
                    const Digits& grouped,
                    std::string_view mark,
                    Spaces spaces) {
    constexpr std::size_t group = 3;
    const bool padded = text[grouped.end - group] == '0';
    return mark == " " && !padded &&
           (spaces == Spaces::Separate || text.substr(grouped.end, 1) == "%");
}

// Reads "1,234,567" from `at`; not grouped when the text there has another form.
Digits read_groups(std::string_view text, std::size_t at, Style style, Spaces spaces) {
    const std::size_t first = digits_at(text, at);
    Digits digits{std::string(text.substr(at, first)), 0, at + first, false};
    if (first == 0 || first > 3 || text[at] == '0') {
        return digits;
    }
    if (auto lakhs = read_lakhs(text, at, first)) {
        return *std::move(lakhs);
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
    if (groups == 0 || (groups == 1 && is_two_numbers(text, grouped, mark, spaces))) {
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

struct Multiplier {
    std::string_view word;  // folded, or as written when it stands next to the digits
    int english, french;    // powers of ten; 0 = unknown in that language
};
constexpr std::array<Multiplier, 22> k_multipliers{{
    {"hundred", 2, 2},     {"thousand", 3, 3}, {"thousands", 3, 3}, {"mille", 3, 3},
    {"milliers", 3, 3},    {"million", 6, 6},  {"millions", 6, 6},  {"milliard", 9, 9},
    {"milliards", 9, 9},   {"billion", 9, 12}, {"billions", 9, 12}, {"trillion", 12, 18},
    {"trillions", 12, 18}, {"mln", 6, 6},      {"mio", 6, 6},       {"bn", 9, 9},
    {"md", 9, 9},          {"mds", 9, 9},      {"lakh", 5, 5},      {"lakhs", 5, 5},
    {"crore", 7, 7},       {"crores", 7, 7},
}};

// Powers of ten that Chinese, Japanese and Korean write behind the digits, one or several.
int read_eastern_multiplier(std::string_view text, std::size_t& end) {
    constexpr std::array<std::pair<std::u32string_view, int>, 5> powers{
        {{U"百백", 2}, {U"千천", 3}, {U"万萬만", 4}, {U"億亿억", 8}, {U"兆조", 12}}};
    int sum = 0;
    while (end < text.size()) {
        const CodePoint c = code_point_at(text, end);
        const auto known = std::find_if(powers.begin(), powers.end(), [&](const auto& power) {
            return power.first.find(c.value) != std::u32string_view::npos;
        });
        if (known == powers.end()) {
            break;
        }
        sum += known->second;
        end += c.length;
    }
    return sum;
}

// "× 10^-3", "x10^{6}", "\times 10^5", "·10⁶" after the digits; moves `end` over it.
int read_power_of_ten(std::string_view text, std::size_t& end) {
    static const regex::Regex pattern = regex::Regex::of_program(
        "^\\s*(?:[×·⋅*xX]|\\\\times|\\\\cdot)\\s*10(?:(?:\\^|\\*\\*)\\s*\\{?\\s*([-+−]?[0-9]{1,"
        "4})\\s*\\}?|"
        "([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}))");
    constexpr std::size_t longest = 40;
    const std::string_view rest = text.substr(end, longest);
    const auto match =
        rest.find("10") == std::string_view::npos ? std::nullopt : pattern.find(rest);
    if (!match) {
        return 0;
    }
    constexpr std::u32string_view raised = U"⁰¹²³⁴⁵⁶⁷⁸⁹";
    int exponent = 0;
    bool negative = false;
    for (const std::size_t group : {1U, 2U}) {
        const std::string_view written = match->text(rest, group);
        for (std::size_t i = 0; i < written.size();) {
            const CodePoint c = code_point_at(written, i);
            const std::size_t high = raised.find(c.value);
            negative = negative || c.value == '-' || c.value == 0x2212 || c.value == 0x207b;
            if (high != std::u32string_view::npos) {
                exponent = exponent * 10 + static_cast<int>(high);
            } else if (c.value >= '0' && c.value <= '9') {
                exponent = exponent * 10 + static_cast<int>(c.value - '0');
            }
            i += c.length;
        }
    }
    end += match->groups.front().end;
    return negative ? -exponent : exponent;
}

// The power of ten that a word after the digits stands for; moves `end` over it.
int read_multiplier(std::string_view text, Style style, std::size_t& end) {
    if (const int eastern = read_eastern_multiplier(text, end)) {
        return eastern;
    }
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

bool read_per_mille(std::string_view text, std::size_t& end) {
    constexpr std::string_view sign = "\xe2\x80\xb0";
    const std::size_t at = skip_spaces(text, end);
    if (text.substr(at, sign.size()) != sign) {
        return false;
    }
    end = at + sign.size();
    return true;
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

}  // namespace

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) {
        ++end;
    }
    return end - at;
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

Suffix read_suffix(std::string_view text, Style style, std::size_t& end) {
    Suffix suffix;
    suffix.exponent = read_multiplier(text, style, end);
    suffix.percent = read_percent(text, end);
    suffix.per_mille = !suffix.percent && read_per_mille(text, end);
    return suffix;
}

bool is_sign(char32_t c) {
    return c == '-' || c == 0x2212 || c == '+';
}

// Reads the sign and a currency sign after it.
Start read_start(std::string_view text, std::size_t at) {
    Start start{at, false};
    const CodePoint c = code_point_at(text, at);
    if (is_sign(c.value)) {
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

std::optional<ScannedNumber> scan(std::string_view text,
                                  std::size_t at,
                                  Style style,
                                  Spaces spaces) {
    const Start start = read_start(text, at);
    const std::size_t first = start.digits_at;
    Digits digits;
    if (first + 1 < text.size() && text[first] == '.' && is_digit(text[first + 1])) {
        digits.end = first;
    } else if (digits_at(text, first) > 0) {
        digits = read_groups(text, first, style, spaces);
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
    exponent += read_power_of_ten(text, end);
    const Suffix suffix = read_suffix(text, style, end);
    exponent += suffix.exponent;
    scanned.number.percent = suffix.percent;
    scanned.number.per_mille = suffix.per_mille;
    if (std::abs(exponent) > k_largest_exponent || digits.all.size() > k_largest_exponent) {
        return std::nullopt;
    }
    scanned.number.decimal =
        canonical(start.negative, std::move(digits.all), exponent - digits.after_point);
    scanned.begin = at;
    scanned.end = end;
    return scanned;
}

}  // namespace palier::answer
