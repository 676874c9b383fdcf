// For the tests of what a job costs: its tables, a machine and a price table.
#pragma once

#include "catalog/prices.h"
#include "planning/costing.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace palier::planning {

inline const std::string k_tables =
    "[constraints]\nquality = { metric = \"accuracy\", min = 0.8 }\nlatency = { p95_ms = 50 }\n"
    "[[candidate]]\n";

inline const std::string k_hardware =
    "[hardware]\ncurrency = \"EUR\"\nprice = [900, 1100]\npower_w = 100\nidle_w = 30\ntdp_w = 65\n"
    "electricity_per_kwh = 0.2\n";

inline catalog::PriceTable table() {
    const auto prices = catalog::parse_prices(
        R"({"format": 1, "models": [
            {"provider": "p", "model": "big", "currency": "EUR", "input_per_1m": 3, "output_per_1m": 15},
            {"provider": "p", "model": "lots", "currency": "EUR", "input_per_1m": 3, "output_per_1m": 15, "batch_share": 0.5},
            {"provider": "p", "model": "big:decisions", "currency": "EUR", "input_per_1m": 0.1, "output_per_1m": 0},
            {"provider": "p", "model": "dollar", "currency": "USD", "input_per_1m": 3, "output_per_1m": 15}],
            "gpus": [{"gpu": "L4", "per_hour": 1, "currency": "EUR"}]})",
        "t.json",
        catalog::Dating::Optional);
    REQUIRE(prices);
    return *prices;
}

inline const core::CostLine* line(const CostAnswer& answer, core::Serving serving) {
    const auto found = std::ranges::find(answer.lines, serving, &core::CostLine::serving);
    return found == answer.lines.end() ? nullptr : &*found;
}

}  // namespace palier::planning
