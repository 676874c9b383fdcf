#include "base/units.h"

#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace palier {
namespace {

// "12.5 GB" -> 12.5 and "GB"; nullopt without a leading non-negative number.
struct Quantity {
    double number = 0;
    std::string unit;
};

std::optional<Quantity> parse_quantity(std::string_view text) {
    text = trim(text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || !std::isfinite(number) || number < 0) {
        return std::nullopt;
    }
    return Quantity{number,
                    std::string(trim(std::string_view(
                        end, static_cast<std::size_t>(text.data() + text.size() - end))))};
}

struct Unit {
    std::string_view name;
    double factor;
};

template <std::size_t N>
std::optional<double> scaled(std::string_view text, const std::array<Unit, N>& units) {
    const auto quantity = parse_quantity(text);
    if (!quantity) {
        return std::nullopt;
    }
    for (const Unit& unit : units) {
        if (quantity->unit == unit.name) {
            return quantity->number * unit.factor;
        }
    }
    return std::nullopt;
}

std::string three_digits(double value) {
    std::array<char, 32> text{};
    const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    std::string out(text.data(), static_cast<std::size_t>(length));
    if (out.find('.') != std::string::npos) {
        while (out.back() == '0') {
            out.pop_back();
        }
        if (out.back() == '.') {
            out.pop_back();
        }
    }
    return out;
}

std::optional<std::uint64_t> whole(std::optional<double> value) {
    if (!value || *value >= 0x1.0p63) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(std::llround(*value));
}

}  // namespace

Micros micros_of(double value) {
    // The shortest decimal that reads back the same is what the person wrote; its digits are taken
    // as they are, because 0.55 * 1e6 in doubles may land on either side of 550000.
    std::array<char, 512> text{};
    const auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) {
        return static_cast<Micros>(std::llround(value * static_cast<double>(k_one)));
    }
    Micros micros = 0;
    int decimals = -1;
    bool negative = false;
    for (const char* c = text.data(); c != end; ++c) {
        if (*c == '-') {
            negative = true;
        } else if (*c == '.') {
            decimals = 0;
        } else if (decimals < 6) {
            micros = micros * 10 + (*c - '0');
            decimals += decimals >= 0 ? 1 : 0;
        } else {
            micros += *c >= '5' ? 1 : 0;
            break;
        }
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 6; ++i) {
        micros *= 10;
    }
    return negative ? -micros : micros;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    static constexpr std::array<Unit, 10> k_units{{{"B", 1},
                                                   {"kB", 1e3},
                                                   {"KB", 1e3},
                                                   {"MB", 1e6},
                                                   {"GB", 1e9},
                                                   {"TB", 1e12},
                                                   {"KiB", 0x1.0p10},
                                                   {"MiB", 0x1.0p20},
                                                   {"GiB", 0x1.0p30},
                                                   {"TiB", 0x1.0p40}}};
    return whole(scaled(text, k_units));
}

std::string show_bytes(std::uint64_t bytes) {
    static constexpr std::array<Unit, 4> k_units{
        {{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}}};
    for (const Unit& unit : k_units) {
        if (static_cast<double>(bytes) >= unit.factor) {
            return three_digits(static_cast<double>(bytes) / unit.factor) + " " +
                   std::string(unit.name);
        }
    }
    return std::to_string(bytes) + " B";
}

std::optional<double> parse_seconds(std::string_view text) {
    static constexpr std::array<Unit, 6> k_units{
        {{"ms", 1e-3}, {"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
    return scaled(text, k_units);
}

std::string show_seconds(double seconds) {
    constexpr double k_longest = 1e15;
    if (!(seconds < k_longest)) {
        return "∞";
    }
    if (seconds < 60) {
        return three_digits(seconds) + " s";
    }
    const auto rounded = std::llround(seconds);
    if (rounded < 3600) {
        const auto rest = rounded % 60;
        return std::to_string(rounded / 60) + " min" +
               (rest ? " " + std::to_string(rest) + " s" : "");
    }
    const auto minutes = rounded / 60 % 60;
    return std::to_string(rounded / 3600) + " h" +
           (minutes ? " " + std::to_string(minutes) + " min" : "");
}

std::optional<std::uint64_t> parse_parameters(std::string_view text) {
    static constexpr std::array<Unit, 5> k_units{
        {{"", 1}, {"K", 1e3}, {"M", 1e6}, {"B", 1e9}, {"T", 1e12}}};
    const auto parameters = whole(scaled(text, k_units));
    return parameters && *parameters > 0 ? parameters : std::nullopt;
}

std::string show_parameters(std::uint64_t parameters) {
    static constexpr std::array<Unit, 4> k_units{{{"T", 1e12}, {"B", 1e9}, {"M", 1e6}, {"K", 1e3}}};
    for (const Unit& unit : k_units) {
        if (static_cast<double>(parameters) >= unit.factor) {
            return three_digits(static_cast<double>(parameters) / unit.factor) +
                   std::string(unit.name);
        }
    }
    return std::to_string(parameters);
}

std::optional<Money> parse_money(std::string_view text) {
    const auto quantity = parse_quantity(text);
    if (!quantity || quantity->unit.size() != 3) {
        return std::nullopt;
    }
    for (const char c : quantity->unit) {
        if (c < 'A' || c > 'Z') {
            return std::nullopt;
        }
    }
    return Money{quantity->number, quantity->unit};
}

}  // namespace palier
