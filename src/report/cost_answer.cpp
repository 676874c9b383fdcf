#include "report/cost.h"
#include "report/loans.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report {
namespace {

using OwnMachine = CostFigures::OwnMachine;

// One way of counting for all Systems of a report, the one nearest to the user's traffic.
OwnMachine basis_of(const planning::CostAnswer& answer) {
    const auto any = [&](auto member) {
        return std::ranges::any_of(
            answer.systems, [&](const planning::SystemCost& s) { return (s.*member).has_value(); });
    };
    return any(&planning::SystemCost::own_per_1k)           ? OwnMachine::AtVolume
           : any(&planning::SystemCost::own_per_1k_full)    ? OwnMachine::AlwaysBusy
           : any(&planning::SystemCost::electricity_per_1k) ? OwnMachine::ElectricityAlone
                                                            : OwnMachine::NotKnown;
}

std::optional<core::Range> cost_of(const planning::SystemCost& system, OwnMachine basis) {
    if (!system.on_own_machine) {
        return system.api_per_1k;
    }
    switch (basis) {
        case OwnMachine::AtVolume:
            return system.own_per_1k;
        case OwnMachine::AlwaysBusy:
            return system.own_per_1k_full;
        case OwnMachine::ElectricityAlone:
            return system.electricity_per_1k;
        case OwnMachine::NotKnown:
            break;
    }
    return std::nullopt;
}

void add_energy(const planning::SystemCost& system, CostFigures& figures) {
    for (const core::Energy& energy : system.energy) {
        auto found =
            std::ranges::find(figures.energy, energy.method, &CostFigures::EnergyFigures::method);
        if (found == figures.energy.end()) {
            figures.energy.push_back({energy.method, energy.figure_name(), {}});
            found = figures.energy.end() - 1;
        }
        found->wh_per_1k[system.id] = energy.wh_per_1k;
    }
}

}  // namespace

CostFigures figures_of(Language language, const planning::CostAnswer& answer) {
    CostFigures figures;
    figures.currency = answer.currency;
    figures.own_machine = basis_of(answer);
    for (const planning::SystemCost& system : answer.systems) {
        if (const auto cost = cost_of(system, figures.own_machine)) {
            figures.cost_per_1k[system.id] = *cost;
        }
        add_energy(system, figures);
    }
    figures.system = answer.small;
    figures.api = answer.api;
    figures.lines = answer.lines;
    for (const planning::Crossing& crossing : answer.crossings) {
        if (crossing.against == answer.api && crossing.price_fall == 1) {
            figures.break_even.push_back({crossing.serving, crossing.volume});
        }
    }
    figures.fallback_share = answer.fallback_share;
    if (answer.per_month) {
        figures.per_month = static_cast<double>(*answer.per_month);
    }
    constexpr int first_origin = say::origin_job;
    for (const planning::Assumption& a : answer.assumptions) {
        const std::string origin = sentence(language, first_origin + static_cast<int>(a.origin));
        figures.counted_with.emplace_back(
            a.key,
            value_in_language(language, a.value) + " [" +
                (a.detail.empty() ? origin
                                  : with_colon(language, origin, in_language(language, a.detail))) +
                "]");
    }
    figures.remarks = answer.remarks;
    return figures;
}

}  // namespace palier::report
