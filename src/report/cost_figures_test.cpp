#include "report/cost.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

using OwnMachine = CostFigures::OwnMachine;

planning::CostAnswer answer() {
    core::Hardware hardware;
    hardware.power_w = core::Range{100};
    hardware.tdp_w = core::Range{65};
    planning::CostAnswer answer;
    answer.currency = "EUR";
    answer.api = "provider/model";
    planning::SystemCost local;
    local.id = "small/zero-shot";
    local.on_own_machine = true;
    local.own_per_1k = core::Range{0.5, 0.6};
    local.own_per_1k_full = core::Range{0.1, 0.2};
    local.electricity_per_1k = core::Range{0.01};
    local.energy = {core::metered_energy(hardware, {0.5, 1}),
                    core::tdp_energy(hardware, {0.5, 1}, 2, 4)};
    planning::SystemCost slow = local;
    slow.id = "large/zero-shot";
    slow.own_per_1k = core::Range{2, 3};
    slow.machines = 4;
    planning::SystemCost bought;
    bought.id = "topline/zero-shot";
    bought.api_per_1k = core::Range{2};
    answer.systems = {bought, slow, local};
    answer.crossings = {{core::Serving::OwnMachine, "provider/model", 1, {}, {}, {}, false},
                        {core::Serving::OwnMachine, "provider/model", 10, {}, {}, {}, false},
                        {core::Serving::OwnMachine, "other/model", 1, {}, {}, {}, false}};
    answer.assumptions = {{"hours", "24", planning::Origin::Default, "a day", "", false}};
    return answer;
}

}  // namespace

TEST_CASE("all Systems of a report are counted one way, with all the machines that they need") {
    planning::CostAnswer found = answer();
    CostFigures figures = figures_of(Language::En, found);
    CHECK(figures.own_machine == OwnMachine::AtVolume);
    CHECK(figures.cost_per_1k.at("small/zero-shot") == core::Range{0.5, 0.6});
    CHECK(figures.cost_per_1k.at("topline/zero-shot") == core::Range{2});
    CHECK(figures.cost_per_1k.at("large/zero-shot") == core::Range{2, 3});
    for (planning::SystemCost& system : found.systems) {
        system.own_per_1k.reset();
    }
    figures = figures_of(Language::En, found);
    CHECK(figures.own_machine == OwnMachine::AlwaysBusy);
    CHECK(figures.cost_per_1k.size() == 3);
    for (planning::SystemCost& system : found.systems) {
        system.own_per_1k_full.reset();
    }
    CHECK(figures_of(Language::En, found).own_machine == OwnMachine::ElectricityAlone);
}

TEST_CASE("energy is kept apart by method, and break-evens are those of today's price") {
    const CostFigures figures = figures_of(Language::Fr, answer());
    REQUIRE(figures.energy.size() == 2);
    CHECK(figures.energy[0].name != figures.energy[1].name);
    CHECK(figures.energy[0].wh_per_1k.size() == 2);
    CHECK(figures.break_even.size() == 1);
    REQUIRE(figures.counted_with.size() == 1);
    CHECK(figures.counted_with[0].second == "24 [par défaut : a day]");
}

TEST_CASE("an answer that knows nothing makes figures that know nothing") {
    CHECK_FALSE(figures_of(Language::En, {}).known());
}

}  // namespace palier::report
