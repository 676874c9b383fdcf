#include "lib/json/json.h"

#include <array>
#include <charconv>
#include <cmath>

namespace palier::json {
namespace {

void write_string(std::string_view text, std::string& out) {
    static constexpr std::string_view k_digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += "\\u00";
                    out += k_digits[static_cast<unsigned char>(c) >> 4];
                    out += k_digits[static_cast<unsigned char>(c) & 15];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

void write_double(double number, std::string& out) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    std::array<char, 32> text{};
    // Plain decimals for the magnitudes that people read; the shortest form elsewhere.
    const double size = std::fabs(number);
    const bool plain = number == 0 || (size >= 1e-6 && size < 1e15);
    const auto [end, error] =
        plain ? std::to_chars(
                    text.data(), text.data() + text.size(), number, std::chars_format::fixed)
              : std::to_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) {
        const auto [long_end, ignored] =
            std::to_chars(text.data(), text.data() + text.size(), number);
        out.append(text.data(), long_end);
        return;
    }
    out.append(text.data(), end);
}

void write_number(const Value& value, std::string& out) {
    if (const std::string* text = value.written()) {
        out += *text;
    } else {
        write_double(value.as_double(), out);
    }
}

// indent < 0: one line.
void write_value(const Value& value, int indent, std::string& out) {
    const auto new_line = [&](int depth) {
        if (indent >= 0) {
            out += '\n';
            out.append(static_cast<std::size_t>(depth) * 2, ' ');
        }
    };
    const int inner = indent < 0 ? -1 : indent + 1;
    if (value.is_null()) {
        out += "null";
    } else if (value.is_bool()) {
        out += value.as_bool() ? "true" : "false";
    } else if (value.is_int()) {
        out += std::to_string(value.as_int());
    } else if (value.is_number()) {
        write_number(value, out);
    } else if (value.is_string()) {
        write_string(value.as_string(), out);
    } else if (value.is_array()) {
        out += '[';
        const char* separator = "";
        for (const Value& element : value.as_array()) {
            out += separator;
            new_line(inner);
            write_value(element, inner, out);
            separator = ",";
        }
        if (!value.as_array().empty()) {
            new_line(indent);
        }
        out += ']';
    } else {
        out += '{';
        const char* separator = "";
        for (const Member& member : value.as_object()) {
            out += separator;
            new_line(inner);
            write_string(member.first, out);
            out += indent < 0 ? ":" : ": ";
            write_value(member.second, inner, out);
            separator = ",";
        }
        if (!value.as_object().empty()) {
            new_line(indent);
        }
        out += '}';
    }
}

}  // namespace

std::string write(const Value& value) {
    std::string out;
    write_value(value, -1, out);
    return out;
}

std::string write_pretty(const Value& value) {
    std::string out;
    write_value(value, 0, out);
    return out;
}

}  // namespace palier::json
