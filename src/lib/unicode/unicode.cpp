#include "lib/unicode/unicode.h"

#include "base/check.h"
#include "base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <vector>

namespace palier::unicode {
namespace {

using Buffer = std::vector<utf8proc_int32_t>;

constexpr char32_t k_broken = 0xdc00;
constexpr char32_t k_largest = 0x10ffff;

constexpr char32_t k_grave = 0x300, k_acute = 0x301, k_diaeresis = 0x308;
constexpr char32_t k_sigma = 0x3c3, k_final_sigma = 0x3c2;

struct Range {
    char32_t first, last;
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
    return std::any_of(ranges.begin(), ranges.end(), [c](const Range& range) {
        return c >= range.first && c <= range.last;
    });
}

constexpr std::array<Range, 24> k_unspaced{{
    {0xe01, 0xe3a},   {0xe40, 0xe4e},    // Thai
    {0xe80, 0xecf},   {0xeda, 0xeff},    // Lao
    {0xf40, 0xfbc},                      // Tibetan
    {0x1000, 0x103f}, {0x1050, 0x108f},  // Burmese
    {0x109a, 0x109f}, {0x1100, 0x11ff},  // and the parts of Hangul
    {0x1780, 0x17d3}, {0x1950, 0x19cf},  // Khmer, Tai
    {0x1a20, 0x1a7f}, {0x2e80, 0x2fdf},  // and the radicals of Han
    {0x3005, 0x3007}, {0x3021, 0x3029},  // marks and numbers of Han
    {0x3031, 0x30fa}, {0x30fc, 0x318f},  // kana, bopomofo, Hangul
    {0x31a0, 0x31ff}, {0x3400, 0x4dbf},  // and more of Han
    {0x4e00, 0xa4cf}, {0xa960, 0xa97f},  // Han, Yi, and Hangul
    {0xac00, 0xd7ff}, {0xf900, 0xfaff},  // Hangul, Han
    {0xff66, 0xffdc},                    // half-width kana and Hangul
}};
constexpr Range k_far_unspaced{0x1aff0, 0x3ffff};  // kana and Han beyond the first plane
constexpr Range k_emoji{0x1f000, 0x1ffff};         // between them

// Forms of letters that only typesetting tells apart: ligatures, Arabic forms, widths, radicals.
constexpr std::array<Range, 5> k_forms{
    {{0x2e80, 0x2fdf}, {0xfb00, 0xfb06}, {0xfb50, 0xfdff}, {0xfe70, 0xfeff}, {0xff00, 0xffef}}};

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x7f && (byte >= ' ' || (byte >= '\t' && byte <= '\r'));
    });
}

void push_decomposed(Buffer& out, char32_t c, int options) {
    if (c >= k_broken && c <= k_broken + 0xff) {
        out.push_back(static_cast<utf8proc_int32_t>(c));
        return;
    }
    constexpr utf8proc_ssize_t longest = 32;  // the longest decomposition of Unicode has 18
    std::array<utf8proc_int32_t, longest> parts{};
    int ignored = 0;
    const utf8proc_ssize_t count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c),
                                                           parts.data(),
                                                           longest,
                                                           static_cast<utf8proc_option_t>(options),
                                                           &ignored);
    PALIER_CHECK(count >= 0 && count <= longest, "a code point of Unicode can be decomposed");
    out.insert(out.end(), parts.begin(), parts.begin() + count);
}

int combining_class(utf8proc_int32_t c) {
    return utf8proc_get_property(c)->combining_class;
}

// Marks on one letter in their canonical order, which utf8proc leaves to the caller here.
void order_marks(Buffer& text) {
    for (auto at = text.begin(); at != text.end();) {
        if (combining_class(*at) == 0) {
            ++at;
            continue;
        }
        const auto end =
            std::find_if(at, text.end(), [](auto c) { return combining_class(c) == 0; });
        std::stable_sort(
            at, end, [](auto a, auto b) { return combining_class(a) < combining_class(b); });
        at = end;
    }
}

std::string written(Buffer& text, bool compose) {
    order_marks(text);
    if (compose && !text.empty()) {
        const utf8proc_ssize_t length = utf8proc_normalize_utf32(
            text.data(),
            static_cast<utf8proc_ssize_t>(text.size()),
            static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
        PALIER_CHECK(length >= 0, "decomposed text can be composed");
        text.resize(static_cast<std::size_t>(length));
    }
    std::string out;
    for (const utf8proc_int32_t c : text) {
        append(out, static_cast<char32_t>(c));
    }
    return out;
}

// Every code point that is seen, given to `each` with the buffer that it fills, then composed.
template <class Each>
std::string rewritten(std::string_view text, Each each) {
    Buffer buffer;
    buffer.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        if (kind_of(c.value) != Kind::Ignorable) {
            each(buffer, c.value);
        }
        i += c.length;
    }
    return written(buffer, true);
}

char32_t with_comma(char32_t c) {
    switch (c) {
        case 0x15e:
            return 0x218;
        case 0x15f:
            return 0x219;
        case 0x162:
            return 0x21a;
        case 0x163:
            return 0x21b;
        default:
            return c;
    }
}

// Does an accent on this letter only accent it? In Cyrillic most marks make another letter.
bool is_accent(char32_t mark, char32_t base) {
    if (kind_of(base) != Kind::Letter) {
        return false;  // "≠" is no accented "="
    }
    if (base >= 0x400 && base < 0x530) {
        const bool is_ye = base == 0x435 || base == 0x415;
        return mark == k_grave || mark == k_acute || (mark == k_diaeresis && is_ye);
    }
    return base < 0x530 || (base >= 0x1d00 && base < 0x2000) || (base >= 0x2c60 && base < 0x2c80) ||
           (base >= 0xa720 && base < 0xa800);
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
        return {first, 1};
    }
    utf8proc_int32_t value = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                         static_cast<utf8proc_ssize_t>(text.size() - at),
                         &value);
    if (length <= 0 || value < 0) {
        return {k_broken + first, 1};
    }
    return {static_cast<char32_t>(value), static_cast<std::size_t>(length)};
}

void append(std::string& out, char32_t c) {
    if (c >= k_broken && c <= k_broken + 0xff) {
        out += static_cast<char>(c - k_broken);
        return;
    }
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t length =
        c <= k_largest ? utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data()) : 0;
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

Kind kind_of(char32_t c) {
    if (c >= k_broken && c <= k_broken + 0xff) {
        return Kind::Letter;
    }
    const utf8proc_property_t* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
    if (property->ignorable != 0) {
        return Kind::Ignorable;
    }
    switch (property->category) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
            return Kind::Mark;
        case UTF8PROC_CATEGORY_ND:
            return Kind::Digit;
        case UTF8PROC_CATEGORY_NO:
            return Kind::OtherNumber;
        case UTF8PROC_CATEGORY_PC:
        case UTF8PROC_CATEGORY_PD:
        case UTF8PROC_CATEGORY_PS:
        case UTF8PROC_CATEGORY_PE:
        case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF:
        case UTF8PROC_CATEGORY_PO:
            return Kind::Punctuation;
        case UTF8PROC_CATEGORY_SM:
        case UTF8PROC_CATEGORY_SC:
        case UTF8PROC_CATEGORY_SO:
            return Kind::Symbol;
        case UTF8PROC_CATEGORY_SK:
            return Kind::Modifier;
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return Kind::Space;
        case UTF8PROC_CATEGORY_CC:
            return (c >= '\t' && c <= '\r') || c == 0x85 ? Kind::Space : Kind::Ignorable;
        default:
            return Kind::Letter;
    }
}

std::optional<int> digit_value(char32_t c) {
    if (c >= '0' && c <= '9') {
        return static_cast<int>(c - '0');
    }
    if (c < 0x80 || kind_of(c) != Kind::Digit) {
        return std::nullopt;
    }
    // Digits come in runs of ten, from zero.
    char32_t first = c;
    while (kind_of(first - 1) == Kind::Digit) {
        --first;
    }
    return static_cast<int>((c - first) % 10);
}

bool is_unspaced(char32_t c) {
    return c >= 0xe01 &&
           (is_in(k_unspaced, c) || (c >= k_far_unspaced.first && c <= k_far_unspaced.last &&
                                     !(c >= k_emoji.first && c <= k_emoji.last)));
}

std::string composed(std::string_view text) {
    if (is_ascii(text)) {
        return std::string(text);
    }
    return rewritten(text, [](Buffer& out, char32_t c) {
        push_decomposed(out, c, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
    });
}

std::string lower(std::string_view text) {
    if (is_ascii(text)) {
        return to_lower(text);
    }
    return rewritten(composed(text), [](Buffer& out, char32_t c) {
        const auto small =
            c >= k_broken && c <= k_broken + 0xff
                ? c
                : static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
        push_decomposed(
            out, small == k_final_sigma ? k_sigma : small, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
    });
}

std::string same_letters(std::string_view text) {
    if (is_ascii(text)) {
        return to_lower(text);
    }
    return rewritten(composed(text), [](Buffer& out, char32_t c) {
        const int form = is_in(k_forms, c) ? UTF8PROC_COMPAT : 0;
        push_decomposed(
            out, with_comma(c), UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD | form);
    });
}

std::string without_accents(std::string_view text) {
    if (is_ascii(text)) {
        return std::string(text);
    }
    Buffer buffer;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        push_decomposed(buffer, c.value, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
        i += c.length;
    }
    order_marks(buffer);
    Buffer kept;
    char32_t base = 0;
    for (const utf8proc_int32_t value : buffer) {
        const auto c = static_cast<char32_t>(value);
        const bool is_mark = kind_of(c) == Kind::Mark;
        if (!is_mark) {
            base = c;
        }
        if (!is_mark || base == 0 || !is_accent(c, base)) {
            kept.push_back(value);
        }
    }
    return palier::without_accents(written(kept, true));
}

std::string code_points(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = code_point_at(text, i);
        std::string hex;
        for (char32_t rest = c.value; rest > 0 || hex.size() < 4; rest /= 16) {
            hex.insert(hex.begin(), digits[rest % 16]);
        }
        out += (out.empty() ? "U+" : " U+") + hex;
        i += c.length;
    }
    return out;
}

}  // namespace palier::unicode
