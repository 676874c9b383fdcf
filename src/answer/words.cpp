#include "answer/words.h"

#include "base/text.h"

#include <array>
#include <utility>

namespace palier::answer {
namespace {

constexpr char32_t k_broken = 0xdc00;

bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

std::size_t length_of(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

void append_utf8(std::string& out, char32_t c) {  // c < 0x800
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else {
        out += static_cast<char>(0xc0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

// Column of a combining mark in the table of compositions; -1 for other code points.
int mark_column(char32_t c) {
    switch (c) {
        case 0x300:
            return 0;  // grave
        case 0x301:
            return 1;  // acute
        case 0x302:
            return 2;  // circumflex
        case 0x303:
            return 3;  // tilde
        case 0x308:
            return 4;  // diaeresis
        case 0x30a:
            return 5;  // ring
        case 0x327:
            return 6;  // cedilla
        default:
            return -1;
    }
}

struct Composition {
    char base;
    std::array<char32_t, 7> with_mark;  // 0 = no such letter in Latin-1
};
constexpr std::array<Composition, 14> k_compositions{{
    {'A', {0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0}},
    {'C', {0, 0, 0, 0, 0, 0, 0xc7}},
    {'E', {0xc8, 0xc9, 0xca, 0, 0xcb, 0, 0}},
    {'I', {0xcc, 0xcd, 0xce, 0, 0xcf, 0, 0}},
    {'N', {0, 0, 0, 0xd1, 0, 0, 0}},
    {'O', {0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0, 0}},
    {'U', {0xd9, 0xda, 0xdb, 0, 0xdc, 0, 0}},
    {'a', {0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0}},
    {'c', {0, 0, 0, 0, 0, 0, 0xe7}},
    {'e', {0xe8, 0xe9, 0xea, 0, 0xeb, 0, 0}},
    {'i', {0xec, 0xed, 0xee, 0, 0xef, 0, 0}},
    {'n', {0, 0, 0, 0xf1, 0, 0, 0}},
    {'o', {0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0, 0}},
    {'u', {0xf9, 0xfa, 0xfb, 0, 0xfc, 0, 0}},
}};

char32_t composition(char base, char32_t mark) {
    const int column = mark_column(mark);
    if (column < 0) {
        return 0;
    }
    for (const Composition& row : k_compositions) {
        if (row.base == base) {
            return row.with_mark[static_cast<std::size_t>(column)];
        }
    }
    return 0;
}

// Does the character at `at`, of value c, stay in the folded form although it is punctuation?
bool kept_in_fold(std::string_view text, std::size_t at, CodePoint c, char32_t before) {
    const std::size_t next_at = at + c.length;
    const char32_t next = next_at < text.size() ? code_point_at(text, next_at).value : ' ';
    switch (c.value) {
        case '-':
        case 0x2212:
            return is_digit(next) && !is_word(before);
        case '.':
        case ',':
            return is_digit(before) && is_digit(next);
        case '+':
        case '#':
            if (c.value == '+' && is_digit(next) && !is_word(before)) {
                return true;
            }
            return (is_word(before) || before == c.value) && (!is_word(next));
        default:
            return false;
    }
}

// Position of `tag` in `text` from `from`, ASCII case ignored.
std::size_t find_tag(std::string_view lower, std::string_view tag, std::size_t from) {
    return lower.find(tag, from);
}

std::string cut_thinking(std::string text, std::string_view open, std::string_view close) {
    std::string lower = text;
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    std::string kept;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t opens = find_tag(lower, open, at);
        const std::size_t closes = find_tag(lower, close, at);
        if (closes != std::string::npos && closes < opens) {
            kept.clear();  // opened before the text began
            at = closes + close.size();
            continue;
        }
        kept.append(text, at, opens == std::string::npos ? std::string::npos : opens - at);
        if (opens == std::string::npos || closes == std::string::npos) {
            break;
        }
        at = closes + close.size();
    }
    return kept;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    const std::size_t length = length_of(first);
    if (length == 1) {
        return {first, 1};
    }
    const CodePoint broken{k_broken + first, 1};
    if (length == 0 || at + length > text.size()) {
        return broken;
    }
    char32_t value = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return broken;
        }
        value = (value << 6) | (byte(i) & 0x3fu);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return broken;
    }
    return {value, length};
}

bool is_space(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000 || c == 0xfeff;
}

bool is_punctuation(char32_t c) {
    if (c < 0x80) {
        return c > ' ' && c != 0x7f && !is_digit(c) && !(c >= 'A' && c <= 'Z') &&
               !(c >= 'a' && c <= 'z');
    }
    if (c >= 0xa1 && c <= 0xbf) {
        return c != 0xaa && c != 0xb5 && c != 0xba;  // the feminine and masculine signs, micro
    }
    return c == 0xd7 || c == 0xf7 || (c >= 0x2010 && c <= 0x2027) || (c >= 0x2030 && c <= 0x205e) ||
           (c >= 0x20a0 && c <= 0x20cf) || (c >= 0x2190 && c <= 0x21ff) || c == 0x2212 ||
           (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011) ||
           (c >= 0xff01 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20);
}

bool is_word(char32_t c) {
    return !is_space(c) && !is_punctuation(c);
}

std::string_view trimmed(std::string_view text) {
    std::size_t begin = text.size(), end = 0;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        if (!is_space(c.value)) {
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
    const std::string plain = without_accents(to_lower(composed(text)));
    std::string out;
    char32_t before = ' ';
    bool gap = false;
    for (std::size_t i = 0; i < plain.size();) {
        const CodePoint c = code_point_at(plain, i);
        if (is_word(c.value) || kept_in_fold(plain, i, c, before)) {
            if (gap && !out.empty()) {
                out += ' ';
            }
            gap = false;
            if (c.value == 0x2212) {
                out += '-';
            } else {
                out.append(plain, i, c.length);
            }
        } else {
            gap = true;
        }
        before = c.value;
        i += c.length;
    }
    return out;
}

std::string composed(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        const char32_t letter = out.empty() ? 0 : composition(out.back(), c.value);
        if (letter != 0) {
            out.pop_back();
            append_utf8(out, letter);
        } else {
            out.append(text.substr(i, c.length));
        }
        i += c.length;
    }
    return out;
}

std::string without_thinking(std::string_view text) {
    if (text.find('<') == std::string_view::npos) {
        return std::string(text);
    }
    std::string kept = cut_thinking(std::string(text), "<think>", "</think>");
    return cut_thinking(std::move(kept), "<thinking>", "</thinking>");
}

}  // namespace palier::answer
