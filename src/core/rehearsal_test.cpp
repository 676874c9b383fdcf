#include "core/rehearsal.h"

#include "core/test_random_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace palier::core {
namespace {

std::string candidate_of(const Step& step) {
    struct Names {
        std::string operator()(const TryRecipe& known) const { return known.candidate; }
        std::string operator()(const Prove& known) const { return known.candidate; }
        std::string operator()(const Stop& /*known*/) const { return ""; }
        std::string operator()(const MeasureTopline& known) const { return of(known.system); }
        std::string operator()(const ProbeLatency& known) const { return of(known.system); }
        std::string operator()(const MeasureMemory& known) const { return of(known.system); }
        std::string operator()(const ContinueProof& known) const { return of(known.system); }
        static std::string of(const std::string& system) {
            return system.substr(0, system.rfind('/'));
        }
    };
    return std::visit(Names{}, step);
}

// A recipe as it is, with as many cases at least; of the rest, that the candidate has such a step:
// it may be another System of it.
bool covers(const std::vector<Rehearsed>& rehearsed, const Step& step) {
    return std::ranges::any_of(rehearsed, [&](const Rehearsed& entry) {
        if (const auto* tried = std::get_if<TryRecipe>(&step)) {
            const auto* known = std::get_if<TryRecipe>(&entry.step);
            return known != nullptr && known->candidate == tried->candidate &&
                   known->recipe == tried->recipe && known->cases.size() >= tried->cases.size() &&
                   std::equal(tried->cases.begin(), tried->cases.end(), known->cases.begin());
        }
        return entry.step.index() == step.index() && entry.candidate == candidate_of(step);
    });
}

// A candidate whose engine scores labels and can be measured.
Candidate scoring(std::string id, std::uint64_t size) {
    Candidate plan;
    plan.id = std::move(id);
    plan.size = size;
    plan.rungs = {Rung::ZeroShot, Rung::Structured, Rung::FewShot};
    plan.abilities.can_score = true;
    return plan;
}

TEST_CASE("whatever a climb asks was rehearsed") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const ClimbPlan plan = some_plan(rng);
        const std::vector<Rehearsed> rehearsed = rehearse(plan);
        World world(plan, seed);
        for (;;) {
            const Step step = next_step(plan, world.history);
            if (std::holds_alternative<Stop>(step)) {
                break;
            }
            CAPTURE(candidate_of(step));
            CAPTURE(step.index());
            CHECK(covers(rehearsed, step));
            world.perform(step);
        }
    }
}

TEST_CASE("a rehearsal has each step once, and proves what has the longest requests") {
    ClimbPlan plan;
    plan.quality.min = 900'000;
    plan.ingredients.shots = {{"in", "out"}};
    plan.ingredients.fixed = {{0}};
    plan.ingredients.shown = {0};
    plan.dev_cases = 4;
    plan.candidates = {scoring("small", 1), scoring("large", 2)};
    plan.k = count_k(plan);
    const std::vector<Rehearsed> steps = rehearse(plan);
    std::vector<std::string> proved;
    std::size_t recipes = 0;
    for (const Rehearsed& entry : steps) {
        CHECK(std::ranges::count(steps, entry) == 1);
        recipes += std::holds_alternative<TryRecipe>(entry.step) ? 1 : 0;
        if (std::holds_alternative<Prove>(entry.step)) {
            CHECK_FALSE(entry.recipe.shots.empty());
            proved.push_back(entry.candidate + " " + std::string(name_of(entry.recipe.decide)));
        }
    }
    // Each: zero-shot, four norms, few-shot that writes, and with four norms.
    CHECK(recipes == 2 * 10);
    CHECK(proved == std::vector<std::string>{
                        "large generate", "small generate", "large score", "small score"});
}

TEST_CASE("a topline that could be chosen is measured where no candidate is") {
    ClimbPlan plan;
    plan.quality.min = 900'000;
    plan.dev_cases = 4;
    plan.topline = scoring("top", 9);
    plan.candidates = {scoring("small", 1)};
    const auto probes_topline = [&] {
        return covers(rehearse(plan), ProbeLatency{"top/zero-shot"});
    };
    CHECK(probes_topline());
    plan.topline->screened_out.push_back({"privacy", std::nullopt, std::nullopt});
    CHECK_FALSE(probes_topline());
}

}  // namespace
}  // namespace palier::core
