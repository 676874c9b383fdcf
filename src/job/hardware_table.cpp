#include "job/hardware_table.h"

#include "base/text.h"
#include "job/codes.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace palier::job {
namespace {

// What a number of this table may be.
struct Bounds {
    double least = 0;
    double most = 1e12;
    bool above_least = false;
};

std::string as_number(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::optional<core::Range> bounded(TableReader& table, std::string_view key, Bounds bounds = {}) {
    const auto range = table.range(key);
    if (!range) {
        return std::nullopt;
    }
    const bool low_enough =
        bounds.above_least ? range->low > bounds.least : range->low >= bounds.least;
    if (!low_enough || range->high > bounds.most) {
        table.refuse(key,
                     bounds.above_least ? codes::range_above_needed : codes::range_needed,
                     {{"least", as_number(bounds.least)}, {"most", as_number(bounds.most)}});
        return std::nullopt;
    }
    return range;
}

void or_default(TableReader& table,
                std::string_view key,
                Bounds bounds,
                core::Range& out,
                std::string_view shown) {
    if (!table.has(key)) {
        // Takes the key, so that a slip of it is told apart from an unknown one.
        (void)table.range(key);
        table.defaulted(key, std::string(shown));
    } else if (const auto range = bounded(table, key, bounds)) {
        out = *range;
    }
}

bool is_currency(const std::string& text) {
    return text.size() == 3 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isupper(c) != 0;
           });
}

bool is_date(const std::string& text) {
    constexpr std::string_view form = "dddd-dd-dd";
    return text.size() == form.size() &&
           std::equal(form.begin(), form.end(), text.begin(), [](char wanted, unsigned char c) {
               return wanted == 'd' ? std::isdigit(c) != 0
                                    : c == static_cast<unsigned char>(wanted);
           });
}

std::vector<core::ExchangeRate> read_rates(TableReader& table) {
    std::vector<core::ExchangeRate> rates;
    for (TableReader& row : table.tables("rates")) {
        core::ExchangeRate rate;
        rate.from = row.text("from").value_or("");
        rate.rate = row.number("rate").value_or(0);
        rate.date = row.text("date").value_or("");
        const bool plausible = rate.rate > 0 && rate.rate < 1e9;
        if (!is_currency(rate.from) || !plausible || !is_date(rate.date)) {
            row.refuse(!is_currency(rate.from) ? "from"
                       : !plausible            ? "rate"
                                               : "date",
                       codes::exchange_rate_needed);
        }
        row.end();
        rates.push_back(std::move(rate));
    }
    return rates;
}

}  // namespace

std::optional<core::Hardware> read_hardware(TableReader table) {
    if (!table.exists()) {
        return std::nullopt;
    }
    core::Hardware out;
    out.currency = table.text("currency").value_or("");
    if (!is_currency(out.currency)) {
        table.refuse("currency", codes::hardware_currency_needed);
    }
    out.price = bounded(table, "price");
    or_default(table, "life_years", {0, 100, true}, out.life_years, "3");
    or_default(table, "residual", {}, out.residual, "0");
    or_default(table, "maintenance", {0, 1}, out.maintenance_share_per_year, "0");
    out.power_w = bounded(table, "power_w", {0, 1e6, true});
    out.idle_w = bounded(table, "idle_w", {0, 1e6});
    out.tdp_w = bounded(table, "tdp_w", {0, 1e6, true});
    or_default(table, "pue", {1, 5}, out.pue, "1");
    out.electricity_per_kwh = bounded(table, "electricity_per_kwh");
    if (const auto country = table.text("country")) {
        out.country = *country;
    } else {
        table.defaulted("country", out.country);
    }
    or_default(table, "hours_per_day", {0, 24, true}, out.hours_per_day, "24");
    or_default(table, "days_per_month", {0, 31, true}, out.days_per_month, "30.4");
    or_default(table, "ops_per_month", {}, out.ops_per_month, "0");
    out.rent_per_hour = bounded(table, "rent_per_hour", {0, 1e12, true});
    if (out.idle_w && (!out.power_w || out.idle_w->high > out.power_w->high)) {
        table.refuse("idle_w", codes::idle_needs_power);
    }
    out.rates = read_rates(table);
    table.end();
    return out;
}

}  // namespace palier::job
