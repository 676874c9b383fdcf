#include "schema/text_reader.h"

#include "schema/pattern.h"
#include "schema/utf8.h"

#include <algorithm>

namespace palier::schema {
namespace {

// Where halves of surrogate pairs lie between, no character is.
bool allows_some(const Characters& characters, char32_t from, char32_t to) {
    return (from < 0xD800 && characters.allows_some(from, std::min<char32_t>(to, 0xD7FF))) ||
           (to > 0xDFFF && from <= k_last_character &&
            characters.allows_some(std::max<char32_t>(from, 0xE000),
                                   std::min(to, k_last_character)));
}

// With \u: what a printable character of ASCII is not.
bool allows_unicode_escape(const Characters& characters, char32_t from, char32_t to) {
    return (from < 0x20 && allows_some(characters, from, std::min<char32_t>(to, 0x1F))) ||
           (to > 0x7E && allows_some(characters, std::max<char32_t>(from, 0x7F), to));
}

bool allows_escape(const Characters& characters) {
    return characters.allows_some('"', '"') || characters.allows_some('/', '/') ||
           characters.allows_some('\\', '\\') ||
           allows_unicode_escape(characters, 0, k_last_character);
}

}  // namespace

bool TextReader::take(char32_t character, Characters& characters) {
    at_ = At::Between;
    return characters.take(character);
}

TextReader::After TextReader::feed(char byte, Characters& characters) {
    if (at_ == At::Between && byte == '"') {
        return After::Closed;
    }
    if (at_ == At::Between && byte == '\\') {
        if (!allows_escape(characters)) {
            return After::No;
        }
        at_ = At::Escape;
        return After::More;
    }
    if (at_ == At::Between || at_ == At::Tail) {
        const bool is_control = static_cast<unsigned char>(byte) < 0x20;
        return is_control ? After::No : feed_plain(byte, characters);
    }
    return feed_escape(byte, characters) ? After::More : After::No;
}

TextReader::After TextReader::feed_plain(char byte, Characters& characters) {
    const auto unit = static_cast<unsigned char>(byte);
    if (at_ == At::Tail) {
        return feed_tail(unit, characters) ? After::More : After::No;
    }
    if (unit < 0x80) {
        return take(unit, characters) ? After::More : After::No;
    }
    if (unit < 0xC2 || unit > 0xF4) {
        return After::No;
    }
    at_ = At::Tail;
    left_ = unit < 0xE0 ? 1 : unit < 0xF0 ? 2 : 3;
    value_ = unit & (0x3FU >> static_cast<unsigned>(left_));
    least_ = left_ == 1 ? 0x80 : left_ == 2 ? 0x800 : 0x10000;
    const unsigned shift = 6U * static_cast<unsigned>(left_);
    const char32_t from = std::max<char32_t>(value_ << shift, least_);
    return allows_some(characters, from, ((value_ + 1) << shift) - 1) ? After::More : After::No;
}

bool TextReader::feed_tail(unsigned char byte, Characters& characters) {
    if ((byte & 0xC0U) != 0x80) {
        return false;
    }
    value_ = (value_ << 6U) | (byte & 0x3FU);
    if (--left_ > 0) {
        const unsigned shift = 6U * static_cast<unsigned>(left_);
        const char32_t last = ((value_ + 1) << shift) - 1;
        return last >= least_ &&
               allows_some(characters, std::max<char32_t>(value_ << shift, least_), last);
    }
    const bool is_character = value_ >= least_ && value_ <= k_last_character &&
                              !is_high_surrogate(value_) && !is_low_surrogate(value_);
    return is_character && take(value_, characters);
}

bool TextReader::feed_escape(char byte, Characters& characters) {
    switch (at_) {
        case At::Escape:
            break;
        case At::LowBackslash:
            at_ = At::LowU;
            return byte == '\\';
        case At::LowU:
            at_ = At::LowHex;
            left_ = 4;
            value_ = 0;
            return byte == 'u';
        default:
            return feed_hex(byte, characters);
    }
    switch (byte) {
        case '"':
        case '\\':
        case '/':
            return take(static_cast<unsigned char>(byte), characters);
        case 'b':
            return take('\b', characters);
        case 'f':
            return take('\f', characters);
        case 'n':
            return take('\n', characters);
        case 'r':
            return take('\r', characters);
        case 't':
            return take('\t', characters);
        case 'u':
            at_ = At::Hex;
            left_ = 4;
            value_ = 0;
            return allows_unicode_escape(characters, 0, k_last_character);
        default:
            return false;
    }
}

bool TextReader::feed_hex(char byte, Characters& characters) {
    const std::optional<unsigned> digit = hex_digit(static_cast<unsigned char>(byte));
    if (!digit) {
        return false;
    }
    value_ = value_ * 16 + *digit;
    const unsigned shift = 4U * static_cast<unsigned>(--left_);
    const char32_t from = value_ << shift;
    const char32_t to = ((value_ + 1) << shift) - 1;
    if (at_ == At::LowHex) {
        const char32_t low = std::max<char32_t>(from, 0xDC00);
        const char32_t high = std::min<char32_t>(to, 0xDFFF);
        if (low > high || !characters.allows_some(joined_surrogates(high_, low),
                                                  joined_surrogates(high_, high))) {
            return false;
        }
        return left_ > 0 || take(joined_surrogates(high_, value_), characters);
    }
    const char32_t first_high = std::max<char32_t>(from, 0xD800);
    const char32_t last_high = std::min<char32_t>(to, 0xDBFF);
    const bool a_pair =
        first_high <= last_high && characters.allows_some(joined_surrogates(first_high, 0xDC00),
                                                          joined_surrogates(last_high, 0xDFFF));
    if (left_ > 0) {
        return a_pair || allows_unicode_escape(characters, from, to);
    }
    if (a_pair) {
        high_ = value_;
        at_ = At::LowBackslash;
        return true;
    }
    return allows_unicode_escape(characters, value_, value_) && take(value_, characters);
}

}  // namespace palier::schema
