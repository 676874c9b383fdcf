// Prices of models behind APIs, of rented GPUs, of electricity: a dated table that is part of the
// program (src/catalog/prices.json), and a file of the user's own that goes before it.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::catalog {

// Where a figure of the table comes from.
struct PriceSource {
    std::string title;  // of the source, or the path of the user's file
    std::string dated;  // YYYY-MM-DD of the source itself; "" in a file of the user's
    std::string
        checked;  // YYYY-MM-DD when somebody compared it with the seller's page; "" = unsaid

    // The day that speaks for the figure: of the check, else of the source, else "".
    [[nodiscard]] const std::string& day() const { return checked.empty() ? dated : checked; }
};
// Days from one day to another, both YYYY-MM-DD; nullopt where one of them is no day.
[[nodiscard]] std::optional<int> days_between(std::string_view from, std::string_view to);
// A price older than this may have changed since.
inline constexpr int k_stale_after_days = 90;
// Checked more than k_stale_after_days before `today` (YYYY-MM-DD), or never; what the user's own
// file states without a day is the user's to know, and not stale. False where `today` is "".
[[nodiscard]] bool is_stale(const PriceSource& source, std::string_view today);

// The same price in another currency that the provider bills in.
struct OtherCurrency {
    std::string currency;
    double input_per_1m = 0, output_per_1m = 0;
    std::optional<double> cached_input_per_1m;
};

struct ModelPrice {
    std::string provider, model;
    std::vector<std::string> aliases;
    std::string currency;  // that the provider bills in
    double input_per_1m = 0, output_per_1m = 0;
    std::optional<double> cached_input_per_1m;
    std::optional<double> batch_share;  // of the price where answers may take a day; 0.5 = half
    std::vector<OtherCurrency> also;
    std::string open_weights;  // catalogue name of the same model, "" if none
    std::string since;         // YYYY-MM-DD from which this price holds, "" = not told
    std::string ends;          // YYYY-MM-DD from which it is no longer sold, "" = not announced
    std::string note;
    PriceSource source;

    [[nodiscard]] std::string name() const { return provider + "/" + model; }
    // On that day (YYYY-MM-DD; "" = some day before the end).
    [[nodiscard]] bool is_sold(std::string_view today) const {
        return ends.empty() || today.empty() || today < ends;
    }
};

struct GpuPrice {
    std::string offer, gpu;
    std::optional<double> memory_gb;
    double per_hour = 0;
    std::string currency;
    std::string how;  // such as "median of the on-demand offers"
    PriceSource source;
};

struct ElectricityPrice {
    std::string country;  // ISO 3166
    double per_kwh = 0;
    std::string currency;
    PriceSource source;
};

// Of the mix of a country's power stations.
struct CarbonIntensity {
    std::string country;
    double g_per_kwh = 0;
    PriceSource source;
};

struct PriceTable {
    std::vector<ModelPrice> models;
    std::vector<GpuPrice> gpus;
    std::vector<ElectricityPrice> electricity;
    std::vector<CarbonIntensity> carbon;
};

// Reads one table. Every price must be there, finite and not negative: a hole is error 2750 naming
// the entry, never 0. Error 2756: no JSON. Dates are days of the calendar. Where dating is
// required, each figure needs a known source that has a date, and an end a source of its own.
enum class Dating { Required, Optional };
[[nodiscard]] Result<PriceTable> parse_prices(std::string_view text,
                                              const std::string& file,
                                              Dating dating);
// The table that is part of the program.
[[nodiscard]] const PriceTable& built_in_prices();
// The user's file: $PALIER_PRICES, else $XDG_CONFIG_HOME/palier/prices.json, else
// ~/.config/palier/prices.json; "" where none is named.
[[nodiscard]] std::string user_prices_path();
// The built-in table with the entries of the user's file before it (same provider and model, same
// GPU offer, same country: the user's counts). A file that PALIER_PRICES names must exist (2758).
[[nodiscard]] Result<PriceTable> load_prices();

// By "provider/model", model or alias, in the order of the table; nullptr when it is unknown.
[[nodiscard]] const ModelPrice* find_price(const PriceTable& table, std::string_view name);
// Who sells the same open model on that day (YYYY-MM-DD), in the order of the table. They may bill
// in different currencies, so that the cheapest is for the caller to say.
[[nodiscard]] std::vector<const ModelPrice*> offers_of(const PriceTable& table,
                                                       std::string_view model,
                                                       std::string_view today);
// Where a provider of the table answers requests of OpenAI's form, and the environment variable
// that its tools take a key from; nullopt: not known here.
struct ProviderPlace {
    std::string_view endpoint, key_env;
};
[[nodiscard]] std::optional<ProviderPlace> place_of(std::string_view provider);
// The price that stands for an API where nobody names one: of the models sold on that day whose
// answers are paid by tokens, the one whose price is newest by `since`; of those of one day the
// cheapest. nullptr where none has a `since` up to that day.
[[nodiscard]] const ModelPrice* reference_price(const PriceTable& table, std::string_view today);
// Names like `name`, at most `most`.
[[nodiscard]] std::vector<std::string> names_near(const PriceTable& table,
                                                  std::string_view name,
                                                  std::size_t most);

}  // namespace palier::catalog
