#include "core/test_random_world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::core {
namespace {

// A few values only, so that ties are common.
double some_score(Rng& rng) {
    return 0.5 + 0.1 * static_cast<double>(rng.below(6));
}

Decision some_decision(Rng& rng) {
    return static_cast<Decision>(rng.below(3));  // Undecided, Pass, Fail
}

Trouble some_trouble(Rng& rng) {
    return static_cast<Trouble>(rng.below(5));
}

Candidate some_candidate(Rng& rng, std::string id) {
    Candidate candidate;
    candidate.id = std::move(id);
    if (chance(rng, 0.8)) {
        candidate.size = 1 + rng.below(4);
    }
    candidate.recorded = chance(rng, 0.15);
    if (!candidate.recorded) {
        for (const Rung rung : {Rung::ZeroShot, Rung::Structured, Rung::FewShot, Rung::Head}) {
            if (chance(rng, 0.7)) {
                candidate.rungs.push_back(rung);
            }
        }
        if (candidate.rungs.empty()) {
            candidate.rungs.push_back(Rung::ZeroShot);
        }
        candidate.abilities = {chance(rng, 0.6), true, true};
    }
    candidate.latency_measurable = chance(rng, 0.9);
    candidate.memory_measurable = chance(rng, 0.8);
    if (chance(rng, 0.15)) {
        candidate.screened_out.push_back({"licence", std::nullopt, std::nullopt});
    }
    return candidate;
}

std::string candidate_of(const std::string& system) {
    return system.substr(0, system.find('/'));
}

}  // namespace

bool chance(Rng& rng, double share) {
    return rng.uniform() < share;
}

ClimbPlan some_plan(Rng& rng) {
    ClimbPlan plan;
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
    if (chance(rng, 0.5)) {
        Candidate baseline;
        baseline.id = "baseline";
        baseline.baseline = true;
        baseline.size = 0;
        baseline.rungs = {Rung::Baseline};
        plan.candidates.push_back(baseline);
    }
    plan.order = static_cast<Order>(rng.below(3));
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
    plan.dev_cases = chance(rng, 0.5) ? 20 : 150;
    plan.ingredients.shots = {{"in", "out"}, {"more", "out"}, {"third", "out"}};
    plan.ingredients.fixed = {{0, 1}};
    plan.ingredients.shown = {3, 11};
    if (chance(rng, 0.5)) {
        plan.ingredients.nearest = {1, 2};
    }
    plan.test_cases = 200;
    plan.k = std::max(1, count_k(plan));
    return plan;
}

void World::perform(const Step& step) {
    std::visit([&](const auto& known) { done(known); }, step);
}

Rng World::dice(const std::string& name) const {
    std::uint64_t hash = seed_;
    for (const char letter : name) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
    }
    return Rng(hash);
}

const Candidate& World::plan_of(const std::string& id) const {
    if (plan_.topline && plan_.topline->id == id) {
        return *plan_.topline;
    }
    const auto found = std::ranges::find(plan_.candidates, id, &Candidate::id);
    REQUIRE(found != plan_.candidates.end());
    return *found;
}

bool World::goes_away(const std::string& candidate, const std::string& what) {
    REQUIRE_FALSE(history.troubles.contains(candidate));
    Rng rng = dice("away " + candidate + what);
    if (!chance(rng, 0.04)) {
        return false;
    }
    history.troubles[candidate] = some_trouble(rng);
    return true;
}

void World::add_cost(const std::string& system) {
    Rng rng = dice("cost " + system);
    if (chance(rng, 0.8)) {
        history.cost_per_1k[system] =
            chance(rng, 0.1) ? std::nullopt : std::optional(rng.uniform());
    }
}

void World::add_future(const std::string& system) {
    Rng rng = dice("future " + system);
    history.future[system] = some_decision(rng);
}

void World::done(const TryRecipe& step) {
    const Candidate& candidate = plan_of(step.candidate);
    const bool topline = plan_.topline && plan_.topline->id == step.candidate;
    CHECK((topline || candidate.screened_out.empty()));
    CHECK(std::ranges::count(candidate.rungs, step.recipe.rung) == 1);
    for (const RecipeTried& entry : history.recipes) {
        const bool same = entry.candidate == step.candidate;
        CHECK_FALSE(
            (same && entry.recipe == step.recipe && entry.scores.size() >= step.cases.size()));
        CHECK_FALSE((same && entry.recipe.rung > step.recipe.rung));
    }
    // No rung is skipped.
    const auto below =
        std::ranges::count_if(candidate.rungs, [&](Rung rung) { return rung < step.recipe.rung; });
    const auto tried = std::ranges::count_if(
        rungs_tried(plan_, history),
        [&](const RungTried& entry) { return entry.candidate == step.candidate; });
    CHECK(below == tried);
    const bool shows = !step.recipe.shots.empty();
    CHECK(step.cases.size() <=
          static_cast<std::size_t>(plan_.dev_cases) - (shows ? plan_.ingredients.shown.size() : 0));
    CHECK(std::ranges::is_sorted(step.cases));
    const std::string name =
        system_id(step.candidate, step.recipe.rung) + " " + std::string(name_of(step.recipe.norm)) +
        std::string(name_of(step.recipe.baseline)) + std::to_string(step.recipe.nearest);
    if (goes_away(step.candidate, name)) {
        return;
    }
    Rng rng = dice("dev " + name);
    if (chance(rng, 0.1)) {
        take(history, {step.candidate, step.recipe, 0, 0, false, some_trouble(rng), {}});
        return;
    }
    const double score = some_score(rng);
    RecipeTried entry{step.candidate,
                      step.recipe,
                      score,
                      score - 0.1,
                      score < 0.7 && chance(rng, 0.8),
                      std::nullopt,
                      {}};
    for (const std::int64_t place : step.cases) {
        entry.scores.push_back({place, chance(rng, score) ? k_one : 0});
    }
    take(history, std::move(entry));
}

void World::done(const MeasureTopline& step) {
    REQUIRE_FALSE(history.topline.has_value());
    CHECK(history.proofs.empty());
    if (goes_away(candidate_of(step.system), "topline")) {
        return;
    }
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

void World::done(const Prove& step) {
    for (const ProofDone& proof : history.proofs) {
        CHECK(proof.candidate != step.candidate);
    }
    const std::vector<RungTried> rungs = rungs_tried(plan_, history);
    const auto proved = std::ranges::find(rungs, step.system, &RungTried::system);
    REQUIRE((proved != rungs.end()) != plan_of(step.candidate).recorded);
    for (const RungTried& entry : rungs) {
        if (entry.candidate == step.candidate && !entry.trouble) {
            CHECK_FALSE(proved->trouble);
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

void World::done(const ProbeLatency& step) {
    const Candidate& candidate = plan_of(candidate_of(step.system));
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

void World::done(const MeasureMemory& step) {
    const Candidate& candidate = plan_of(candidate_of(step.system));
    CHECK((candidate.memory_measurable && !candidate.recorded));
    CHECK(plan_.memory_bytes.has_value());
    CHECK_FALSE(history.memory_bytes.contains(step.system));
    if (goes_away(candidate.id, "memory")) {
        return;
    }
    Rng rng = dice("memory " + step.system);
    history.memory_bytes[step.system] =
        chance(rng, 0.1) ? std::nullopt : std::optional<std::uint64_t>(rng.below(2 * k_memory));
}

void World::done(const ContinueProof& step) {
    CHECK(plan_.sequential);
    CHECK_FALSE(history.future.contains(step.system));
    CHECK(verdict(plan_, history).system == step.system);
    add_future(step.system);
}

void World::done(const Stop& step) {
    CHECK(step.why == history.stopped);
}

std::size_t climb(const ClimbPlan& plan, World& world, std::size_t steps) {
    for (std::size_t taken = 0; taken < steps; ++taken) {
        const Step step = next_step(plan, world.history);
        world.perform(step);
        if (std::holds_alternative<Stop>(step)) {
            return taken + 1;
        }
    }
    return steps;
}

}  // namespace palier::core
