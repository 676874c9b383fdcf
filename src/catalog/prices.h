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
    std::string title;    // of the source, or the path of the user's file
    std::string checked;  // YYYY-MM-DD: when it was last seen to be so; "" in a file of the user's
};

struct ModelPrice {
    std::string provider, model;
    std::vector<std::string> aliases;
    std::string currency;
    double input_per_1m = 0, output_per_1m = 0;
    std::optional<double> cached_input_per_1m;
    std::string open_weights;  // catalogue name of the same model, "" if none
    std::string note;
    PriceSource source;

    [[nodiscard]] std::string name() const { return provider + "/" + model; }
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
// the entry, never 0. Error 2756: no JSON. With `dated`, each figure needs a known source and a
// date.
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
// The cheapest offer of the same open model (input and output price added).
[[nodiscard]] const ModelPrice* find_open_price(const PriceTable& table, std::string_view model);
// Names like `name`, at most `most`.
[[nodiscard]] std::vector<std::string> names_near(const PriceTable& table,
                                                  std::string_view name,
                                                  std::size_t most);

}  // namespace palier::catalog
