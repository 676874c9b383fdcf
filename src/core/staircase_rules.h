// The rules that next_step and verdict share, so that what is asked for and what is concluded
// cannot disagree. Internal to the staircase; pure.
#pragma once

#include "core/staircase.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::core::staircase {

// The candidates, screened out or not, from the largest to the smallest (ClimbPlan says how ties
// and unknown sizes stand).
[[nodiscard]] std::vector<const Candidate*> descent(const ClimbPlan& plan);

// The candidate or topline of this id; nullptr: the plan has none.
[[nodiscard]] const Candidate* find(const ClimbPlan& plan, std::string_view id);

// Places of dev that a recipe can be asked, in order: all but what some prompt of its kind shows to
// every case.
[[nodiscard]] std::vector<std::int64_t> cases_for(const ClimbPlan& plan, const Recipe& recipe);

[[nodiscard]] bool has_trouble(const History& history, const std::string& candidate);
// Why nothing can be said of a candidate that has no proof: its own trouble, or that of its lowest
// rung where dev has ended and no rung is of use. nullopt: there is no such trouble.
[[nodiscard]] std::optional<Trouble> trouble_of(const ClimbPlan& plan,
                                                const History& history,
                                                const Candidate& candidate);
[[nodiscard]] const ProofDone* proof_of(const History& history, std::string_view candidate);

// Where a candidate stands on dev.
struct Ladder {
    std::optional<TryRecipe> next;  // the recipe to try; nullopt: dev has said enough
    std::vector<RungTried> tried;   // upwards
    std::optional<RungTried> best;  // of those of use: by dev_score, the lower one of equals
    // Of each rung that was begun, upwards; borrowed from the history.
    std::vector<const RecipeTried*> best_recipes;
};
// enough: a rung whose dev_low reaches it is the last one; nullopt: every rung is tried.
[[nodiscard]] Ladder ladder(const ClimbPlan& plan,
                            const Candidate& candidate,
                            const History& history,
                            std::optional<double> enough);

enum class Held {
    Yes,
    No,
    Close,    // undecided after the last request
    Pending,  // a step can still measure it
    Never     // it was asked in vain, or cannot be measured here
};

// One limit of the job, other than quality, held against one System.
struct Check {
    Reason reason;
    Held held = Held::Pending;
};

// The limits that the job sets, in the order: cost, memory, latency_p95, ttft_p95.
[[nodiscard]] std::vector<Check> checks(const ClimbPlan& plan,
                                        const History& history,
                                        const Candidate& candidate,
                                        std::string_view system);

}  // namespace palier::core::staircase
