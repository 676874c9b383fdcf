#include "planning/costing.h"

#include "planning/codes.h"
#include "planning/test_costs.h"
#include "planning/test_jobs.h"
#include "store/codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <tuple>

namespace palier::planning {
namespace {

bool remarks(const CostAnswer& answer, int code) {
    return std::ranges::any_of(answer.remarks, [&](const core::Note& n) { return n.code == code; });
}

}  // namespace

TEST_CASE("without a run everything is an estimate and says so") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/big";
    auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(answer->run.empty());
    CHECK(remarks(*answer, codes::no_run_in_store));
    CHECK(remarks(*answer, codes::volume_unknown));
    CHECK(remarks(*answer, codes::request_time_unknown));
    CHECK_FALSE(answer->api_tokens.counted);
    CHECK(line(*answer, core::Serving::OwnMachine) == nullptr);
    question.seconds_per_request = 0.5;
    answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(line(*answer, core::Serving::OwnMachine) != nullptr);
    CHECK(answer->systems.front().service_assumed);
}

TEST_CASE("batches and thought are counted where they are asked for, and told otherwise") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/lots";
    const auto per_request = [&] {
        const auto answer = cost_of_job(file, question, table(), *world.store);
        REQUIRE(answer);
        return std::pair(line(*answer, core::Serving::Api)->dearest.per_request, *answer);
    };
    const auto [usual, told] = per_request();
    CHECK(remarks(told, codes::batches_cost_less));
    CHECK(remarks(told, codes::thinking_not_counted));
    question.batch = true;
    const auto [batched, counted] = per_request();
    CHECK(batched == doctest::Approx(usual / 2));
    CHECK(remarks(counted, codes::counted_in_batches));
    question.thinking_tokens = 1000;
    const auto [thought, with_thought] = per_request();
    CHECK(thought == doctest::Approx(batched + 1000 * 7.5 / 1e6));
    CHECK_FALSE(remarks(with_thought, codes::thinking_not_counted));
    CHECK(std::ranges::count(with_thought.assumptions, "tokens.thinking", &Assumption::key) == 1);
    question.api = "p/big";
    CHECK(remarks(per_request().second, codes::no_batch_price));
}

TEST_CASE("amounts of another currency are compared only by a rate that was stated") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/dollar";
    question.seconds_per_request = 0.5;
    auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(remarks(*answer, codes::rate_unknown));
    CHECK(line(*answer, core::Serving::Api) == nullptr);
    CHECK(answer->crossings.empty());
    question.rates = {{"USD", 0.5, "2026-11-20"}};
    answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK_FALSE(remarks(*answer, codes::rate_unknown));
    const double dollars = line(*answer, core::Serving::Api)->dearest.per_request;
    question.api = "p/big";
    answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(dollars == doctest::Approx(line(*answer, core::Serving::Api)->dearest.per_request / 2));
}

TEST_CASE("a price that nobody checked for 90 days is said to be old, and an end is told") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    catalog::PriceTable prices = table();
    catalog::ModelPrice& big = prices.models.front();
    big.source = {"a list", "2026-08-21", "2026-08-20"};
    big.ends = "2026-12-01";
    CostQuestion question;
    question.api = "p/big";
    const auto ask = [&](const char* today) {
        question.today = today;
        auto answer = cost_of_job(file, question, prices, *world.store);
        REQUIRE(answer);
        return *answer;
    };
    const CostAnswer fresh = ask("2026-11-18");
    CHECK_FALSE(remarks(fresh, codes::price_old));
    CHECK(remarks(fresh, codes::sale_will_end));
    CHECK(ask("2026-11-19").remarks.size() == fresh.remarks.size() + 1);
    const CostAnswer old = ask("2026-12-01");
    CHECK(remarks(old, codes::price_old));
    CHECK(remarks(old, codes::no_longer_sold));
    const auto price = std::ranges::find(old.assumptions, "price.p/big", &Assumption::key);
    REQUIRE(price != old.assumptions.end());
    CHECK(price->checked == "2026-08-20");
    CHECK(price->stale);
    big.source.checked = "";
    CHECK(remarks(ask("2026-08-22"), codes::price_unchecked));
    CHECK_FALSE(remarks(ask(""), codes::price_unchecked));
}

TEST_CASE("a decision has the price of decisions, never that of the model's text") {
    TestJobs world;
    const auto priced = [&](const std::string& model, const std::string& api) {
        const std::string topline =
            "[topline]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"" + model + "\"\n" + api;
        const job::JobFile file =
            world.job(k_tables + "model = \"smollm2-135m\"\n" + topline + k_hardware);
        const auto answer = cost_of_job(file, {}, table(), *world.store);
        REQUIRE(answer);
        return answer->api;
    };
    CHECK(priced("big", "") == "p/big");
    CHECK(priced("big", "api = \"decisions\"\n") == "p/big:decisions");
    CHECK(priced("dollar", "api = \"decisions\"\n").empty());
}

TEST_CASE("a provider that bills in several currencies is asked in the answer's") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    catalog::PriceTable prices = table();
    prices.models.back().also = {{"EUR", 1, 2, std::nullopt}};
    CostQuestion question;
    question.api = "p/dollar";
    const auto answer = cost_of_job(file, question, prices, *world.store);
    REQUIRE(answer);
    REQUIRE(line(*answer, core::Serving::Api));
    CHECK_FALSE(remarks(*answer, codes::rate_unknown));
}

TEST_CASE("the same model bought by tokens is the cheapest offer that can be compared") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    catalog::PriceTable prices = table();
    for (const auto& [name, currency, price] : {std::tuple{"dear", "EUR", 2.0},
                                                std::tuple{"fair", "EUR", 1.0},
                                                std::tuple{"cheaper in dollars", "USD", 0.5}}) {
        catalog::ModelPrice offer = prices.models.front();
        offer.model = name;
        offer.currency = currency;
        offer.input_per_1m = offer.output_per_1m = price;
        offer.open_weights = "smollm2-135m";
        prices.models.push_back(offer);
    }
    CostQuestion question;
    question.api = "p/big";
    question.seconds_per_request = 0.1;
    const auto rival = [&] {
        const auto answer = cost_of_job(file, question, prices, *world.store);
        REQUIRE(answer);
        return answer->crossings.back().against;
    };
    CHECK(rival() == "p/fair");
    question.rates = {{"USD", 0.9, "2026-11-20"}};
    CHECK(rival() == "p/cheaper in dollars");
}

TEST_CASE("nothing stands in for a price that nobody stated") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n");
    CostQuestion question;
    question.seconds_per_request = 0.5;
    question.gpu = "none such";
    const auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    for (const int code : {codes::machine_price_unknown, codes::no_api_price, codes::no_such_gpu}) {
        CHECK_MESSAGE(remarks(*answer, code), code);
    }
    CHECK(answer->lines.empty());
    CHECK(answer->crossings.empty());
}

TEST_CASE("flags that contradict the job or name nothing known are refused") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    const auto code = [&](const CostQuestion& question) {
        const auto answer = cost_of_job(file, question, table(), *world.store);
        REQUIRE_FALSE(answer);
        return answer.error().code;
    };
    CostQuestion question;
    question.api = "p/bg";
    CHECK(code(question) == codes::no_price_known);
    question = {};
    question.hardware_price = Money{5, "USD"};
    CHECK(code(question) == codes::hardware_price_currency);
    question = {};
    question.system = "nobody";
    CHECK(code(question) == codes::system_not_measured);
    question = {};
    question.run = "r000000";
    CHECK(code(question) == store::codes::no_such_run);
}

TEST_CASE("a volume above one machine's capacity is answered by several, and each is paid") {
    TestJobs world;
    const job::JobFile file = world.job("[traffic]\nconcurrency = 4\npeak = 2\n" + k_tables +
                                        "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/big";
    question.seconds_per_request = 2;
    question.per_month = 6'000'000;
    const auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    const SystemCost& small = answer->systems.front();
    REQUIRE(small.service);
    CHECK(small.service->concurrency == 4);
    // 730 h x 3,600 x 4 / 2 s / 2 = 2,628,000 requests of each machine.
    CHECK(small.machines == 3);
    CHECK(line(*answer, core::Serving::OwnMachine)->at(6e6).low > 3 * 900.0 / 36);
    CHECK(std::ranges::any_of(answer->assumptions, [](const Assumption& a) {
        return a.key == "traffic.peak" && a.value == "2" && a.origin == Origin::Job;
    }));
    CHECK(std::ranges::all_of(answer->crossings, [](const Crossing& c) {
        return c.serving != core::Serving::OwnMachine || c.has_payback;
    }));
}

TEST_CASE("what no figure covers is said: taxes and people's time") {
    TestJobs world;
    const auto asked = [&](const std::string& more) {
        CostQuestion question;
        question.api = "p/big";
        question.seconds_per_request = 0.5;
        const auto answer =
            cost_of_job(world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware + more),
                        question,
                        table(),
                        *world.store);
        REQUIRE(answer);
        return *answer;
    };
    CHECK(remarks(asked(""), codes::without_vat));
    CHECK(remarks(asked(""), codes::nobody_paid));
    CHECK_FALSE(remarks(asked("ops_per_month = 300\n"), codes::nobody_paid));
}

TEST_CASE("falling prices move the break-even up, and payback never outlives the machine") {
    TestJobs world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/big";
    question.seconds_per_request = 0.1;
    question.per_month = 1'000'000;
    question.price_fall = 3;
    const auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    double last = 0;
    for (const Crossing& crossing : answer->crossings) {
        if (crossing.serving != core::Serving::OwnMachine) {
            continue;
        }
        REQUIRE(crossing.volume.best.requests_per_month);
        CHECK(*crossing.volume.best.requests_per_month > last);
        last = *crossing.volume.best.requests_per_month;
        CHECK(crossing.has_payback);
        CHECK(crossing.payback_years_best.value_or(0) <= 3);
        CHECK((crossing.price_fall == 1 || crossing.price_fall == 3));
    }
    CHECK(last > 0);
}

}  // namespace palier::planning
