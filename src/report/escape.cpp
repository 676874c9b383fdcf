#include "report/escape.h"

#include <cstdint>

namespace palier::report {
namespace {

constexpr std::string_view k_replacement = "\xef\xbf\xbd";

// Length of the valid UTF-8 sequence at the front of `text`, 0 when there is none (RFC 3629: no
// overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return continues(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        const std::uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
        const std::uint8_t high = lead == 0xED ? 0x9F : 0xBF;
        return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const std::uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
        const std::uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
        return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

// U+2400 + c for C0 controls, U+2421 for DEL.
std::string picture(char control) {
    const auto c = static_cast<std::uint8_t>(control);
    const std::uint8_t last = c == 0x7F ? 0xA1 : static_cast<std::uint8_t>(0x80 + c);
    return {'\xe2', '\x90', static_cast<char>(last)};
}

bool is_c1_control(std::string_view sequence) {
    return sequence.size() == 2 && sequence[0] == '\xc2' &&
           static_cast<std::uint8_t>(sequence[1]) < 0xA0;
}

// `text` as valid UTF-8; `spaces` decides whether newlines and tabs stay.
enum class Spaces { Keep, Flatten };
std::string visible(std::string_view text, Spaces spaces) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text.substr(i));
        if (length == 0) {
            out += k_replacement;
            ++i;
            continue;
        }
        const std::string_view sequence = text.substr(i, length);
        const char c = text[i];
        if (c == '\n' || c == '\t' || c == '\r') {
            if (spaces == Spaces::Keep && c != '\r') {
                out += c;
            } else if (spaces == Spaces::Flatten) {
                out += ' ';
            }
        } else if (length == 1 && (static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F)) {
            out += picture(c);
        } else {
            out += is_c1_control(sequence) ? k_replacement : sequence;
        }
        i += length;
    }
    return out;
}

bool is_glued(std::string_view after_space) {
    for (const std::string_view mark :
         {"%",  ":",  ";",  "!",  "?",  "»",  "ms",  "s",   "min", "h",
          "kB", "MB", "GB", "ko", "Mo", "Go", "EUR", "USD", "cas", "cases"}) {
        if (after_space.starts_with(mark)) {
            const std::string_view rest = after_space.substr(mark.size());
            if (rest.empty() || rest[0] < 'a' || rest[0] > 'z') {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

std::string plain_line(std::string_view text) {
    return visible(text, Spaces::Flatten);
}

std::string html_text(std::string_view text) {
    std::string out;
    for (const char c : visible(text, Spaces::Keep)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string html_sentence(std::string_view text) {
    const std::string safe = html_text(text);
    std::string out;
    for (std::size_t i = 0; i < safe.size(); ++i) {
        const bool after_digit = i > 0 && safe[i - 1] >= '0' && safe[i - 1] <= '9';
        const std::string_view rest = std::string_view(safe).substr(i + 1);
        const bool mark = !rest.empty() && std::string_view("%:;!?").find(rest[0]) != rest.npos;
        const bool quoted =
            rest.starts_with("»") || std::string_view(safe).substr(0, i).ends_with("«");
        if (safe[i] == ' ' && (mark || quoted || (after_digit && is_glued(rest)))) {
            out += "\xc2\xa0";
        } else {
            out += safe[i];
        }
    }
    return out;
}

std::string markdown_text(std::string_view text) {
    std::string out;
    for (const char c : visible(text, Spaces::Flatten)) {
        if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string csv_field(std::string_view text) {
    const std::string safe = visible(text, Spaces::Keep);
    if (safe.find_first_of("\",\n\r") == std::string::npos) {
        return safe;
    }
    std::string out = "\"";
    for (const char c : safe) {
        out += c;
        if (c == '"') {
            out += '"';
        }
    }
    return out + "\"";
}

}  // namespace palier::report
