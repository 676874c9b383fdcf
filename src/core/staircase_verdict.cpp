#include "core/staircase.h"
#include "core/staircase_rules.h"

#include <algorithm>
#include <utility>

namespace palier::core {
namespace {

using staircase::Check;
using staircase::Held;

// Status and reasons of a System that passes on these cases. What failed is the reason by itself;
// what is too close or not measured is named only where nothing failed.
void judge_limits(const ClimbPlan& plan,
                  const History& history,
                  const Candidate& candidate,
                  SystemVerdict& system) {
    bool pending = false;
    std::vector<Reason> failed, close, not_measured;
    for (Check& check : staircase::checks(plan, history, candidate, system.id)) {
        switch (check.held) {
            case Held::Yes:
                break;
            case Held::No:
                failed.push_back(std::move(check.reason));
                break;
            case Held::Close:
                close.push_back(std::move(check.reason));
                break;
            case Held::Pending:
                pending = true;
                [[fallthrough]];
            case Held::Never:
                not_measured.push_back(std::move(check.reason));
                break;
        }
    }
    if (!failed.empty()) {
        system.status = Status::Fail;
        system.reasons = std::move(failed);
        return;
    }
    if (const auto trouble = history.troubles.find(candidate.id);
        pending && trouble != history.troubles.end()) {
        system.status = Status::Error;
        system.trouble = trouble->second;
    } else {
        system.status = close.empty() ? Status::Pass : Status::TooClose;
    }
    system.reasons = std::move(close);
    system.reasons.insert(system.reasons.end(), not_measured.begin(), not_measured.end());
}

void look_up_future(const ClimbPlan& plan, const History& history, SystemVerdict& system) {
    const auto found = history.future.find(system.id);
    if (plan.sequential && found != history.future.end()) {
        system.on_future_traffic = found->second;
    }
}

// The rung of a System of this candidate; nullopt: a recording's, or one never tried on dev.
std::optional<Rung> rung_of(const History& history,
                            std::string_view candidate,
                            std::string_view system) {
    const auto found = std::ranges::find_if(history.recipes, [&](const RecipeTried& entry) {
        return entry.candidate == candidate && system_id(candidate, entry.recipe.rung) == system;
    });
    return found == history.recipes.end() ? std::nullopt : std::optional(found->recipe.rung);
}

std::vector<Rung> rungs_without(const Candidate& candidate, std::optional<Rung> proved) {
    std::vector<Rung> rungs;
    for (const Rung rung : candidate.rungs) {
        if (rung != proved) {
            rungs.push_back(rung);
        }
    }
    return rungs;
}

bool sets_no_threshold(const ClimbPlan& plan, const ToplineDone& measured) {
    return plan.quality.of_topline && !plan.topline_shown_only && fails_too_often(measured);
}

Decision topline_on_these_cases(const ClimbPlan& plan, const ToplineDone& measured) {
    if (!plan.quality.of_topline) {
        return measured.on_these_cases;
    }
    if (sets_no_threshold(plan, measured)) {
        return Decision::Undecided;
    }
    // A share of at most 1 of its own score is always reached; of nothing there is no share.
    return measured.score > 0 ? Decision::Pass : Decision::Fail;
}

SystemVerdict judge_topline(const ClimbPlan& plan,
                            const History& history,
                            const Candidate& topline) {
    SystemVerdict system;
    system.id = system.candidate = topline.id;
    system.role = Role::Topline;
    system.rungs_not_proved = topline.rungs;
    const ToplineDone* measured =
        history.topline && history.topline->reachable ? &*history.topline : nullptr;
    if (measured != nullptr) {
        system.id = measured->system;
        system.rung = rung_of(history, topline.id, measured->system);
        system.rungs_not_proved = rungs_without(topline, system.rung);
        system.on_these_cases = topline_on_these_cases(plan, *measured);
        look_up_future(plan, history, system);
    }
    const bool failing = measured != nullptr && sets_no_threshold(plan, *measured);
    // One that could not be chosen anyway is an error only where the threshold depends on it.
    const bool barred = plan.topline_shown_only || !topline.screened_out.empty();
    const bool needed = !barred || (plan.quality.of_topline && !plan.topline_shown_only);
    std::optional<Trouble> trouble = staircase::trouble_of(plan, history, topline);
    if (history.topline) {
        trouble = failing ? Trouble::Failing : Trouble::Unreachable;
    }
    if (needed && (measured == nullptr || failing) && trouble) {
        system.status = Status::Error;
        system.trouble = trouble;
    } else if (barred) {
        system.status = Status::ScreenedOut;
        system.reasons = topline.screened_out;
        if (system.reasons.empty()) {  // only a job that keeps its cases at home has one to show
            system.reasons.push_back({"privacy", std::nullopt, std::nullopt});
        }
    } else if (measured != nullptr && system.on_these_cases == Decision::Fail) {
        system.status = Status::Fail;
        system.reasons.push_back(
            {"quality", measured->score, core::threshold(plan, history).value_or(0)});
    } else if (measured != nullptr && system.on_these_cases == Decision::Pass) {
        judge_limits(plan, history, topline, system);
    }
    return system;
}

// A candidate whose proof has ended.
void judge_proof(const ClimbPlan& plan,
                 const History& history,
                 const Candidate& candidate,
                 const ProofDone& proof,
                 SystemVerdict& system) {
    system.id = proof.system;
    if (!candidate.baseline) {
        system.rung = rung_of(history, candidate.id, proof.system);
        system.rungs_not_proved = rungs_without(candidate, system.rung);
    }
    if (proof.end == ProofEnd::Error) {
        system.status = Status::Error;
        system.trouble = Trouble::Unreachable;
        return;
    }
    system.on_these_cases = proof.on_these_cases;
    look_up_future(plan, history, system);
    if (proof.on_these_cases == Decision::Fail) {
        system.status = Status::Fail;
        system.reasons.push_back({"quality", proof.score, core::threshold(plan, history)});
    } else if (proof.on_these_cases == Decision::Pass) {
        judge_limits(plan, history, candidate, system);
    }
}

SystemVerdict judge_candidate(const ClimbPlan& plan,
                              const History& history,
                              const Candidate& candidate) {
    SystemVerdict system;
    system.id = system.candidate = candidate.id;
    if (candidate.baseline) {
        system.role = Role::Baseline;
    } else {
        system.rungs_not_proved = candidate.rungs;
    }
    if (!candidate.screened_out.empty()) {
        system.status = Status::ScreenedOut;
        system.reasons = candidate.screened_out;
        return system;
    }
    if (const ProofDone* proof = staircase::proof_of(history, candidate.id)) {
        judge_proof(plan, history, candidate, *proof, system);
        return system;
    }
    // Without a threshold nothing was asked, and nothing can be said, of a candidate.
    const std::optional<double> threshold = core::threshold(plan, history);
    if (threshold && !candidate.recorded) {
        const staircase::Ladder ladder = staircase::ladder(plan, candidate, history, threshold);
        if (!ladder.next && ladder.best && ladder.best->ruled_out) {
            system.status = Status::RuledOutOnDev;
            if (!candidate.baseline) {
                system.rung = ladder.best->rung;
            }
            system.reasons.push_back({"quality", ladder.best->dev_score, threshold});
            return system;
        }
    }
    system.trouble = staircase::trouble_of(plan, history, candidate);
    if (system.trouble) {
        system.status = Status::Error;
    }
    return system;
}

bool can_be_chosen(const SystemVerdict& system) {
    return system.status == Status::Pass && system.reasons.empty();
}

bool is_undecided(const SystemVerdict& system) {
    switch (system.status) {
        case Status::Error:
        case Status::NotTried:
        case Status::TooClose:
            return true;
        case Status::Pass:
            return !can_be_chosen(system);
        case Status::Fail:
        case Status::RuledOutOnDev:
        case Status::ScreenedOut:
        case Status::NotNeeded:  // what is larger than the choice
            break;
    }
    return false;
}

// The smallest candidate or baseline that passes; without one the topline, if at least one
// candidate was tried and fell. `systems` descends, so that the last one that passes is the
// smallest.
void choose(Verdict& result) {
    const auto& systems = result.systems;
    const auto smallest =
        std::find_if(systems.rbegin(), systems.rend(), [](const SystemVerdict& system) {
            return system.role != Role::Topline && can_be_chosen(system);
        });
    auto below = systems.begin();
    if (smallest != systems.rend()) {
        result.choice = smallest->role == Role::Baseline ? Choice::Baseline : Choice::Slm;
        result.system = smallest->id;
        below = smallest.base();
    } else {
        const bool a_candidate_fell = std::ranges::any_of(systems, [](const SystemVerdict& system) {
            return system.role == Role::Candidate &&
                   (system.status == Status::Fail || system.status == Status::RuledOutOnDev);
        });
        const bool topline_passes = !systems.empty() && systems.front().role == Role::Topline &&
                                    can_be_chosen(systems.front());
        if (!a_candidate_fell || !topline_passes) {
            return;
        }
        result.choice = Choice::Llm;
        result.system = systems.front().id;
        below = systems.begin() + 1;
    }
    for (; below != systems.end(); ++below) {
        if (is_undecided(*below)) {
            result.undecided_smaller.push_back(below->candidate);
        }
    }
}

// Larger ones than the choice that were never begun.
void leave_out_the_larger(const ClimbPlan& plan, const History& history, Verdict& result) {
    for (const Candidate* candidate : staircase::descent(plan)) {
        const auto system =
            std::ranges::find(result.systems, candidate->id, &SystemVerdict::candidate);
        if (system->id == result.system) {
            return;
        }
        const bool begun = std::ranges::any_of(history.recipes, [&](const RecipeTried& entry) {
            return entry.candidate == candidate->id;
        });
        if (system->status == Status::NotTried && !begun && result.choice != Choice::None &&
            result.choice != Choice::Llm) {
            system->status = Status::NotNeeded;
        }
    }
}

// What keeps the question open decides, the world's before the statistics'.
int exit_code(const Verdict& result, StopCause stopped) {
    const auto has = [&](std::optional<Trouble> trouble) {
        return std::ranges::find(result.systems, trouble, &SystemVerdict::trouble) !=
               result.systems.end();
    };
    if (result.choice != Choice::None) {
        return 0;
    }
    if (stopped == StopCause::Budget) {
        return 5;
    }
    if (has(Trouble::Unreachable) || has(Trouble::Failing)) {
        return 4;
    }
    if (has(Trouble::Memory)) {
        return 5;
    }
    if (has(Trouble::File) || has(Trouble::Template) || has(Trouble::Context)) {
        return 2;
    }
    const bool too_close =
        std::ranges::find(result.systems, Status::TooClose, &SystemVerdict::status) !=
        result.systems.end();
    return too_close ? 7 : 3;
}

}  // namespace

Verdict verdict(const ClimbPlan& plan, const History& history) {
    Verdict result;
    if (plan.topline) {
        const SystemVerdict topline = judge_topline(plan, history, *plan.topline);
        // Shown only: a few cases, no decision on the whole test set.
        if (!plan.topline_shown_only && topline.on_these_cases != Decision::Undecided) {
            result.topline_meets_threshold = topline.on_these_cases == Decision::Pass;
        }
        result.systems.push_back(topline);
    }
    for (const Candidate* candidate : staircase::descent(plan)) {
        result.systems.push_back(judge_candidate(plan, history, *candidate));
    }
    choose(result);
    if (plan.order == Order::Up) {
        leave_out_the_larger(plan, history, result);
    }
    result.exit_code = exit_code(result, history.stopped);
    return result;
}

}  // namespace palier::core
