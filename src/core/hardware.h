// The machine that serves, as money sees it: what the user states in [hardware] of the job.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace palier::core {

// A number that may be known as a range only; low <= high, both finite.
struct Range {
    double low = 0, high = 0;

    Range() = default;
    Range(double exactly) : low(exactly), high(exactly) {}  // NOLINT(google-explicit-constructor)
    Range(double least, double most) : low(least), high(most) {}

    [[nodiscard]] bool is_exact() const { return low == high; }
    bool operator==(const Range&) const = default;
};
// Of ranges of positive numbers.
[[nodiscard]] Range operator*(const Range& a, const Range& b);
[[nodiscard]] Range operator+(const Range& a, const Range& b);

// One unit of `from` is `rate` units of the hardware's currency.
struct ExchangeRate {
    std::string from;  // ISO 4217
    double rate = 0;
    std::string date;  // YYYY-MM-DD, as stated by the user
    bool operator==(const ExchangeRate&) const = default;
};

// Money is in `currency`. What is absent was not stated, and nothing stands in for it but the
// defaults below.
struct Hardware {
    std::string currency;                 // ISO 4217
    std::optional<Range> price;           // of the machine
    Range life_years{3};                  // over which the price is spread
    Range residual{0};                    // what it sells for at the end of its life
    Range maintenance_share_per_year{0};  // of the price
    std::optional<Range> power_w;         // while it answers, read at a wall meter
    std::optional<Range> idle_w;          // while it waits; absent: between 0 and power_w
    std::optional<Range> tdp_w;           // of the processor, by its maker; an estimate only
    Range pue{1};                         // power of the building for each watt of the machine
    std::optional<Range> electricity_per_kwh;
    std::string country = "EU";  // ISO 3166, or "EU": whose price of electricity is taken, unstated
    Range hours_per_day{24};
    Range days_per_month{365.0 / 12};
    Range ops_per_month{0};              // people, hosting, licences
    std::optional<Range> rent_per_hour;  // of a rented machine with a GPU
    std::vector<ExchangeRate> rates;

    bool operator==(const Hardware&) const = default;
};

}  // namespace palier::core
