#include "base/text.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

namespace palier {
namespace {

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Length of the UTF-8 sequence that starts at `at`, or 0 when the bytes there are no such sequence.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    const bool beyond = first == 0xf4 && byte(1) > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

// Base letters of U+00C0..U+00FF and U+0100..U+017F, two bytes a letter; "  " where there is none.
constexpr std::string_view k_latin1_base =
    "A A A A A A AEC E E E E I I I I   N O O O O O   O U U U U Y   ssa a a a a a aec e e e e "
    "i i i i   n o o o o o   o u u u u y   y ";
constexpr std::string_view k_extended_base =
    "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h I i I i I i I "
    "i I i IJijJ j K k   L l L l L l L l L l N n N n N n   N n O o O o O o OEoeR r R r R r S s S "
    "s S s S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s ";

// Calls `each` with the code point of every two-byte sequence and a view of every other piece.
template <class Two, class Other>
void walk(std::string_view text, Two two, Other other) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = std::max<std::size_t>(sequence_length(text, i), 1);
        if (length == 2) {
            two(static_cast<unsigned>((text[i] & 0x1f) << 6) |
                    static_cast<unsigned>(text[i + 1] & 0x3f),
                text.substr(i, 2));
        } else {
            other(text.substr(i, length));
        }
        i += length;
    }
}

void append_two_bytes(std::string& out, unsigned code) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
}

unsigned lower_of(unsigned code) {
    if (code >= 0xc0 && code <= 0xde && code != 0xd7) {
        return code + 0x20;
    }
    if (code == 0x178) {
        return 0xff;
    }
    const bool even_is_upper =
        (code >= 0x100 && code <= 0x137 && code != 0x130) || (code >= 0x14a && code <= 0x177);
    const bool odd_is_upper = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e);
    if ((even_is_upper && code % 2 == 0) || (odd_is_upper && code % 2 == 1)) {
        return code + 1;
    }
    return code;
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || text[i] == separator) {
            parts.emplace_back(text.substr(start, i - start));
            start = i + 1;
        }
    }
    return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != parts.data()) {
            out += separator;
        }
        out += part;
    }
    return out;
}

bool is_valid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text, i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

std::string as_valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text, i);
        if (length == 0) {
            out += "\xef\xbf\xbd";
            ++i;
        } else {
            out.append(text.substr(i, length));
            i += length;
        }
    }
    return out;
}

std::string as_one_line(std::string_view text) {
    const std::string valid = as_valid_utf8(text);
    std::string out;
    out.reserve(valid.size());
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        const bool is_c1 = byte == 0xc2 && static_cast<unsigned char>(valid[i + 1]) < 0xa0;
        if (byte < 0x20 || byte == 0x7f || is_c1) {
            out += ' ';
            i += is_c1 ? 1 : 0;
        } else {
            out += valid[i];
        }
    }
    return out;
}

std::string to_lower(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    walk(
        text,
        [&](unsigned code, std::string_view) { append_two_bytes(out, lower_of(code)); },
        [&](std::string_view piece) {
            for (const char c : piece) {
                out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            }
        });
    return out;
}

std::string without_accents(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    walk(
        text,
        [&](std::size_t code, std::string_view piece) {
            std::string_view base;
            if (code >= 0xc0 && code <= 0xff) {
                base = k_latin1_base.substr((code - 0xc0) * 2, 2);
            } else if (code >= 0x100 && code <= 0x17f) {
                base = k_extended_base.substr((code - 0x100) * 2, 2);
            }
            const std::string_view letters = trim(base);
            out += letters.empty() ? piece : letters;
        },
        [&](std::string_view piece) { out += piece; });
    return out;
}

std::size_t length_in_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string shortened(std::string_view text, std::size_t limit) {
    if (length_in_characters(text) <= limit) {
        return std::string(text);
    }
    const std::size_t kept = limit > 3 ? limit - 3 : 0;
    std::size_t characters = 0;
    std::size_t end = 0;
    while (end < text.size()) {
        if ((text[end] & 0xc0) != 0x80 && characters++ == kept) {
            break;
        }
        ++end;
    }
    return std::string(text.substr(0, end)) + "...";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(to_lower(word), to_lower(candidate));
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
        if (end != std::string_view::npos) {
            const std::string_view name = text.substr(i + 1, end - i - 1);
            const auto found = std::find_if(values.begin(), values.end(), [&](const auto& value) {
                return value.first == name;
            });
            if (found != values.end()) {
                out += found->second;
                i = end + 1;
                continue;
            }
        }
        out += text[i++];
    }
    return out;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

std::string shortest(double number) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    PALIER_CHECK(error == std::errc{}, "32 characters hold any double");
    return {text.data(), end};
}

}  // namespace palier
