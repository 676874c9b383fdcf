#include "report/cost.h"

#include "lib/json/json.h"
#include "planning/codes.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

// Every part of an answer, with wide figures.
planning::CostAnswer answer() {
    core::Hardware hardware;
    hardware.currency = "EUR";
    hardware.price = core::Range{3000, 5000};
    hardware.power_w = core::Range{200};
    hardware.electricity_per_kwh = core::Range{0.2};
    hardware.rent_per_hour = core::Range{0.7};
    planning::CostAnswer answer;
    answer.job = "ticket routing \x1b[31m";
    answer.run = "r7f3a1c";
    answer.currency = "EUR";
    answer.per_month = 250'000;
    answer.small = "a-model-with-a-rather-long-name-0.5b/structured";
    answer.api = "provider/model";
    answer.fallback_share = {0.05, 0.2};
    planning::SystemCost small;
    small.id = answer.small;
    small.on_own_machine = true;
    small.tokens.least = {812, 0, 24};
    small.tokens.most = {1354, 0, 40};
    small.service = core::ServiceTime{0.8, 1};
    small.own_per_1k = core::Range{0.5, 1.25};
    small.own_per_1k_full = core::Range{0.1, 0.2};
    small.electricity_per_1k = core::Range{0.01, 0.02};
    small.energy = {core::metered_energy(hardware, *small.service)};
    planning::SystemCost bought;
    bought.id = "topline/zero-shot";
    bought.api_per_1k_apart = Money{12.5, "USD"};
    answer.systems = {bought, small};
    const core::CostLine own = core::own_machine_line(small.id, hardware, *small.service);
    answer.lines = {core::api_line("", {0.001, 0.002}),
                    own,
                    core::rented_line(small.id, hardware),
                    core::hybrid_line(own, {0.001, 0.002}, answer.fallback_share)};
    for (const double fall : {1.0, 40.0}) {
        for (const core::Serving serving : {core::Serving::OwnMachine, core::Serving::Hybrid}) {
            answer.crossings.push_back({serving,
                                        answer.api,
                                        fall,
                                        core::break_even(own, {0.00001 / fall, 0.002 / fall}),
                                        2.5,
                                        std::nullopt,
                                        serving == core::Serving::OwnMachine});
        }
    }
    answer.assumptions = {{"price.provider/model",
                           "0.75 in, 4.5 out USD/1M",
                           planning::Origin::PriceTable,
                           "s, 2026-08-21",
                           "2026-08-21",
                           true}};
    answer.remarks = {{planning::codes::power_unknown, {}}};
    return answer;
}

}  // namespace

TEST_CASE("what a job costs is readable in 80 columns, in both languages") {
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = cost_text(language, answer());
        CHECK(too_wide(text) == "");
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find(language == Language::Fr ? "puissance indiquée dans la tâche"
                                                 : "power stated in the job") != std::string::npos);
        CHECK(text.find("energy_wh") == std::string::npos);  // a key of the JSON
        CHECK(text.find("2026-08-21") != std::string::npos);
        CHECK(text.find("PAL-") == std::string::npos);  // every sentence is there
    }
    const std::string text = cost_text(Language::En, answer());
    CHECK(text.find("12.5 USD") != std::string::npos);
    CHECK(text.find("~836–1,394") != std::string::npos);
    CHECK(text.find("2.5–never") != std::string::npos);
    CHECK(text.find(" x4") != std::string::npos);
    // Every word that is no everyday one is explained where it stands, and the API has its price.
    CHECK(text.find("full: a machine as busy as its busiest hour allows") != std::string::npos);
    CHECK(text.find("power only: the electricity") != std::string::npos);
    CHECK(text.find("x2, x3...: so many machines") != std::string::npos);
    CHECK(text.find("/40 a year: if API prices") != std::string::npos);
    CHECK(text.find("provider/model, bought by tokens: ") != std::string::npos);
}

TEST_CASE("scripts get every figure with its unit in its name, and null for what is not known") {
    const auto parsed = json::parse_or_nothing(cost_json(Language::En, answer()));
    REQUIRE(parsed);
    const json::Value& value = *parsed;
    CHECK(value["format"].as_int() == 1);
    const json::Value& small = value["systems"].as_array()[1];
    CHECK(small["own_machine_per_1k"]["high"].as_double() == 1.25);
    CHECK(small["by_tokens_per_1k"].is_null());
    CHECK(small["energy_wh_per_1k_meter"]["scope"].as_string() == "machine");
    CHECK(value["lines"].as_array().size() == 4);
    CHECK(value["break_even"].as_array()[0]["best"]["outcome"].as_string() == "at");
    CHECK(value["break_even"].as_array()[0]["best"]["machines"].as_int() == 1);
    CHECK(value["lines"].as_array()[1]["months"].as_array().back()["machines"].as_int() == 4);
    CHECK(value["break_even"].as_array()[0]["payback_years_worst"].is_null());
    const json::Value& price = value["assumptions"].as_array()[0];
    CHECK(price["origin"].as_string() == "price_table");
    CHECK(price["checked"].as_string() == "2026-08-21");
    CHECK(price["stale"].as_bool());
}

TEST_CASE("an answer that knows nothing is still a text and an object") {
    planning::CostAnswer empty;
    empty.job = "j";
    CHECK(cost_text(Language::En, empty).find("power only") == std::string::npos);
    CHECK_FALSE(cost_text(Language::En, empty).empty());
    CHECK(json::parse_or_nothing(cost_json(Language::Fr, empty)).has_value());
}

}  // namespace palier::report
