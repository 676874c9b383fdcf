#include "job/hardware_table.h"

#include "base/rng.h"
#include "job/codes.h"

#include <doctest/doctest.h>

#include <string>

namespace palier::job {
namespace {

Result<JobFile> job_with(const std::string& hardware) {
    return parse_job(
        "[job]\ntask = \"generate\"\ninstructions = \"answer\"\n[data]\ntest = \"t.jsonl\"\n"
        "[constraints]\nquality = { metric = \"exact_match\", min = 0.9 }\n"
        "[[candidate]]\nmodel = \"smollm2-135m\"\n" +
            hardware,
        "palier.toml");
}

// The codes of an error and of its cause.
std::pair<int, int> codes_of(const std::string& hardware) {
    const auto file = job_with(hardware);
    REQUIRE_FALSE(file);
    return {file.error().code, file.error().cause ? file.error().cause->code : 0};
}

}  // namespace

TEST_CASE("a job without [hardware] states none") {
    const auto file = job_with("");
    REQUIRE(file);
    CHECK_FALSE(file->job.hardware);
}

TEST_CASE("each number of [hardware] may be a range, and defaults say so") {
    const auto file = job_with(
        "[hardware]\ncurrency = \"EUR\"\nprice = [3000, 4000.5]\npower_w = 150\nidle_w = 40\n"
        "electricity_per_kwh = [0.19, 0.29]\nrent_per_hour = 0.8\n"
        "rates = [{ from = \"USD\", rate = 0.86, date = \"2026-11-20\" }]\n");
    REQUIRE(file);
    REQUIRE(file->job.hardware);
    const core::Hardware& hardware = *file->job.hardware;
    CHECK(hardware.price == std::optional(core::Range{3000, 4000.5}));
    CHECK(hardware.power_w == std::optional(core::Range{150}));
    CHECK(hardware.life_years == core::Range{3});
    CHECK(hardware.rates == std::vector<core::ExchangeRate>{{"USD", 0.86, "2026-11-20"}});
    CHECK_FALSE(hardware.tdp_w);
    bool told = false;
    for (const Origin& origin : file->origins) {
        told = told || (origin.key == "hardware.life_years" && origin.from == "default");
    }
    CHECK(told);
}

TEST_CASE("what cannot be is refused with its line and its reason") {
    const std::string start = "[hardware]\ncurrency = \"EUR\"\n";
    CHECK(codes_of("[hardware]\nprice = 1\n") ==
          std::pair{codes::key_missing, codes::hardware_currency_needed});
    CHECK(codes_of("[hardware]\ncurrency = \"euro\"\n") ==
          std::pair{codes::unusable_value, codes::hardware_currency_needed});
    CHECK(codes_of(start + "price = -1\n") ==
          std::pair{codes::unusable_value, codes::range_needed});
    CHECK(codes_of(start + "life_years = 0\n") ==
          std::pair{codes::unusable_value, codes::range_above_needed});
    CHECK(codes_of(start + "pue = 0.5\n") == std::pair{codes::unusable_value, codes::range_needed});
    CHECK(codes_of(start + "hours_per_day = [8, 25]\n") ==
          std::pair{codes::unusable_value, codes::range_above_needed});
    CHECK(codes_of(start + "price = [5, 4]\n").first == codes::wrong_kind);
    CHECK(codes_of(start + "price = [1, 2, 3]\n").first == codes::wrong_kind);
    CHECK(codes_of(start + "price = nan\n").first == codes::wrong_kind);
    CHECK(codes_of(start + "price = \"4000\"\n").first == codes::wrong_kind);
    CHECK(codes_of(start + "idle_w = 5\n") ==
          std::pair{codes::unusable_value, codes::idle_needs_power});
    CHECK(codes_of(start + "power_w = 5\nidle_w = 6\n") ==
          std::pair{codes::unusable_value, codes::idle_needs_power});
    CHECK(codes_of(start + "prise = 5\n").first == codes::unknown_key_of);
    CHECK(codes_of(start + "rates = [{ from = \"USD\", rate = 0.8 }]\n").second ==
          codes::exchange_rate_needed);
    CHECK(codes_of(start + "rates = [{ from = \"USD\", rate = -1, date = \"2026-01-01\" }]\n")
              .second == codes::exchange_rate_needed);
    CHECK(codes_of(start + "rates = { USD = 1 }\n").first == codes::wrong_kind);
}

TEST_CASE("any number in any key is read or refused, never both") {
    Rng rng(5);
    const char* const keys[] = {
        "price", "life_years", "pue", "days_per_month", "tdp_w", "residual"};
    const char* const values[] = {"0", "-0.0", "1e300", "[0, inf]", "[]", "true", "[[1], 2]", "30"};
    for (int i = 0; i < 200; ++i) {
        const auto file =
            job_with("[hardware]\ncurrency = \"EUR\"\n" + std::string(keys[rng.below(6)]) + " = " +
                     values[rng.below(8)] + "\n");
        CHECK((file.has_value() ? file->job.hardware.has_value() : file.error().code / 100 == 21));
    }
}

}  // namespace palier::job
