// Random plans in random worlds: what must hold of every climb, whatever is measured.
#include "base/rng.h"
#include "core/staircase.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace palier::core {
namespace {

constexpr double k_threshold = 0.8;
constexpr double k_p95_ms = 1000, k_cost = 0.5;
constexpr std::uint64_t k_memory = 4'000'000'000;

bool chance(Rng& rng, double share) {
    return rng.uniform() < share;
}

// A few values only, so that ties are common.
double some_score(Rng& rng) {
    return 0.5 + 0.1 * static_cast<double>(rng.below(6));
}

Decision some_decision(Rng& rng) {
    return static_cast<Decision>(rng.below(3));  // Undecided, Pass, Fail
}

CandidatePlan some_candidate(Rng& rng, std::string id) {
    CandidatePlan candidate;
    candidate.id = std::move(id);
    if (chance(rng, 0.8)) {
        candidate.size = 1 + rng.below(4);
    }
    candidate.recorded = chance(rng, 0.15);
    if (!candidate.recorded) {
        for (const Rung rung : {Rung::ZeroShot, Rung::Structured, Rung::FewShot}) {
            if (chance(rng, 0.7)) {
                candidate.rungs.push_back(rung);
            }
        }
        if (candidate.rungs.empty()) {
            candidate.rungs.push_back(Rung::ZeroShot);
        }
    }
    candidate.latency_measurable = chance(rng, 0.9);
    candidate.memory_measurable = chance(rng, 0.8);
    if (chance(rng, 0.15)) {
        candidate.screened_out.push_back({"licence", std::nullopt, std::nullopt});
    }
    return candidate;
}

Plan some_plan(Rng& rng) {
    Plan plan;
    const bool relative = chance(rng, 0.3);
    (relative ? plan.quality.of_topline : plan.quality.min) = micros_of(k_threshold);
    if (relative || chance(rng, 0.7)) {
        plan.topline = some_candidate(rng, "topline");
        plan.topline_shown_only = !relative && chance(rng, 0.1);
    }
    const std::uint64_t candidates = rng.below(6);
    for (std::uint64_t i = 0; i < candidates; ++i) {
        plan.candidates.push_back(some_candidate(rng, "c" + std::to_string(i)));
    }
    plan.sequential = chance(rng, 0.8);
    if (chance(rng, 0.5)) {
        plan.p95_ms = k_p95_ms;
    }
    if (chance(rng, 0.3)) {
        plan.ttft_p95_ms = k_p95_ms;
    }
    if (chance(rng, 0.3)) {
        plan.cost_per_1k = k_cost;
    }
    if (chance(rng, 0.4)) {
        plan.memory_bytes = k_memory;
    }
    plan.test_cases = 200;
    plan.k = std::max(1, count_k(plan));
    return plan;
}

// What measuring gives, decided by the seed and the name of the measure alone: the same whenever
// and in whatever order it is asked. Every step is held against the rules as it is performed.
class World {
   public:
    World(const Plan& plan, std::uint64_t seed) : plan_(plan), seed_(seed) {}

    History history;

    void perform(const Step& step) {
        std::visit([&](const auto& known) { done(known); }, step);
    }

   private:
    Rng dice(const std::string& name) const {
        std::uint64_t hash = seed_;
        for (const char letter : name) {
            hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
        }
        return Rng(hash);
    }

    const CandidatePlan& plan_of(const std::string& id) const {
        if (plan_.topline && plan_.topline->id == id) {
            return *plan_.topline;
        }
        const auto found = std::ranges::find(plan_.candidates, id, &CandidatePlan::id);
        REQUIRE(found != plan_.candidates.end());
        return *found;
    }

    bool goes_away(const std::string& candidate, const std::string& what) {
        REQUIRE(std::ranges::find(history.unreachable, candidate) == history.unreachable.end());
        Rng rng = dice("away " + candidate + what);
        if (!chance(rng, 0.04)) {
            return false;
        }
        history.unreachable.push_back(candidate);
        return true;
    }

    void add_cost(const std::string& system) {
        Rng rng = dice("cost " + system);
        if (chance(rng, 0.8)) {
            history.cost_per_1k[system] =
                chance(rng, 0.1) ? std::nullopt : std::optional(rng.uniform());
        }
    }

    void add_future(const std::string& system) {
        Rng rng = dice("future " + system);
        history.future[system] = some_decision(rng);
    }

    static std::string candidate_of(const std::string& system) {
        return system.substr(0, system.find('/'));
    }

    void done(const TryRung& step) {
        const CandidatePlan& candidate = plan_of(step.candidate);
        const bool topline = plan_.topline && plan_.topline->id == step.candidate;
        CHECK((topline || candidate.screened_out.empty()));
        const auto tried = std::ranges::count(history.rungs, step.candidate, &RungTried::candidate);
        REQUIRE(static_cast<std::size_t>(tried) < candidate.rungs.size());
        CHECK(candidate.rungs[static_cast<std::size_t>(tried)] == step.rung);  // none is skipped
        const std::string system = system_id(step.candidate, step.rung);
        if (goes_away(step.candidate, system)) {
            return;
        }
        Rng rng = dice("dev " + system);
        const double score = some_score(rng);
        history.rungs.push_back({step.candidate,
                                 step.rung,
                                 system,
                                 score,
                                 score - 0.1,
                                 score < 0.7 && chance(rng, 0.8)});
    }

    void done(const MeasureTopline& step) {
        REQUIRE_FALSE(history.topline.has_value());
        CHECK(history.proofs.empty());
        Rng rng = dice("topline");
        ToplineDone topline;
        topline.system = step.system;
        topline.reachable = !chance(rng, 0.1);
        if (topline.reachable) {
            topline.cases = plan_.test_cases;
            topline.score = chance(rng, 0.05) ? 0 : some_score(rng);
            topline.total = micros_of(topline.score) * topline.cases;
            topline.on_these_cases = topline.score >= k_threshold ? Decision::Pass : Decision::Fail;
            add_cost(step.system);
            if (chance(rng, 0.5)) {
                add_future(step.system);
            }
        }
        history.topline = topline;
    }

    void done(const Prove& step) {
        for (const ProofDone& proof : history.proofs) {
            CHECK(proof.candidate != step.candidate);
        }
        const RungTried* proved = nullptr;
        for (const RungTried& entry : history.rungs) {
            if (entry.system == step.system) {
                proved = &entry;
            }
        }
        REQUIRE((proved != nullptr) != plan_of(step.candidate).recorded);
        for (const RungTried& entry : history.rungs) {
            if (entry.candidate == step.candidate) {
                CHECK(entry.dev_score <= proved->dev_score);
                CHECK((entry.dev_score < proved->dev_score || entry.rung >= proved->rung));
                CHECK_FALSE(proved->ruled_out);
            }
        }
        if (goes_away(step.candidate, "proof")) {
            return;
        }
        Rng rng = dice("proof " + step.system);
        ProofDone proof{step.candidate, step.system, ProofEnd::Decided, Decision::Fail, 0.5};
        if (chance(rng, 0.05)) {
            proof.end = ProofEnd::Error;
            proof.on_these_cases = Decision::Undecided;
        } else if (chance(rng, 0.6)) {
            proof.on_these_cases = Decision::Pass;
            proof.score = 0.9;
        }
        add_cost(step.system);
        history.proofs.push_back(proof);
    }

    void done(const ProbeLatency& step) {
        const CandidatePlan& candidate = plan_of(candidate_of(step.system));
        CHECK((candidate.latency_measurable && !candidate.recorded));
        for (const LatencyDone& latency : history.latencies) {
            CHECK(latency.system != step.system);
        }
        if (goes_away(candidate.id, "latency")) {
            return;
        }
        Rng rng = dice("latency " + step.system);
        LatencyDone latency{step.system, some_decision(rng), some_decision(rng), 900, std::nullopt};
        if (chance(rng, 0.8)) {
            latency.ttft_p95_ms = 80;
        }
        history.latencies.push_back(latency);
    }

    void done(const MeasureMemory& step) {
        const CandidatePlan& candidate = plan_of(candidate_of(step.system));
        CHECK((candidate.memory_measurable && !candidate.recorded));
        CHECK(plan_.memory_bytes.has_value());
        CHECK_FALSE(history.memory_bytes.contains(step.system));
        Rng rng = dice("memory " + step.system);
        history.memory_bytes[step.system] =
            chance(rng, 0.1) ? std::nullopt : std::optional<std::uint64_t>(rng.below(2 * k_memory));
    }

    void done(const ContinueProof& step) {
        CHECK(plan_.sequential);
        CHECK_FALSE(history.future.contains(step.system));
        CHECK(verdict(plan_, history).system == step.system);
        add_future(step.system);
    }

    void done(const Stop& step) { CHECK(step.why == history.stopped); }

    const Plan& plan_;
    std::uint64_t seed_;
};

std::size_t steps_max(const Plan& plan) {
    constexpr std::size_t k_measures = 2;  // memory and latency
    std::size_t steps = 2;                 // ContinueProof and Stop
    if (plan.topline) {
        steps += plan.topline->rungs.size() + 1 + k_measures;
    }
    for (const CandidatePlan& candidate : plan.candidates) {
        steps += candidate.rungs.size() + 1 + k_measures;
    }
    return steps;
}

// The definition of a System that can be chosen, from the history alone.
bool holds_everything(const Plan& plan, const History& history, const std::string& system) {
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
std::string smallest_pass(const Plan& plan, const History& history) {
    std::string best;
    std::optional<std::uint64_t> best_size;
    for (const CandidatePlan& candidate : plan.candidates) {
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

void check_choice(const Plan& plan, const History& history, const Verdict& result) {
    const std::string smallest = smallest_pass(plan, history);
    CHECK((result.choice == Choice::Slm) == !smallest.empty());
    if (result.choice == Choice::Slm) {
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

void check_systems(const Plan& plan, const Verdict& result) {
    REQUIRE(result.systems.size() == plan.candidates.size() + (plan.topline ? 1 : 0));
    std::set<std::string> ids;
    bool below = result.choice == Choice::Llm;
    std::vector<std::string> undecided;
    for (const SystemVerdict& system : result.systems) {
        CAPTURE(system.id);
        CHECK(ids.insert(system.id).second);
        CHECK((system.status == Status::Pass || system.status == Status::Error ||
               system.status == Status::NotTried || !system.reasons.empty()));
        CHECK((system.status != Status::NotTried || system.reasons.empty()));
        CHECK((plan.sequential || !system.on_future_traffic));
        if (system.status == Status::Pass || system.status == Status::TooClose) {
            CHECK(system.on_these_cases == Decision::Pass);
        }
        const bool open = system.status == Status::Error || system.status == Status::NotTried ||
                          system.status == Status::TooClose ||
                          (system.status == Status::Pass && !system.reasons.empty());
        if (below && system.role == Role::Candidate && open) {
            undecided.push_back(system.candidate);
        }
        below = below || (result.choice == Choice::Slm && system.id == result.system);
    }
    CHECK(result.undecided_smaller == undecided);
}

void check_exit(const History& history, const Verdict& result) {
    const auto any = [&](Status status) {
        return std::ranges::find(result.systems, status, &SystemVerdict::status) !=
               result.systems.end();
    };
    int expected = 3;
    if (any(Status::TooClose)) expected = 7;
    if (any(Status::Error)) expected = 4;
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

// Climbs to the end, or for `steps` steps; returns the number of steps.
std::size_t climb(const Plan& plan, World& world, std::size_t steps = 1000) {
    for (std::size_t taken = 0; taken < steps; ++taken) {
        const Step step = next_step(plan, world.history);
        world.perform(step);
        if (std::holds_alternative<Stop>(step)) {
            return taken + 1;
        }
    }
    return steps;
}

TEST_CASE(
    "a climb ends within its bound, and each of its prefixes has a verdict that keeps the rules") {
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const Plan plan = some_plan(rng);
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

TEST_CASE("candidates are taken from the largest to the smallest, one after the other") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const Plan plan = some_plan(rng);
        World world(plan, seed);
        climb(plan, world);
        std::vector<std::string> order;
        for (const SystemVerdict& system : verdict(plan, world.history).systems) {
            order.push_back(system.candidate);
        }
        const auto place = [&](const std::string& candidate) {
            return std::ranges::find(order, candidate) - order.begin();
        };
        CHECK(std::ranges::is_sorted(world.history.rungs, {}, [&](const RungTried& entry) {
            return place(entry.candidate);
        }));
        CHECK(std::ranges::is_sorted(world.history.proofs, {}, [&](const ProofDone& proof) {
            return place(proof.candidate);
        }));
    }
}

TEST_CASE("a climb that was stopped and resumed ends as if it had never been stopped") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const Plan plan = some_plan(rng);
        World whole(plan, seed);
        const std::size_t steps = climb(plan, whole);
        World resumed(plan, seed);
        climb(plan, resumed, rng.below(steps));
        resumed.history.stopped = StopCause::Interrupted;
        climb(plan, resumed);
        resumed.history.stopped = StopCause::Finished;
        // What was stored may be read back in any order.
        rng.shuffle(resumed.history.rungs);
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
        const Plan plan = some_plan(rng);
        World world(plan, seed);
        climb(plan, world);
        const bool has_threshold =
            plan.quality.min || (world.history.topline && world.history.topline->reachable &&
                                 world.history.topline->score > 0);
        const Verdict result = verdict(plan, world.history);
        for (const SystemVerdict& system : result.systems) {
            CAPTURE(system.id);
            CHECK((system.status != Status::NotTried || !has_threshold));
        }
        const auto chosen = std::ranges::find(result.systems, result.system, &SystemVerdict::id);
        const bool cut_off = chosen != result.systems.end() &&
                             std::ranges::count(world.history.unreachable, chosen->candidate) > 0;
        CHECK((result.choice == Choice::None || !plan.sequential || cut_off ||
               world.history.future.contains(result.system)));
    }
}

}  // namespace
}  // namespace palier::core
