#include "answer/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace palier::answer {
namespace {

using unicode::Kind;

bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

bool is_one_of(char32_t c, std::u32string_view set) {
    return set.find(c) != std::u32string_view::npos;
}

// Signs that change what a text says although Unicode counts them as punctuation: per cent, per
// mille and per ten thousand; minutes and seconds.
constexpr std::u32string_view k_meaning = U"&%\u066a\u2030\u2031\u2032\u2033\u2034";
// And symbols that only set a text: code, strike-through and tables of Markdown, trademarks.
constexpr std::u32string_view k_setting = U"`|~\u00a6\u00a9\u00ae\u2122";
constexpr std::u32string_view k_operators = U"/:*";
constexpr std::u32string_view k_dashes = U"-\u2010\u2011\u2012\u2013\u2014\u2212";
constexpr std::u32string_view k_minus = U"-\u2212";

// What becomes of a character of no word in the folded form.
enum class Place { Gap, Glued, Alone };

struct Around {
    char32_t before = ' ', after = ' ';
    std::size_t word_length = 0;  // of the word that ends before it, in characters
};

Place place_of_dash(char32_t c, const Around& around) {
    const bool minus = is_one_of(c, k_minus);
    if (is_digit(around.after)) {
        if (is_digit(around.before)) {
            return Place::Alone;
        }
        return minus && !is_word(around.before) ? Place::Glued : Place::Gap;
    }
    constexpr std::size_t longest_grade = 2;  // "A-", "AB-"
    const bool ends_grade = minus && around.word_length > 0 &&
                            around.word_length <= longest_grade && !is_word(around.after) &&
                            !is_one_of(around.after, k_dashes);
    if (ends_grade) {
        return Place::Glued;
    }
    return c == 0x2212 ? Place::Alone : Place::Gap;
}

Place place_of_plus(char32_t c, const Around& around) {
    const bool ends_word = (is_word(around.before) || around.before == c) && !is_word(around.after);
    const bool is_sign = c == '+' && is_digit(around.after) && !is_word(around.before);
    if (ends_word || is_sign) {
        return Place::Glued;
    }
    return c == '+' ? Place::Alone : Place::Gap;
}

Place place_of(char32_t c, const Around& around) {
    if (is_one_of(c, k_dashes)) {
        return place_of_dash(c, around);
    }
    if (c == '+' || c == '#') {
        return place_of_plus(c, around);
    }
    const bool between_digits = is_digit(around.before) && is_digit(around.after);
    if (c == '.' || c == ',') {
        return between_digits ? Place::Glued : Place::Gap;
    }
    if (is_one_of(c, k_operators)) {
        return between_digits ? Place::Alone : Place::Gap;
    }
    constexpr char32_t degree = 0xb0;  // after a letter it is the sign of "n° 7"
    if (c == degree && unicode::kind_of(around.before) == Kind::Letter) {
        return Place::Gap;
    }
    return carries_meaning(c) ? Place::Alone : Place::Gap;
}

// May a word begin or end between these two characters?
bool is_boundary(char32_t left, char32_t right) {
    if (left == ' ' || right == ' ') {
        return true;
    }
    return unicode::kind_of(right) != Kind::Mark &&
           (unicode::is_unspaced(left) || unicode::is_unspaced(right));
}

char32_t last_of(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) {
        --at;
    }
    return code_point_at(text, at).value;
}

}  // namespace

bool is_space(char32_t c) {
    constexpr char32_t zero_width = 0x200b, byte_order_mark = 0xfeff;
    return c == zero_width || c == byte_order_mark || unicode::kind_of(c) == Kind::Space;
}

bool is_punctuation(char32_t c) {
    return !is_space(c) && !is_word(c);
}

bool carries_meaning(char32_t c) {
    const bool tone_of_emoji = c >= 0x1f3fb && c <= 0x1f3ff;
    return is_one_of(c, k_meaning) || c == '^' || tone_of_emoji ||
           (unicode::kind_of(c) == Kind::Symbol && !is_one_of(c, k_setting));
}

bool is_word(char32_t c) {
    if (c < 0x80) {
        return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    const Kind kind = unicode::kind_of(c);
    return kind == Kind::Letter || kind == Kind::Mark || kind == Kind::Digit ||
           kind == Kind::OtherNumber;
}

std::string_view trimmed(std::string_view text) {
    std::size_t begin = text.size(), end = 0;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        if (!is_space(c.value) && unicode::kind_of(c.value) != Kind::Ignorable) {
            begin = begin < i ? begin : i;
            end = i + c.length;
        }
        i += c.length;
    }
    return begin < end ? text.substr(begin, end - begin) : text.substr(0, 0);
}

std::vector<std::string_view> words_at_spaces(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size();) {
        const CodePoint c = i < text.size() ? code_point_at(text, i) : CodePoint{' ', 1};
        if (is_space(c.value)) {
            if (i > start) {
                words.push_back(text.substr(start, i - start));
            }
            start = i + c.length;
        }
        i += c.length;
    }
    return words;
}

std::string folded(std::string_view text) {
    const std::string plain = unicode::without_accents(unicode::same_letters(text));
    std::string out;
    Around around;
    bool gap = false;
    const auto put = [&](char32_t c) {
        if (gap && !out.empty()) {
            out += ' ';
        }
        gap = false;
        unicode::append(out, is_one_of(c, k_dashes) ? U'-' : c);
    };
    for (std::size_t i = 0; i < plain.size();) {
        const CodePoint c = code_point_at(plain, i);
        i += c.length;
        around.after = i < plain.size() ? code_point_at(plain, i).value : U' ';
        const Place place = is_word(c.value)    ? Place::Glued
                            : is_space(c.value) ? Place::Gap
                                                : place_of(c.value, around);
        if (place == Place::Gap) {
            gap = true;
        } else {
            gap = gap || place == Place::Alone;
            put(c.value);
            gap = place == Place::Alone;
        }
        around.word_length = is_word(c.value) ? around.word_length + 1 : 0;
        around.before = c.value;
    }
    return out;
}

bool same_folded(std::string_view a, std::string_view b) {
    const std::string first = folded(a), second = folded(b);
    return first.empty() || second.empty() ? composed(trimmed(a)) == composed(trimmed(b))
                                           : first == second;
}

bool contains_folded(std::string_view text, std::string_view part) {
    const std::string words = folded(part);
    if (!words.empty()) {
        return find_words(folded(text), words) != std::string::npos;
    }
    const std::string sign = composed(trimmed(part));
    return !sign.empty() && composed(text).find(sign) != std::string::npos;
}

std::size_t find_words(std::string_view folded_text,
                       std::string_view folded_words,
                       std::size_t from) {
    if (folded_words.empty()) {
        return std::string_view::npos;
    }
    const char32_t first = code_point_at(folded_words, 0).value;
    const char32_t last = last_of(folded_words);
    for (std::size_t at = folded_text.find(folded_words, from); at != std::string_view::npos;
         at = folded_text.find(folded_words, at + 1)) {
        const std::size_t end = at + folded_words.size();
        const char32_t before = at > 0 ? last_of(folded_text.substr(0, at)) : U' ';
        const char32_t after =
            end < folded_text.size() ? code_point_at(folded_text, end).value : U' ';
        if (is_boundary(before, first) && is_boundary(last, after)) {
            return at;
        }
    }
    return std::string_view::npos;
}

}  // namespace palier::answer
