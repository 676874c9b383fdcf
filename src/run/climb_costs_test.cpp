// What a climb leaves behind for `palier cost`.
#include "machine/fake_tree.h"
#include "planning/costing.h"
#include "planning/test_costs.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <string>

namespace palier::run {

using planning::CostQuestion;
using planning::k_hardware;
using planning::k_tables;
using planning::line;
using planning::SystemCost;
using planning::table;

TEST_CASE("where the processor counts its energy, the latency probe reads it") {
    const std::string package = "/sys/class/powercap/intel-rapl:0/";
    machine::FakeTree tree;
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
    const auto answer = planning::cost_of_job(file, {}, table(), *world.store);
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
    const auto answer = planning::cost_of_job(file, question, table(), *world.store);
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

}  // namespace palier::run
