#include "core/rehearsal.h"

#include "base/check.h"
#include "core/staircase_rules.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace palier::core {
namespace {

// How one rehearsed climb goes.
struct Outcomes {
    // The best rung below few-shot, which wins where it exists; nullopt: none there is of use.
    std::optional<Rung> base;
    std::optional<Rung> topline_base;   // of the topline
    std::size_t weak = 0;               // so many candidates fail their proof, the smallest ones
    Decision latency = Decision::Pass;  // of those that pass
};

class Rehearsal {
   public:
    Rehearsal(const ClimbPlan& plan, const Outcomes& outcomes) : plan_(plan), outcomes_(outcomes) {
        for (const Candidate* candidate : staircase::descent(plan)) {
            if (candidate->screened_out.empty()) {
                kept_.push_back(candidate->id);
            }
        }
    }

    // Adds what is not there yet.
    void play(std::vector<Rehearsed>& steps) {
        for (;;) {
            const Step step = next_step(plan_, history_);
            if (std::holds_alternative<Stop>(step)) {
                return;
            }
            Rehearsed rehearsed = std::visit([&](const auto& known) { return done(known); }, step);
            if (std::ranges::find(steps, rehearsed) == steps.end()) {
                steps.push_back(std::move(rehearsed));
            }
        }
    }

   private:
    [[nodiscard]] bool is_weak(const std::string& candidate) const {
        const auto place = std::ranges::find(kept_, candidate) - kept_.begin();
        return static_cast<std::size_t>(place) + outcomes_.weak >= kept_.size();
    }

    // A System's name is its candidate's and its rung's.
    static std::string candidate_of(const std::string& system) {
        return system.substr(0, system.rfind('/'));
    }

    [[nodiscard]] Recipe recipe_of(const std::string& system) const {
        for (const RungTried& rung : rungs_tried(plan_, history_)) {
            if (rung.system == system) {
                return best_recipe(plan_, history_, rung.candidate, rung.rung)->recipe;
            }
        }
        return plain_recipe(plan_.ingredients, abilities_of(candidate_of(system)));
    }

    [[nodiscard]] Abilities abilities_of(const std::string& candidate) const {
        const Candidate* found = staircase::find(plan_, candidate);
        return found == nullptr ? Abilities{} : found->abilities;
    }

    Rehearsed asks(Step step, const std::string& system) const {
        return {std::move(step), candidate_of(system), recipe_of(system)};
    }

    // Asked all of its cases at once: no recipe is dropped on the way.
    Rehearsed done(TryRecipe step) {
        const Rung rung = step.recipe.rung;
        step.cases = staircase::cases_for(plan_, step.recipe);
        RecipeTried tried{step.candidate, step.recipe, 0.1, 0, false, std::nullopt, {}};
        // Of a rung's recipes that win, the one that asks the most often.
        const bool asks_more = step.recipe.orders > 1 || step.recipe.reasons;
        for (const std::int64_t place : step.cases) {
            tried.scores.push_back({place, asks_more ? k_one : 0});
        }
        const bool is_topline = plan_.topline && plan_.topline->id == step.candidate;
        const std::optional<Rung> base = is_topline ? outcomes_.topline_base : outcomes_.base;
        if (rung > Rung::Structured) {
            tried.dev_score = 0.9;
        } else if (!base) {
            tried.trouble = Trouble::Context;
        } else if (rung == *base) {
            tried.dev_score = asks_more ? 0.6 : 0.5;
        }
        take(history_, std::move(tried));
        return {step, step.candidate, step.recipe};
    }

    Rehearsed done(const MeasureTopline& step) {
        ToplineDone topline;
        topline.system = step.system;
        topline.score = 1;
        topline.cases = plan_.test_cases;
        topline.total = topline.cases * k_one;
        topline.on_these_cases = Decision::Pass;
        history_.topline = topline;
        history_.cost_per_1k[step.system] = 0;
        return asks(step, step.system);
    }

    Rehearsed done(const Prove& step) {
        const bool weak = is_weak(step.candidate);
        history_.proofs.push_back({step.candidate,
                                   step.system,
                                   ProofEnd::Decided,
                                   weak ? Decision::Fail : Decision::Pass,
                                   weak ? 0.0 : 1.0});
        history_.cost_per_1k[step.system] = 0;
        return asks(step, step.system);
    }

    Rehearsed done(const ProbeLatency& step) {
        history_.latencies.push_back({step.system, outcomes_.latency, outcomes_.latency, 0.0, 0.0});
        return asks(step, step.system);
    }

    Rehearsed done(const MeasureMemory& step) {
        history_.memory_bytes[step.system] = 0;
        return asks(step, step.system);
    }

    Rehearsed done(const ContinueProof& step) {
        history_.future[step.system] = Decision::Undecided;
        return asks(step, step.system);
    }

    static Rehearsed done(const Stop& /*step*/) {
        PALIER_CHECK(false, "Stop ends a rehearsal");
        return {};
    }

    const ClimbPlan& plan_;
    Outcomes outcomes_;
    std::vector<std::string> kept_;  // from the largest to the smallest
    History history_;
};

}  // namespace

std::vector<Rehearsed> rehearse(const ClimbPlan& plan) {
    std::vector<Rehearsed> steps;
    for (const Rung base : {Rung::ZeroShot, Rung::Structured}) {
        for (std::size_t weak = 0; weak <= plan.candidates.size(); ++weak) {
            Rehearsal(plan, {base, base, weak, Decision::Pass}).play(steps);
        }
        Rehearsal(plan, {base, base, 0, Decision::Fail}).play(steps);
    }
    // Where the first that passes ends the climb, the others are reached only if it fails; where
    // the threshold is a share of the topline's score, only if that one is of use.
    for (const std::optional<Rung> topline :
         {std::optional<Rung>(), std::optional(Rung::ZeroShot)}) {
        Rehearsal(plan, {std::nullopt, topline, 0, Decision::Pass}).play(steps);
        Rehearsal(plan, {std::nullopt, topline, plan.candidates.size(), Decision::Pass})
            .play(steps);
    }
    return steps;
}

}  // namespace palier::core
