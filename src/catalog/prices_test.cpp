#include "catalog/prices.h"

#include "base/rng.h"
#include "catalog/codes.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

namespace palier::catalog {
namespace {

const std::string k_table = R"({"format": 1,
  "sources": {"s": {"title": "A catalogue", "address": "https://example.com", "date": "2026-08-01"}},
  "models": [
    {"provider": "mistral", "model": "ministral-3b", "aliases": ["ministral-3b-latest"],
     "currency": "USD", "input_per_1m": 0.04, "output_per_1m": 0.04, "checked": "2026-08-20", "source": "s"},
    {"provider": "openai", "model": "big", "currency": "USD", "input_per_1m": 5, "output_per_1m": 30,
     "cached_input_per_1m": 0.5, "batch_share": 0.5, "ends": "2026-12-01", "ends_source": "s",
     "also": [{"currency": "EUR", "input_per_1m": 4, "output_per_1m": 25}], "source": "s"},
    {"provider": "cheap", "model": "llama", "currency": "USD", "input_per_1m": 0.1, "output_per_1m": 0.1,
     "open_weights": "llama-3.1-8b", "source": "s"},
    {"provider": "dear", "model": "llama", "currency": "USD", "input_per_1m": 1, "output_per_1m": 1,
     "open_weights": "llama-3.1-8b", "source": "s"}],
  "gpus": [{"offer": "x", "gpu": "L4", "memory_gb": 24, "per_hour": 0.8, "currency": "USD", "source": "s"}],
  "electricity": [{"country": "FR", "per_kwh": 0.2, "currency": "EUR", "source": "s"}],
  "carbon": [{"country": "FR", "g_per_kwh": 56, "source": "s"}]})";

Result<PriceTable> parsed(const std::string& text) {
    return parse_prices(text, "t.json", Dating::Required);
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = k_table;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

// The words of error 2750 about a table with one thing changed.
std::string hole(const std::string& from, const std::string& to) {
    const auto table = parsed(with(from, to));
    REQUIRE_FALSE(table);
    CHECK(table.error().code == codes::unusable_prices);
    return table.error().args[1].second + " " + table.error().args[2].second;
}

class Variable {
   public:
    Variable(const char* name, const std::string& value) : name_(name) {
        setenv(name, value.c_str(), 1);
    }
    ~Variable() { unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

   private:
    const char* name_;
};

}  // namespace

TEST_CASE("the table that is part of palier is whole: each price has a source and a date") {
    for (const ModelPrice& price : built_in_prices().models) {
        CHECK_MESSAGE(!price.source.title.empty(), price.name());
        CHECK_MESSAGE(days_between(price.source.day(), "2026-11-26").value_or(-1) >= 0,
                      price.name());
    }
    for (const GpuPrice& price : built_in_prices().gpus) {
        CHECK_MESSAGE(price.per_hour > 0, price.gpu);
    }
}

TEST_CASE("models are found by provider and name, by name, and by alias") {
    const auto table = parsed(k_table);
    REQUIRE(table);
    REQUIRE(find_price(*table, "mistral/ministral-3b"));
    CHECK(find_price(*table, "ministral-3b-latest") == find_price(*table, "ministral-3b"));
    CHECK(find_price(*table, "mistral/ministral-3b-latest") == find_price(*table, "ministral-3b"));
    CHECK(find_price(*table, "openai/ministral-3b-latest") == nullptr);
    CHECK(find_price(*table, "ministral-3b")->source.checked == "2026-08-20");
    CHECK(find_price(*table, "big")->cached_input_per_1m == 0.5);
    CHECK(find_price(*table, "small") == nullptr);
    CHECK(names_near(*table, "opnai/big", 2).front() == "openai/big");
}

TEST_CASE("a price has the day it was checked, never the day of the list it stands in") {
    const auto table = parsed(k_table);
    REQUIRE(table);
    const PriceSource& unchecked = find_price(*table, "big")->source;
    CHECK(unchecked.checked.empty());
    CHECK(unchecked.day() == "2026-08-01");
    CHECK(is_stale(unchecked, "2026-08-02"));
    const PriceSource& checked = find_price(*table, "ministral-3b")->source;
    CHECK_FALSE(is_stale(checked, "2026-11-18"));  // 90 days
    CHECK(is_stale(checked, "2026-11-19"));
    CHECK_FALSE(is_stale(checked, ""));
    CHECK_FALSE(is_stale({"mine.json", "", ""}, "2026-11-19"));
    CHECK(days_between("2024-02-28", "2024-03-01") == 2);
    for (const char* none : {"", "2026", "2026-02-30", "2026-1-011", "2026-13-01", "-026-01-01"}) {
        CHECK_MESSAGE(!days_between(none, none), none);
    }
}

TEST_CASE("a model that is no longer sold is known, and offered no more") {
    const auto table = parsed(k_table);
    REQUIRE(table);
    const ModelPrice& big = *find_price(*table, "big");
    CHECK(big.is_sold("2026-11-30"));
    CHECK_FALSE(big.is_sold("2026-12-01"));
    CHECK(offers_of(*table, "llama-3.1-8b", "2026-11-26").size() == 2);
    CHECK(offers_of(*table, "", "2026-11-26").empty());
    const auto ended = parsed(with("\"open_weights\": \"llama-3.1-8b\", \"source\": \"s\"},",
                                   "\"open_weights\": \"llama-3.1-8b\", \"source\": \"s\", "
                                   "\"ends\": \"2026-11-01\", \"ends_source\": \"s\"},"));
    REQUIRE(ended);
    REQUIRE(offers_of(*ended, "llama-3.1-8b", "2026-11-26").size() == 1);
    CHECK(offers_of(*ended, "llama-3.1-8b", "2026-11-26").front()->provider == "dear");
}

TEST_CASE("a price may stand in each currency that its provider bills in") {
    const auto table = parsed(k_table);
    REQUIRE(table);
    const ModelPrice& big = *find_price(*table, "big");
    REQUIRE(big.also.size() == 1);
    CHECK(big.also.front().currency == "EUR");
    CHECK(big.also.front().output_per_1m == 25);
    CHECK(big.batch_share == 0.5);
}

TEST_CASE("a hole in the table is an error that names the entry, never a price of 0") {
    CHECK(hole("\"output_per_1m\": 30,", "") == "models[2] (openai/big) has no output_per_1m");
    CHECK(hole("\"input_per_1m\": 5", "\"input_per_1m\": null") ==
          "models[2] (openai/big) input_per_1m is no number");
    CHECK(hole("\"input_per_1m\": 5", "\"input_per_1m\": -5").ends_with("is negative"));
    CHECK(hole("\"input_per_1m\": 5", "\"input_per_1m\": \"5\"").ends_with("is no number"));
    CHECK(hole("\"provider\": \"openai\", ", "").ends_with("has no provider"));
    CHECK(hole("\"per_hour\": 0.8, ", "").ends_with("has no per_hour"));
    CHECK(hole("\"currency\": \"EUR\", ", "").ends_with("has no currency"));
    CHECK(hole("\"g_per_kwh\": 56, \"source\": \"s\"", "\"g_per_kwh\": 56")
              .ends_with("has no known source"));
    CHECK(hole("\"date\": \"2026-08-01\"", "\"date\": \"\"").ends_with("without title and date"));
    CHECK(hole("\"checked\": \"2026-08-20\"", "\"checked\": \"2026-08-32\"")
              .ends_with("no day as YYYY-MM-DD"));
    CHECK(hole("\"ends_source\": \"s\"", "\"ends_source\": \"t\"")
              .ends_with("has no known ends_source"));
    CHECK(hole("\"input_per_1m\": 4, ", "").ends_with("has no input_per_1m"));
    CHECK(hole("\"batch_share\": 0.5", "\"batch_share\": 5").ends_with("is above 1"));
    CHECK(hole("\"format\": 1", "\"format\": 2").ends_with("\"format\": 1"));
    CHECK(parsed("{").error().code == codes::prices_no_json);
}

TEST_CASE("the user's file goes before the built-in table, and needs no source") {
    machine::FakeTree tree;
    tree.put("/mine.json",
             R"({"format": 1, "models": [{"provider": "us", "model": "own", "currency": "EUR",
                 "input_per_1m": 0.5, "output_per_1m": 1}]})");
    const Variable named("PALIER_PRICES", tree.root() + "/mine.json");
    const auto table = load_prices();
    REQUIRE(table);
    REQUIRE(find_price(*table, "us/own"));
    CHECK(find_price(*table, "us/own")->source.title == tree.root() + "/mine.json");
    CHECK(table->models.size() == built_in_prices().models.size() + 1);
    CHECK(table->models.front().model == "own");
}

TEST_CASE(
    "a file that is named and not there, or broken, is an error; the usual one may be absent") {
    machine::FakeTree tree;
    {
        const Variable named("PALIER_PRICES", tree.root() + "/none.json");
        CHECK(load_prices().error().code == codes::unreadable_prices);
    }
    {
        const Variable named("PALIER_PRICES", tree.root());
        CHECK(load_prices().error().code == codes::unreadable_prices);
    }
    tree.put("/palier/prices.json", "{\"format\": 1, \"models\": [{}]}");
    const Variable config("XDG_CONFIG_HOME", tree.root());
    CHECK(load_prices().error().code == codes::unusable_prices);
    const Variable empty("XDG_CONFIG_HOME", tree.root() + "/elsewhere");
    CHECK(load_prices().has_value());
}

TEST_CASE("any damage to a table is an error or another table, never a crash") {
    Rng rng(16);
    for (int i = 0; i < 2000; ++i) {
        std::string text = k_table;
        for (int k = 0; k < 3; ++k) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        const auto table = parsed(text);
        if (table) {
            for (const ModelPrice& price : table->models) {
                CHECK(price.input_per_1m >= 0);
            }
        }
    }
}

TEST_CASE("the reference is the newest price that holds on that day, and is paid by tokens") {
    const auto table = parse_prices(
        R"({"format": 1, "models": [
 {"provider": "p", "model": "old", "currency": "USD", "input_per_1m": 1, "output_per_1m": 2, "valid_from": "2026-01-01"},
 {"provider": "p", "model": "dear", "currency": "USD", "input_per_1m": 9, "output_per_1m": 9, "valid_from": "2026-03-01"},
 {"provider": "p", "model": "new", "currency": "USD", "input_per_1m": 1, "output_per_1m": 2, "valid_from": "2026-03-01"},
 {"provider": "p", "model": "decides", "currency": "USD", "input_per_1m": 1, "output_per_1m": 0, "valid_from": "2026-04-01"},
 {"provider": "p", "model": "undated", "currency": "USD", "input_per_1m": 1, "output_per_1m": 2},
 {"provider": "p", "model": "gone", "currency": "USD", "input_per_1m": 1, "output_per_1m": 2, "valid_from": "2026-05-01", "ends": "2026-06-01"}
]})",
        "prices.json",
        Dating::Optional);
    REQUIRE_MESSAGE(table, (table ? "" : table.error().args.back().second));
    const auto on = [&](const char* day) {
        const ModelPrice* found = reference_price(*table, day);
        return found == nullptr ? "" : found->model;
    };
    CHECK(on("2025-12-31") == "");
    CHECK(on("2026-02-01") == "old");
    CHECK(on("2026-04-15") == "new");
    CHECK(on("2026-05-15") == "gone");
    CHECK(on("2026-06-01") == "new");
}

TEST_CASE("the table's reference is no older than half a year, and can be asked somewhere") {
    const ModelPrice* found = reference_price(built_in_prices(), "2026-11-27");
    REQUIRE(found != nullptr);
    CHECK(days_between(found->since, "2026-11-27").value_or(1000) < 183);
    CHECK(place_of(found->provider));
    CHECK_FALSE(place_of("nobody"));
}

}  // namespace palier::catalog
