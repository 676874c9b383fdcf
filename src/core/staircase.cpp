#include "core/staircase.h"

#include "base/check.h"
#include "core/names.h"
#include "core/staircase_rules.h"

#include <algorithm>
#include <utility>

namespace palier::core {
namespace {

using staircase::Check;
using staircase::Held;

void check_ladder(const Candidate& candidate) {
    PALIER_CHECK(candidate.recorded || !candidate.rungs.empty(), "a candidate without rungs");
    PALIER_CHECK(std::ranges::is_sorted(candidate.rungs), "rungs that do not go upwards");
}

std::optional<Step> topline_step(const ClimbPlan& plan, const History& history) {
    if (!plan.topline || history.topline) {
        return std::nullopt;
    }
    const Candidate& topline = *plan.topline;
    if (staircase::has_trouble(history, topline.id)) {
        return std::nullopt;
    }
    if (topline.recorded) {
        return MeasureTopline{system_id(topline.id, std::nullopt)};
    }
    check_ladder(topline);
    if (plan.topline_shown_only) {
        return MeasureTopline{system_id(topline.id, topline.rungs.front())};
    }
    // Held against a threshold of its own, it needs no more than to reach it.
    const auto enough = plan.quality.min && plan.order != Order::All
                            ? core::threshold(plan, history)
                            : std::nullopt;
    const staircase::Ladder ladder = staircase::ladder(plan, topline, history, enough);
    if (ladder.next) {
        return *ladder.next;
    }
    if (!ladder.best) {
        return std::nullopt;
    }
    return MeasureTopline{ladder.best->system};
}

// What is still to be measured of a System that passes on these cases. Nothing is spent on one that
// cannot be chosen any more: a limit has failed or will never be measured.
std::optional<Step> measuring_step(const ClimbPlan& plan,
                                   const History& history,
                                   const Candidate& candidate,
                                   const std::string& system) {
    if (staircase::has_trouble(history, candidate.id)) {
        return std::nullopt;
    }
    const std::vector<Check> checks = staircase::checks(plan, history, candidate, system);
    for (const Check& check : checks) {
        if (check.held == Held::No || check.held == Held::Never) {
            return std::nullopt;
        }
    }
    for (const Check& check : checks) {
        if (check.reason.constraint == "memory" && check.held == Held::Pending) {
            return MeasureMemory{system};
        }
    }
    // Latency is shown even where it is not limited.
    const bool probed = std::ranges::find(history.latencies, system, &LatencyDone::system) !=
                        history.latencies.end();
    if (!probed && candidate.latency_measurable && !candidate.recorded) {
        return ProbeLatency{system};
    }
    return std::nullopt;
}

std::optional<Step> candidate_step(const ClimbPlan& plan,
                                   const History& history,
                                   double threshold,
                                   const Candidate& candidate) {
    if (!candidate.screened_out.empty()) {
        return std::nullopt;
    }
    check_ladder(candidate);
    if (const ProofDone* proof = staircase::proof_of(history, candidate.id)) {
        if (proof->end == ProofEnd::Error || proof->on_these_cases != Decision::Pass) {
            return std::nullopt;
        }
        return measuring_step(plan, history, candidate, proof->system);
    }
    if (staircase::has_trouble(history, candidate.id)) {
        return std::nullopt;
    }
    if (candidate.recorded) {
        return Prove{candidate.id, system_id(candidate.id, std::nullopt)};
    }
    const staircase::Ladder ladder = staircase::ladder(plan, candidate, history, threshold);
    if (ladder.next) {
        return *ladder.next;
    }
    if (!ladder.best || ladder.best->ruled_out) {
        return std::nullopt;
    }
    return Prove{candidate.id, ladder.best->system};
}

bool is_chosen(const ClimbPlan& plan, const History& history, const Candidate& candidate) {
    const Verdict so_far = verdict(plan, history);
    return std::ranges::any_of(so_far.systems, [&](const SystemVerdict& system) {
        return system.id == so_far.system && system.role != Role::Topline &&
               system.candidate == candidate.id;
    });
}

// The candidates are done: what the choice still needs.
std::optional<Step> closing_step(const ClimbPlan& plan, const History& history) {
    const Verdict so_far = verdict(plan, history);
    if ((so_far.choice == Choice::None || so_far.choice == Choice::Llm) && plan.topline &&
        !so_far.systems.empty()) {
        const SystemVerdict& topline = so_far.systems.front();
        const bool a_candidate_fell = std::ranges::any_of(so_far.systems, [](const auto& system) {
            return system.role == Role::Candidate &&
                   (system.status == Status::Fail || system.status == Status::RuledOutOnDev);
        });
        if (a_candidate_fell && topline.status == Status::Pass) {
            if (auto step = measuring_step(plan, history, *plan.topline, topline.id)) {
                return step;
            }
        }
    }
    if (so_far.choice == Choice::None || !plan.sequential ||
        history.future.contains(so_far.system)) {
        return std::nullopt;
    }
    const auto chosen = std::ranges::find(so_far.systems, so_far.system, &SystemVerdict::id);
    if (staircase::has_trouble(history, chosen->candidate)) {
        return std::nullopt;
    }
    return ContinueProof{so_far.system};
}

}  // namespace

int count_k(const ClimbPlan& plan) {
    const auto kept = std::ranges::count_if(
        plan.candidates, [](const Candidate& candidate) { return candidate.screened_out.empty(); });
    return static_cast<int>(kept) + (plan.topline ? 1 : 0);
}

bool fails_too_often(const ToplineDone& topline) {
    constexpr std::int64_t k_one_in = 20;
    return topline.failed * k_one_in > topline.cases;
}

std::string system_id(std::string_view candidate, std::optional<Rung> rung) {
    std::string id(candidate);
    if (rung == Rung::Baseline) {
        return id;
    }
    id += '/';
    id += rung ? name_of(*rung) : "recorded";
    return id;
}

void take(History& history, RecipeTried tried) {
    const auto known = std::ranges::find_if(history.recipes, [&](const RecipeTried& entry) {
        return entry.candidate == tried.candidate && entry.recipe == tried.recipe;
    });
    if (known != history.recipes.end()) {
        *known = std::move(tried);
    } else {
        history.recipes.push_back(std::move(tried));
    }
}

const RecipeTried* best_recipe(const ClimbPlan& plan,
                               const History& history,
                               std::string_view candidate,
                               Rung rung) {
    const Candidate* of = staircase::find(plan, candidate);
    if (of == nullptr) {
        return nullptr;
    }
    const staircase::Ladder ladder = staircase::ladder(plan, *of, history, std::nullopt);
    const auto found = std::ranges::find_if(
        ladder.best_recipes, [&](const RecipeTried* best) { return best->recipe.rung == rung; });
    return found == ladder.best_recipes.end() ? nullptr : *found;
}

std::vector<RungTried> rungs_tried(const ClimbPlan& plan, const History& history) {
    std::vector<const Candidate*> order = staircase::descent(plan);
    if (plan.topline) {
        order.insert(order.begin(), &*plan.topline);
    }
    std::vector<RungTried> rungs;
    for (const Candidate* candidate : order) {
        const auto tried = staircase::ladder(plan, *candidate, history, std::nullopt).tried;
        rungs.insert(rungs.end(), tried.begin(), tried.end());
    }
    return rungs;
}

Step next_step(const ClimbPlan& plan, const History& history) {
    if (history.stopped != StopCause::Finished) {
        return Stop{history.stopped};
    }
    if (auto step = topline_step(plan, history)) {
        return *std::move(step);
    }
    if (const std::optional<double> threshold = core::threshold(plan, history)) {
        std::vector<const Candidate*> order = staircase::descent(plan);
        if (plan.order != Order::Down) {
            std::ranges::reverse(order);
        }
        for (const Candidate* candidate : order) {
            if (auto step = candidate_step(plan, history, *threshold, *candidate)) {
                return *std::move(step);
            }
            if (plan.order == Order::Up && is_chosen(plan, history, *candidate)) {
                break;
            }
        }
    }
    if (auto step = closing_step(plan, history)) {
        return *std::move(step);
    }
    return Stop{StopCause::Finished};
}

}  // namespace palier::core
