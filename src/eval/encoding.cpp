#include "eval/encoding.h"

#include "answer/words.h"
#include "base/text.h"
#include "eval/codes.h"

#include <algorithm>
#include <array>

namespace palier::eval {
namespace {

// Windows-1252 for 0x80..0x9f, as browsers read it
// (https://encoding.spec.whatwg.org/#windows-1252).
constexpr std::array<char16_t, 32> k_windows_1252{
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

void append_utf8(std::string& out, unsigned code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        out += static_cast<char>(0xe0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (code & 0x3f));
    }
}

struct Survey {
    std::size_t sequences = 0;  // valid, of two bytes or more
    std::size_t broken = 0;
    std::size_t first_broken = 0;
    bool windows = false;
};

Survey survey(std::string_view bytes) {
    Survey found;
    for (std::size_t i = 0; i < bytes.size();) {
        const answer::CodePoint c = answer::code_point_at(bytes, i);
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (c.length > 1) {
            ++found.sequences;
        } else if (byte >= 0x80) {
            found.first_broken = found.broken == 0 ? i : found.first_broken;
            ++found.broken;
            found.windows = found.windows || byte < 0xa0;
        }
        i += c.length;
    }
    return found;
}

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t last_break = before.rfind('\n');
    const std::size_t start = last_break == std::string_view::npos ? 0 : last_break + 1;
    return {std::count(before.begin(), before.end(), '\n') + 1,
            static_cast<std::int64_t>(before.size() - start) + 1};
}

Result<DecodedText> decode(std::string bytes, const std::string& path) {
    DecodedText decoded;
    if (bytes.compare(0, 3, "\xef\xbb\xbf") == 0) {
        decoded.skipped_bytes = 3;
        bytes.erase(0, 3);
    }
    const std::string_view start = std::string_view(bytes).substr(0, 2);
    const std::size_t nul = bytes.find('\0');
    if (start == "\xff\xfe" || start == "\xfe\xff" || nul != std::string::npos) {
        const bool utf16 = start == "\xff\xfe" || start == "\xfe\xff";
        return Error(codes::no_text, {{"path", path}, {"found", utf16 ? "UTF-16 BOM" : "NUL"}});
    }
    decoded.encoding = "UTF-8";
    if (is_valid_utf8(bytes)) {
        decoded.text = std::move(bytes);
        return decoded;
    }
    const Survey found = survey(bytes);
    decoded.first_other = place_of(bytes, found.first_broken);
    if (found.sequences > found.broken) {
        constexpr std::string_view hex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(bytes[found.first_broken]);
        return Error(codes::broken_utf8,
                     {{"path", path},
                      {"line", std::to_string(decoded.first_other.line)},
                      {"column", std::to_string(decoded.first_other.column)},
                      {"byte", std::string("0x") + hex[byte >> 4] + hex[byte & 15]}});
    }
    decoded.encoding = found.windows ? "Windows-1252" : "Latin-1";
    decoded.text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const bool mapped = byte >= 0x80 && byte < 0xa0;
        append_utf8(decoded.text, mapped ? k_windows_1252[byte - 0x80U] : byte);
    }
    return decoded;
}

}  // namespace palier::eval
