// Random plans in random worlds: what must hold of every climb, whatever is measured.
#include "core/test_random_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace palier::core {
namespace {

std::size_t steps_max(const ClimbPlan& plan) {
    constexpr std::size_t k_measures = 2;  // memory and latency
    // Of a rung, at most: four readings of a fixed set, three of two numbers of nearest examples;
    // each in at most three heats.
    constexpr std::size_t k_recipes = 3 * 10;
    std::size_t steps = 2;  // ContinueProof and Stop
    if (plan.topline) {
        steps += k_recipes * plan.topline->rungs.size() + 1 + k_measures;
    }
    for (const Candidate& candidate : plan.candidates) {
        steps += k_recipes * candidate.rungs.size() + 1 + k_measures;
    }
    return steps;
}

// The definition of a System that can be chosen, from the history alone.
bool holds_everything(const ClimbPlan& plan, const History& history, const std::string& system) {
    if (plan.cost_per_1k) {
        const auto cost = history.cost_per_1k.find(system);
        if (cost == history.cost_per_1k.end() || cost->second.value_or(k_cost * 2) > k_cost) {
            return false;
        }
    }
    if (plan.memory_bytes) {
        const auto memory = history.memory_bytes.find(system);
        if (memory == history.memory_bytes.end() ||
            memory->second.value_or(k_memory * 2) > k_memory) {
            return false;
        }
    }
    const auto latency = std::ranges::find(history.latencies, system, &LatencyDone::system);
    const bool probed = latency != history.latencies.end();
    if (plan.p95_ms && !(probed && latency->p95_ms && latency->p95 == Decision::Pass)) {
        return false;
    }
    return !plan.ttft_p95_ms || (probed && latency->ttft_p95_ms && latency->ttft == Decision::Pass);
}

// The smallest candidate that holds everything, by looking at all pairs; "" if none.
std::string smallest_pass(const ClimbPlan& plan, const History& history) {
    std::string best;
    std::optional<std::uint64_t> best_size;
    for (const Candidate& candidate : plan.candidates) {
        for (const ProofDone& proof : history.proofs) {
            const bool passes = proof.candidate == candidate.id && proof.end == ProofEnd::Decided &&
                                proof.on_these_cases == Decision::Pass &&
                                holds_everything(plan, history, proof.system);
            const bool not_larger = !best_size || (candidate.size && *candidate.size <= *best_size);
            if (passes && (best.empty() || not_larger)) {
                best = proof.system;
                best_size = candidate.size;
            }
        }
    }
    return best;
}

bool fell(const SystemVerdict& system) {
    return system.role == Role::Candidate &&
           (system.status == Status::Fail || system.status == Status::RuledOutOnDev);
}

void check_choice(const ClimbPlan& plan, const History& history, const Verdict& result) {
    const std::string smallest = smallest_pass(plan, history);
    const bool smaller = result.choice == Choice::Slm || result.choice == Choice::Baseline;
    CHECK(smaller == !smallest.empty());
    CHECK((result.choice == Choice::Baseline) == (smallest == "baseline"));
    if (smaller) {
        CHECK(result.system == smallest);
    }
    if (result.choice == Choice::Llm) {
        REQUIRE(plan.topline.has_value());
        CHECK(plan.topline->screened_out.empty());
        CHECK_FALSE(plan.topline_shown_only);
        CHECK(result.system == history.topline->system);
        CHECK(result.topline_meets_threshold == true);
        CHECK(holds_everything(plan, history, result.system));
        CHECK(std::ranges::any_of(result.systems, fell));
    }
    if (result.choice == Choice::None) {
        CHECK(result.system.empty());
        CHECK(result.undecided_smaller.empty());
    }
}

void check_systems(const ClimbPlan& plan, const Verdict& result) {
    REQUIRE(result.systems.size() == plan.candidates.size() + (plan.topline ? 1 : 0));
    std::set<std::string> ids;
    bool below = result.choice == Choice::Llm;
    std::vector<std::string> undecided;
    for (const SystemVerdict& system : result.systems) {
        CAPTURE(system.id);
        CHECK(ids.insert(system.id).second);
        CHECK((system.status == Status::Pass || system.status == Status::Error ||
               system.status == Status::NotTried || system.status == Status::NotNeeded ||
               !system.reasons.empty()));
        CHECK((system.status != Status::NotTried || system.reasons.empty()));
        CHECK((system.status == Status::Error) == system.trouble.has_value());
        CHECK((plan.sequential || !system.on_future_traffic));
        if (system.status == Status::Pass || system.status == Status::TooClose) {
            CHECK(system.on_these_cases == Decision::Pass);
        }
        const bool open = system.status == Status::Error || system.status == Status::NotTried ||
                          system.status == Status::TooClose ||
                          (system.status == Status::Pass && !system.reasons.empty());
        if (below && system.role != Role::Topline && open) {
            undecided.push_back(system.candidate);
        }
        CHECK((system.status != Status::NotNeeded || (plan.order == Order::Up && !below)));
        below = below || system.id == result.system;
    }
    CHECK(result.undecided_smaller == undecided);
}

void check_exit(const History& history, const Verdict& result) {
    const auto any = [&](Status status) {
        return std::ranges::find(result.systems, status, &SystemVerdict::status) !=
               result.systems.end();
    };
    const auto troubled = [&](Trouble trouble) {
        return std::ranges::any_of(result.systems, [&](const SystemVerdict& system) {
            return system.status == Status::Error && system.trouble == trouble;
        });
    };
    int expected = 3;
    if (any(Status::TooClose)) expected = 7;
    for (const Trouble trouble : {Trouble::File, Trouble::Template, Trouble::Context}) {
        if (troubled(trouble)) expected = 2;
    }
    if (troubled(Trouble::Memory)) expected = 5;
    if (troubled(Trouble::Unreachable)) expected = 4;
    if (history.stopped == StopCause::Budget) expected = 5;
    if (result.choice != Choice::None) expected = 0;
    CHECK(result.exit_code == expected);
}

// Everything that a verdict says, as text, to compare two of them.
std::string text_of(const Verdict& result) {
    std::string text(name_of(result.choice));
    text += " " + result.system + " " + std::to_string(result.exit_code);
    for (const SystemVerdict& system : result.systems) {
        text += "\n" + system.id + " " + std::string(name_of(system.status));
        for (const Reason& reason : system.reasons) {
            text += " " + reason.constraint;
        }
    }
    return text;
}

TEST_CASE(
    "a climb ends within its bound, and each of its prefixes has a verdict that keeps the rules") {
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const ClimbPlan plan = some_plan(rng);
        World world(plan, seed);
        const std::size_t bound = steps_max(plan);
        bool ended = false;
        for (std::size_t taken = 0; !ended; ++taken) {
            REQUIRE(taken < bound);
            const Verdict result = verdict(plan, world.history);
            check_systems(plan, result);
            check_choice(plan, world.history, result);
            check_exit(world.history, result);
            if (chance(rng, 0.02)) {
                world.history.stopped =
                    chance(rng, 0.5) ? StopCause::Budget : StopCause::Interrupted;
                check_exit(world.history, verdict(plan, world.history));
            }
            const Step step = next_step(plan, world.history);
            CHECK(next_step(plan, world.history) == step);
            world.perform(step);
            ended = std::holds_alternative<Stop>(step);
        }
    }
}

TEST_CASE("candidates are taken one after the other, from the end that the order says") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const ClimbPlan plan = some_plan(rng);
        World world(plan, seed);
        climb(plan, world);
        std::vector<std::string> order;
        for (const SystemVerdict& system : verdict(plan, world.history).systems) {
            order.push_back(system.candidate);
        }
        if (plan.order != Order::Down) {
            std::reverse(order.begin() + (plan.topline ? 1 : 0), order.end());
        }
        const auto place = [&](const std::string& candidate) {
            return std::ranges::find(order, candidate) - order.begin();
        };
        CHECK(std::ranges::is_sorted(world.history.recipes, {}, [&](const RecipeTried& entry) {
            return place(entry.candidate);
        }));
        CHECK(std::ranges::is_sorted(world.history.proofs, {}, [&](const ProofDone& proof) {
            return place(proof.candidate);
        }));
    }
}

// What was asked of models: cases on dev, proofs, probes, and what was asked in vain.
std::size_t asked(const History& history) {
    std::size_t on_dev = 0;
    for (const RecipeTried& entry : history.recipes) {
        on_dev += entry.scores.size();
    }
    return on_dev + history.proofs.size() + history.latencies.size() + history.memory_bytes.size() +
           history.troubles.size();
}

TEST_CASE(
    "going up chooses the System that going down and measuring everybody choose, and never "
    "asks more") {
    std::size_t up_asked = 0;
    std::size_t down_asked = 0;
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        ClimbPlan plan = some_plan(rng);
        plan.order = Order::Up;
        World up(plan, seed);
        climb(plan, up);
        ClimbPlan other = plan;
        other.order = chance(rng, 0.5) ? Order::Down : Order::All;
        World down(other, seed);
        climb(other, down);
        const Verdict from_below = verdict(plan, up.history);
        const Verdict from_above = verdict(other, down.history);
        if (other.order == Order::Down) {
            CHECK(from_below.choice == from_above.choice);
            CHECK(from_below.system == from_above.system);
            CHECK(from_below.exit_code == from_above.exit_code);
            CHECK(from_below.undecided_smaller == from_above.undecided_smaller);
        } else if (from_below.choice == Choice::Slm || from_below.choice == Choice::Baseline) {
            CHECK(from_below.system == from_above.system);
        }
        // Measuring everybody races to the end, and may build few-shot on another recipe.
        CHECK((other.order == Order::All || asked(up.history) <= asked(down.history)));
        up_asked += asked(up.history);
        down_asked += asked(down.history);
    }
    CHECK(up_asked < down_asked);
}

TEST_CASE("a climb that was stopped and resumed ends as if it had never been stopped") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const ClimbPlan plan = some_plan(rng);
        World whole(plan, seed);
        const std::size_t steps = climb(plan, whole);
        World resumed(plan, seed);
        climb(plan, resumed, rng.below(steps));
        resumed.history.stopped = StopCause::Interrupted;
        climb(plan, resumed);
        resumed.history.stopped = StopCause::Finished;
        // What was stored may be read back in any order.
        rng.shuffle(resumed.history.recipes);
        rng.shuffle(resumed.history.proofs);
        rng.shuffle(resumed.history.latencies);
        climb(plan, resumed);
        CHECK(text_of(verdict(plan, resumed.history)) == text_of(verdict(plan, whole.history)));
    }
}

TEST_CASE("a finished climb leaves open only what the world kept from it") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const ClimbPlan plan = some_plan(rng);
        World world(plan, seed);
        climb(plan, world);
        const bool has_threshold =
            plan.quality.min || (world.history.topline && world.history.topline->reachable &&
                                 world.history.topline->score > 0);
        const Verdict result = verdict(plan, world.history);
        for (const SystemVerdict& system : result.systems) {
            CAPTURE(system.id);
            CHECK((system.status != Status::NotTried || !has_threshold ||
                   (plan.order == Order::Up && system.role == Role::Topline)));
        }
        const auto chosen = std::ranges::find(result.systems, result.system, &SystemVerdict::id);
        const bool cut_off =
            chosen != result.systems.end() && world.history.troubles.contains(chosen->candidate);
        CHECK((result.choice == Choice::None || !plan.sequential || cut_off ||
               world.history.future.contains(result.system)));
    }
}

}  // namespace
}  // namespace palier::core
