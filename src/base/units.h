// Quantities whose units must not be mixed, and how they are written for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier {

// A number in [0, 1] or a total of such numbers, in integer millionths: thresholds and scores are
// compared exactly (in doubles, ceil(0.55 x 100) is 56).
using Micros = std::int64_t;
inline constexpr Micros k_one = 1'000'000;

// The decimal that `value` was written as (shortest form that reads back the same), in millionths,
// rounded half up at the seventh decimal: 0.55 -> 550000.
[[nodiscard]] Micros micros_of(double value);

// "6 GB", "512 MiB", "1.5 GB", "800000000 B" -> bytes. Decimal and binary units are both known.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);
// 1234567890 -> "1.23 GB" (decimal units, three significant digits).
[[nodiscard]] std::string show_bytes(std::uint64_t bytes);

// "30 min", "90 s", "2 h", "500 ms" -> seconds.
[[nodiscard]] std::optional<double> parse_seconds(std::string_view text);
// 42.5 -> "42.5 s"; 400 -> "6 min 40 s"; "∞" for what has no end.
[[nodiscard]] std::string show_seconds(double seconds);

// "135M", "0.5B", "1.5B", "360000000" -> number of parameters.
[[nodiscard]] std::optional<std::uint64_t> parse_parameters(std::string_view text);
// 135000000 -> "135M", 1500000000 -> "1.5B".
[[nodiscard]] std::string show_parameters(std::uint64_t parameters);

struct Money {
    double amount = 0;
    std::string currency;  // ISO 4217
    bool operator==(const Money&) const = default;
};
// "5 EUR" -> {5, "EUR"}.
[[nodiscard]] std::optional<Money> parse_money(std::string_view text);

}  // namespace palier
