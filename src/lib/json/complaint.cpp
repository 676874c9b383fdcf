#include "lib/json/complaint.h"

#include <algorithm>
#include <array>
#include <utility>

namespace palier::json {
namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The letters around the place; parsers stop at their first or within them.
std::string_view word_at(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && is_word(text[begin - 1])) {
        --begin;
    }
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) {
        ++end;
    }
    return text.substr(begin, end - begin);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> k_words{{
    {"NaN", "NaN is no number of JSON; write null or leave the member out"},
    {"nan", "NaN is no number of JSON; write null or leave the member out"},
    {"Infinity", "Infinity is no number of JSON; write null or leave the member out"},
    {"inf", "Infinity is no number of JSON; write null or leave the member out"},
    {"True", "True is written true in JSON"},
    {"False", "False is written false in JSON"},
    {"None", "None is written null in JSON"},
    {"undefined", "undefined is no value of JSON; write null or leave the member out"},
    {"NULL", "NULL is written null in JSON"},
}};

std::string escape_of(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return std::string("\\u00") + digits[byte >> 4] + digits[byte & 15];
}

// Does the parser stand in or right behind an escape \ud800 to \udfff?
bool stands_at_half_pair(std::string_view text, std::size_t offset) {
    constexpr std::size_t two_escapes = 12;
    const std::size_t from = offset > two_escapes ? offset - two_escapes : 0;
    for (std::size_t at = text.find("\\u", from); at <= offset && at != std::string_view::npos;
         at = text.find("\\u", at + 1)) {
        const std::string_view digits = text.substr(at + 2, 2);
        const bool half =
            digits.size() == 2 && (digits[0] == 'd' || digits[0] == 'D') &&
            std::string_view("89abcdefABCDEF").find(digits[1]) != std::string_view::npos;
        if (half) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string complaint_about(std::string_view text, std::size_t offset, const std::string& message) {
    if (message.find("surrogate") != std::string::npos || stands_at_half_pair(text, offset)) {
        return "half a surrogate pair stands alone (\\ud800 to \\udfff come in twos)";
    }
    if (offset >= text.size()) {
        return "it ends before the value is complete";
    }
    const std::string_view word = word_at(text, offset);
    for (const auto& [known, meaning] : k_words) {
        if (word == known) {
            return std::string(meaning);
        }
    }
    const char c = text[offset];
    const bool digit = c >= '0' && c <= '9';
    if (c == '.' || c == '+') {
        return "a number of JSON begins with a digit or a minus";
    }
    if (digit && offset > 0 && text[offset - 1] == '0') {
        return "a number with a leading zero; an identifier stands in double quotes";
    }
    if (c == '/' || c == '#') {
        return "a comment, which JSON does not know";
    }
    if (c == '\'') {
        return "single quotes; strings of JSON stand in double quotes";
    }
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') {
        return "a control character; in a string of JSON it is written " + escape_of(c);
    }
    const std::size_t before = text.substr(0, offset).find_last_not_of(" \t\r\n");
    if ((c == '}' || c == ']') && before != std::string_view::npos && text[before] == ',') {
        return std::string("a comma before ") + c;
    }
    if (before != std::string_view::npos && is_word(c) &&
        (text[before] == '{' || text[before] == ',')) {
        return "a name without double quotes";
    }
    if (c == '\n' || c == '\t') {
        return "a line break or tab where none may stand; in a string it is written \\n or \\t";
    }
    return message;
}

}  // namespace palier::json
