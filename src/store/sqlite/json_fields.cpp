#include "store/sqlite/json_fields.h"

#include "base/text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace palier::store_sqlite {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string hex_of(std::string_view bytes) {
    static constexpr std::string_view k_digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += k_digits[static_cast<unsigned char>(c) >> 4];
        out += k_digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

bool read_hex(std::string_view hex, std::span<char> bytes) {
    if (hex.size() != 2 * bytes.size()) {
        return false;
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_digit(hex[2 * i]);
        const int low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = static_cast<char>(high * 16 + low);
    }
    return true;
}

json::Value json_text(std::string_view text) {
    if (is_valid_utf8(text)) {
        return text;
    }
    return json::Object{{"hex", hex_of(text)}};
}

std::optional<std::string> text_from(const json::Value& value) {
    if (value.is_string()) {
        return value.as_string();
    }
    const json::Value* hex = value.find("hex");
    if (hex == nullptr || !hex->is_string()) {
        return std::nullopt;
    }
    std::string bytes(hex->as_string().size() / 2, '\0');
    return read_hex(hex->as_string(), bytes) ? std::optional(std::move(bytes)) : std::nullopt;
}

json::Value json_real(double number) {
    if (std::isnan(number)) {
        return "nan";
    }
    if (std::isinf(number)) {
        return number > 0 ? "inf" : "-inf";
    }
    return number;
}

std::optional<double> real_from(const json::Value& value) {
    if (value.is_number()) {
        return value.as_double();
    }
    constexpr double k_infinity = std::numeric_limits<double>::infinity();
    const std::string& word = value.as_string();
    if (word == "nan") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (word == "inf") {
        return k_infinity;
    }
    return word == "-inf" ? std::optional(-k_infinity) : std::nullopt;
}

json::Value json_unsigned(std::uint64_t number) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::to_string(number);
    }
    return static_cast<std::int64_t>(number);
}

std::optional<std::uint64_t> unsigned_from(const json::Value& value) {
    if (value.is_int() && value.as_int() >= 0) {
        return static_cast<std::uint64_t>(value.as_int());
    }
    const std::string& digits = value.as_string();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return number;
}

std::string json_of_texts(const std::vector<std::string>& texts) {
    json::Array array;
    for (const std::string& text : texts) {
        array.push_back(json_text(text));
    }
    return json::write(json::Value(std::move(array)));
}

std::optional<std::vector<std::string>> texts_from(std::string_view json) {
    const std::optional<json::Value> parsed = json::parse_or_nothing(json);
    if (!parsed || !parsed->is_array()) {
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const json::Value& element : parsed->as_array()) {
        std::optional<std::string> text = text_from(element);
        if (!text) {
            return std::nullopt;
        }
        texts.push_back(std::move(*text));
    }
    return texts;
}

}  // namespace palier::store_sqlite
