#include "run/costing.h"

#include "catalog/fake_tree.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace palier::run {
namespace {

const std::string k_tables =
    "[constraints]\nquality = { metric = \"accuracy\", min = 0.8 }\nlatency = { p95_ms = 50 }\n"
    "[[candidate]]\n";

const std::string k_hardware =
    "[hardware]\ncurrency = \"EUR\"\nprice = [900, 1100]\npower_w = 100\nidle_w = 30\ntdp_w = 65\n"
    "electricity_per_kwh = 0.2\n";

catalog::PriceTable table() {
    const auto prices = catalog::parse_prices(
        R"({"format": 1, "models": [
            {"provider": "p", "model": "big", "currency": "EUR", "input_per_1m": 3, "output_per_1m": 15},
            {"provider": "p", "model": "dollar", "currency": "USD", "input_per_1m": 3, "output_per_1m": 15}],
            "gpus": [{"gpu": "L4", "per_hour": 1, "currency": "EUR"}]})",
        "t.json",
        catalog::Dating::Optional);
    REQUIRE(prices);
    return *prices;
}

bool remarks(const CostAnswer& answer, int code) {
    return std::ranges::any_of(answer.remarks, [&](const core::Note& n) { return n.code == code; });
}

const core::CostLine* line(const CostAnswer& answer, core::Serving serving) {
    const auto found = std::ranges::find(answer.lines, serving, &core::CostLine::serving);
    return found == answer.lines.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("where the processor counts its energy, the latency probe reads it") {
    const std::string package = "/sys/class/powercap/intel-rapl:0/";
    catalog::FakeTree tree;
    tree.put(package + "name", "package-0\n")
        .put(package + "energy_uj", "1000000\n")
        .put(package + "max_energy_range_uj", "262143328850\n");
    TestWorld world;
    world.machine_root = tree.root();
    Model model = knowing(1);
    std::uint64_t microjoules = 1'000'000;
    model.instead = [&](const engine::Request&) -> std::optional<engine::fake::Answer> {
        microjoules += 7'200'000;  // 2 Wh for 1,000 requests
        tree.put(package + "energy_uj", std::to_string(microjoules) + "\n");
        return std::nullopt;
    };
    const std::string path = world.add_file("small", 1000, model);
    const job::JobFile file = world.job(k_tables + "model = \"" + path + "\"\n");
    REQUIRE(world.climb(file));
    const auto answer = cost_of_job(file, {}, table(), *world.store);
    REQUIRE(answer);
    const auto& energy = answer->systems.front().energy;
    REQUIRE(energy.size() == 1);
    CHECK(energy.front().figure_name() == "energy_wh_per_1k_counter");
    CHECK(energy.front().scope == "package");
    CHECK(energy.front().wh_per_1k.low == doctest::Approx(2).epsilon(0.001));
}

TEST_CASE("a run gives tokens and times; with a machine and an API, lines that cross") {
    TestWorld world;
    const std::string model = world.add_file("small", 1000, knowing(1));
    const job::JobFile file = world.job(k_tables + "model = \"" + model + "\"\n" + k_hardware);
    REQUIRE(world.climb(file));
    CostQuestion question;
    question.api = "p/big";
    question.per_month = 100'000;
    const auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK_FALSE(answer->run.empty());
    REQUIRE(answer->systems.size() == 1);
    const SystemCost& small = answer->systems.front();
    CHECK(small.on_own_machine);
    CHECK(small.tokens.counted);
    REQUIRE(small.service);
    CHECK(small.service->seconds_per_request == doctest::Approx(0.01).epsilon(0.2));
    REQUIRE(small.own_per_1k);
    CHECK(small.own_per_1k->low ==
          doctest::Approx((900.0 / 36 + 0.03 * 0.2 * 730) / 100).epsilon(0.01));
    CHECK(small.own_per_1k->high > small.own_per_1k->low);
    // Two methods, two names.
    REQUIRE(small.energy.size() == 2);
    CHECK(small.energy[0].figure_name() == "energy_wh_per_1k_meter");
    CHECK(small.energy[0].wh_per_1k.low ==
          doctest::Approx(100 * small.service->seconds_per_request * 1000 / 3600));
    CHECK(small.energy[1].figure_name() == "energy_wh_per_1k_tdp_estimate");
    for (const core::Serving serving : {core::Serving::Api,
                                        core::Serving::OwnMachine,
                                        core::Serving::Rented,
                                        core::Serving::Hybrid}) {
        CHECK(line(*answer, serving) != nullptr);
    }
    // Four falls of prices, own machine and hybrid each, and rented today.
    CHECK(answer->crossings.size() == 9);
    const core::BreakEven& today = answer->crossings.front().volume;
    REQUIRE(today.best.crossing == core::Crossing::At);
    const double at = *today.best.requests_per_month;
    CHECK(line(*answer, core::Serving::OwnMachine)->at(at).low ==
          doctest::Approx(line(*answer, core::Serving::Api)->at(at).high));
    CHECK(volumes_of(*answer).size() == 5);  // 100,000 is one of the usual ones
}

TEST_CASE("without a run everything is an estimate and says so") {
    TestWorld world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/big";
    auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(answer->run.empty());
    CHECK(remarks(*answer, 7480));
    CHECK(remarks(*answer, 7483));
    CHECK(remarks(*answer, 7489));
    CHECK_FALSE(answer->api_tokens.counted);
    CHECK(line(*answer, core::Serving::OwnMachine) == nullptr);
    question.seconds_per_request = 0.5;
    answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(line(*answer, core::Serving::OwnMachine) != nullptr);
    CHECK(answer->systems.front().service_assumed);
}

TEST_CASE("amounts of another currency are compared only by a rate that was stated") {
    TestWorld world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    CostQuestion question;
    question.api = "p/dollar";
    question.seconds_per_request = 0.5;
    auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(remarks(*answer, 7482));
    CHECK(line(*answer, core::Serving::Api) == nullptr);
    CHECK(answer->crossings.empty());
    question.rates = {{"USD", 0.5, "2026-11-20"}};
    answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK_FALSE(remarks(*answer, 7482));
    const double dollars = line(*answer, core::Serving::Api)->dearest.per_request;
    question.api = "p/big";
    answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    CHECK(dollars == doctest::Approx(line(*answer, core::Serving::Api)->dearest.per_request / 2));
}

TEST_CASE("nothing stands in for a price that nobody stated") {
    TestWorld world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n");
    CostQuestion question;
    question.seconds_per_request = 0.5;
    question.gpu = "none such";
    const auto answer = cost_of_job(file, question, table(), *world.store);
    REQUIRE(answer);
    for (const int code : {7481, 7484, 7485}) {
        CHECK_MESSAGE(remarks(*answer, code), code);
    }
    CHECK(answer->lines.empty());
    CHECK(answer->crossings.empty());
}

TEST_CASE("flags that contradict the job or name nothing known are refused") {
    TestWorld world;
    const job::JobFile file = world.job(k_tables + "model = \"smollm2-135m\"\n" + k_hardware);
    const auto code = [&](const CostQuestion& question) {
        const auto answer = cost_of_job(file, question, table(), *world.store);
        REQUIRE_FALSE(answer);
        return answer.error().code;
    };
    CostQuestion question;
    question.api = "p/bg";
    CHECK(code(question) == 2757);
    question = {};
    question.hardware_price = Money{5, "USD"};
    CHECK(code(question) == 2759);
    question = {};
    question.system = "nobody";
    CHECK(code(question) == 2761);
    question = {};
    question.run = "r000000";
    CHECK(code(question) == 1106);
}

TEST_CASE("falling prices move the break-even up, and payback never outlives the machine") {
    TestWorld world;
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

}  // namespace palier::run
