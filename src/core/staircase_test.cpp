#include "core/staircase.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace palier::core {
namespace {

Candidate candidate(std::string id, std::optional<std::uint64_t> size) {
    Candidate plan;
    plan.id = std::move(id);
    plan.size = size;
    plan.rungs = {Rung::ZeroShot};
    return plan;
}

Candidate baseline() {
    Candidate plan = candidate("baseline", 0);
    plan.baseline = true;
    plan.rungs = {Rung::Baseline};
    return plan;
}

ClimbPlan plan_of(std::vector<Candidate> candidates) {
    ClimbPlan plan;
    plan.quality.metric = "accuracy";
    plan.quality.min = 900'000;
    plan.candidates = std::move(candidates);
    plan.k = count_k(plan);
    return plan;
}

// As a world gives them which answers every case of a step alike.
std::vector<CaseScore> scores_of(std::int64_t cases, double score) {
    std::vector<CaseScore> scores;
    for (std::int64_t i = 0; i < cases; ++i) {
        scores.push_back({i, micros_of(score)});
    }
    return scores;
}

// That an engine is asked for which only writes.
Recipe recipe_of(Rung rung) {
    return recipes_for({}, rung, {}, {}).front();
}

// The System that next_step wants tried on dev; "" if it wants something else.
std::string first_try(const ClimbPlan& plan, const History& history) {
    const Step step = next_step(plan, history);
    const auto* recipe = std::get_if<TryRecipe>(&step);
    return recipe != nullptr ? system_id(recipe->candidate, recipe->recipe.rung) : "";
}

std::vector<std::string> order_of(const ClimbPlan& plan) {
    std::vector<std::string> order;
    for (const SystemVerdict& system : verdict(plan, {}).systems) {
        order.push_back(system.candidate);
    }
    return order;
}

TEST_CASE("K counts the candidates that screen keeps, the baseline among them, and the topline") {
    ClimbPlan plan = plan_of({candidate("a", 1), candidate("b", 2), candidate("c", 3)});
    CHECK(count_k(plan) == 3);
    plan.candidates[1].screened_out.push_back({"licence", std::nullopt, std::nullopt});
    CHECK(count_k(plan) == 2);
    plan.topline = candidate("top", 9);
    CHECK(count_k(plan) == 3);
    plan.candidates.push_back(baseline());
    CHECK(count_k(plan) == 4);
}

TEST_CASE("a System that was not tried on dev is named after its rung, or as recorded") {
    CHECK(system_id("qwen2.5-0.5b", Rung::FewShot) == "qwen2.5-0.5b/few-shot");
    CHECK(system_id("answers", std::nullopt) == "answers/recorded");
    CHECK(system_id("baseline", Rung::Baseline) == "baseline");
}

TEST_CASE("the descent goes by size; unknown sizes stand above, equal ones in the job's order") {
    const ClimbPlan plan = plan_of({candidate("s", 1),
                                    candidate("u", std::nullopt),
                                    candidate("l", 7),
                                    candidate("s2", 1),
                                    candidate("u2", std::nullopt)});
    CHECK(order_of(plan) == std::vector<std::string>{"u", "u2", "l", "s", "s2"});
}

TEST_CASE("a candidate of unknown size never pushes one of known size aside") {
    const ClimbPlan plan = plan_of({candidate("known", 7), candidate("unknown", std::nullopt)});
    History history;
    history.proofs.push_back(
        {"unknown", "unknown/zero-shot", ProofEnd::Decided, Decision::Pass, 0.99});
    CHECK(verdict(plan, history).system == "unknown/zero-shot");
    history.proofs.push_back({"known", "known/zero-shot", ProofEnd::Decided, Decision::Pass, 0.95});
    CHECK(verdict(plan, history).system == "known/zero-shot");
}

TEST_CASE("an empty history has a verdict: none, and nothing was tried") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.topline = candidate("top", 9);
    const Verdict result = verdict(plan, {});
    CHECK(result.choice == Choice::None);
    CHECK(result.exit_code == 3);
    CHECK_FALSE(result.topline_meets_threshold.has_value());
    REQUIRE(result.systems.size() == 2);
    CHECK(result.systems[0].role == Role::Topline);
    CHECK(result.systems[0].status == Status::NotTried);
    CHECK(result.systems[1].status == Status::NotTried);
    CHECK(first_try(plan, {}) == "top/zero-shot");
}

TEST_CASE("a climb without candidates stops at once") {
    CHECK(next_step(plan_of({}), {}) == Step{Stop{StopCause::Finished}});
    CHECK(verdict(plan_of({}), {}).exit_code == 3);
}

TEST_CASE("a dev score exactly at the threshold ends the rungs, one below does not") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.candidates[0].rungs = {Rung::ZeroShot, Rung::Structured};
    History history;
    history.recipes.push_back({"a", recipe_of(Rung::ZeroShot), 0.95, 0.9, false, std::nullopt, {}});
    CHECK(next_step(plan, history) == Step{Prove{"a", "a/zero-shot"}});
    history.recipes[0].dev_low = 0.8999;
    CHECK(first_try(plan, history) == "a/structured");
}

TEST_CASE(
    "the best rung by dev decides: ruled out, it ends the candidate whatever a lower one says") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.candidates[0].rungs = {Rung::ZeroShot, Rung::Structured};
    History history;
    history.recipes.push_back({"a", recipe_of(Rung::ZeroShot), 0.70, 0.6, false, std::nullopt, {}});
    history.recipes.push_back(
        {"a", recipe_of(Rung::Structured), 0.71, 0.6, true, std::nullopt, {}});
    CHECK(next_step(plan, history) == Step{Stop{StopCause::Finished}});
    const Verdict result = verdict(plan, history);
    CHECK(result.systems[0].status == Status::RuledOutOnDev);
    CHECK(result.systems[0].rung == Rung::Structured);
    CHECK(result.systems[0].reasons == std::vector<Reason>{{"quality", 0.71, 0.9}});
}

// A candidate whose engine scores labels, after these dev scores of its zero-shot recipe and of the
// four that score.
struct Scored {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    History history;

    explicit Scored(std::vector<double> dev_scores) {
        Candidate& a = plan.candidates[0];
        a.rungs = {Rung::ZeroShot, Rung::Structured, Rung::FewShot};
        a.abilities.can_score = true;
        plan.dev_cases = 10;
        plan.ingredients.shots = {{"in", "out"}, {"more", "out"}};
        plan.ingredients.fixed = {{0, 1}};
        plan.ingredients.shown = {2, 7};
        std::vector<Recipe> recipes{recipe_of(Rung::ZeroShot)};
        for (const Recipe& recipe : recipes_for({}, Rung::Structured, a.abilities, {})) {
            recipes.push_back(recipe);
        }
        for (std::size_t i = 0; i < dev_scores.size(); ++i) {
            history.recipes.push_back({"a",
                                       recipes[i],
                                       dev_scores[i],
                                       0.1,
                                       false,
                                       std::nullopt,
                                       scores_of(10, dev_scores[i])});
        }
    }
    [[nodiscard]] TryRecipe next() const { return std::get<TryRecipe>(next_step(plan, history)); }
};

TEST_CASE("a rung is tried when each of its recipes is, and stands where its best one does") {
    CHECK(Scored({0.5}).next().recipe.norm == LabelNorm::Sum);
    CHECK(Scored({0.5, 0.6}).next().recipe.norm == LabelNorm::Mean);
    const Scored two({0.5, 0.6, 0.8});
    CHECK(two.next().recipe.norm == LabelNorm::MinusEmpty);
    CHECK(rungs_tried(two.plan, two.history).size() == 1);
    CHECK(Scored({0.5, 0.6, 0.8, 0.8}).next().recipe.norm == LabelNorm::MinusPrior);
    const Scored all({0.5, 0.6, 0.8, 0.8, 0.7});
    const auto rungs = rungs_tried(all.plan, all.history);
    REQUIRE(rungs.size() == 2);
    CHECK(rungs[1].system == "a/structured");
    CHECK(rungs[1].dev_score == 0.8);
    const RecipeTried* best = best_recipe(all.plan, all.history, "a", Rung::Structured);
    REQUIRE(best != nullptr);
    CHECK(best->recipe.norm == LabelNorm::Mean);  // the first of equals
}

TEST_CASE("a rung says which errors of the best one below it removes, and which it adds") {
    Scored two({0.7, 0.5, 0.5, 0.5, 0.6});
    const auto right = [&](std::size_t recipe, const std::vector<std::int64_t>& places) {
        for (CaseScore& one : two.history.recipes[recipe].scores) {
            one.score = std::ranges::find(places, one.place) != places.end() ? k_one : 0;
        }
        two.history.recipes[recipe].tokens = 100;
    };
    right(0, {0, 1, 2, 3, 4, 5, 6});
    for (std::size_t recipe = 1; recipe < 5; ++recipe) {
        right(recipe, {1, 2, 3, 4, 8, 9});
    }
    two.history.recipes[3].tokens = 120;  // it asks one request more
    const auto rungs = rungs_tried(two.plan, two.history);
    REQUIRE(rungs.size() == 2);
    CHECK(rungs[0].below.empty());
    CHECK(rungs[0].tokens == 100);
    CHECK(rungs[1].below == "a/zero-shot");
    CHECK(rungs[1].compared == 10);
    CHECK(rungs[1].removed == std::vector<std::int64_t>{8, 9});
    CHECK(rungs[1].added == std::vector<std::int64_t>{0, 5, 6});
    CHECK(rungs[1].tokens == 120);  // all four read the same answers
}

TEST_CASE("nearest examples are chosen only where they are decidedly better than fixed ones") {
    const auto chosen = [](double fixed, double nearest) {
        ClimbPlan plan = plan_of({candidate("a", 1)});
        plan.dev_cases = 30;
        plan.candidates[0].rungs = {Rung::FewShot};
        plan.ingredients.shots = {{"in", "out"}, {"more", "out"}};
        plan.ingredients.fixed = {{0}};
        plan.ingredients.nearest = {1};
        History history;
        for (const Recipe& recipe : recipes_for(plan.ingredients, Rung::FewShot, {}, {})) {
            const double share = recipe.nearest > 0 ? nearest : fixed;
            std::vector<CaseScore> scores = scores_of(30, 0);
            for (CaseScore& one : scores) {
                one.score = static_cast<double>(one.place) < 30 * share ? k_one : 0;
            }
            take(history, {"a", recipe, share, 0.1, false, std::nullopt, scores});
        }
        return best_recipe(plan, history, "a", Rung::FewShot)->recipe.nearest;
    };
    CHECK(chosen(0.5, 0.9) == 1);
    CHECK(chosen(0.87, 0.9) == 0);
    CHECK(chosen(0.9, 0.5) == 0);
}

TEST_CASE("few-shot stands on the best recipe so far, the higher rung's of equals") {
    CHECK(Scored({0.7, 0.6, 0.5, 0.4, 0.3}).next().recipe.decide == Decide::Generate);
    CHECK(Scored({0.7, 0.6, 0.7, 0.4, 0.3}).next().recipe.decide == Decide::Score);
}

TEST_CASE("a recipe is asked all of dev, but for the cases that its prompt shows") {
    using Places = std::vector<std::int64_t>;
    CHECK(Scored({0.7}).next().cases == Places{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    const TryRecipe few_shot = Scored({0.7, 0.6, 0.5, 0.4, 0.3}).next();
    CHECK(few_shot.recipe.shots.size() == 2);
    CHECK(few_shot.cases == Places{0, 1, 3, 4, 5, 6, 8, 9});
}

TEST_CASE(
    "recipes race in heats of 32, 64... cases, and one that is decidedly worse is left behind") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.dev_cases = 150;
    plan.candidates[0].rungs = {Rung::Structured};
    plan.candidates[0].abilities.can_score = true;
    const std::vector<double> scores{0.5, 0.9, 0.7, 0.9};
    History history;
    std::vector<std::pair<LabelNorm, std::size_t>> asked;
    for (;;) {
        const Step step = next_step(plan, history);
        const auto* tried = std::get_if<TryRecipe>(&step);
        if (tried == nullptr) {
            break;
        }
        const double score = scores[static_cast<std::size_t>(tried->recipe.norm)];
        const auto cases = static_cast<std::int64_t>(tried->cases.size());
        asked.emplace_back(tried->recipe.norm, tried->cases.size());
        take(history,
             {"a", tried->recipe, score, 0.1, false, std::nullopt, scores_of(cases, score)});
    }
    using N = LabelNorm;
    CHECK(asked == decltype(asked){{N::Sum, 32},
                                   {N::Mean, 32},
                                   {N::MinusEmpty, 32},
                                   {N::MinusPrior, 32},
                                   {N::Mean, 64},
                                   {N::MinusPrior, 64},
                                   {N::Mean, 150},
                                   {N::MinusPrior, 150}});
    CHECK(history.recipes.size() == 4);
    CHECK(rungs_tried(plan, history)[0].cases == 150);
}

TEST_CASE("a limit that was held exactly is held") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.memory_bytes = 1000;
    plan.cost_per_1k = 0.5;
    History history;
    history.proofs.push_back({"a", "a/zero-shot", ProofEnd::Decided, Decision::Pass, 0.95});
    history.cost_per_1k["a/zero-shot"] = 0.5;
    history.memory_bytes["a/zero-shot"] = 1000;
    CHECK(verdict(plan, history).choice == Choice::Slm);
    history.memory_bytes["a/zero-shot"] = 1001;
    CHECK(verdict(plan, history).choice == Choice::None);
}

TEST_CASE("an endpoint that does not stream has no time to first token: not measured") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.p95_ms = 1500;
    plan.ttft_p95_ms = 300;
    History history;
    history.proofs.push_back({"a", "a/zero-shot", ProofEnd::Decided, Decision::Pass, 0.95});
    history.latencies.push_back(
        {"a/zero-shot", Decision::Pass, Decision::Undecided, 900.0, std::nullopt});
    const Verdict result = verdict(plan, history);
    CHECK(result.choice == Choice::None);
    CHECK(result.systems[0].status == Status::Pass);
    CHECK(result.systems[0].reasons == std::vector<Reason>{{"ttft_p95", std::nullopt, 300.0}});
}

TEST_CASE("a topline that privacy bars sets the ceiling and is never chosen") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.quality.min.reset();
    plan.quality.of_topline = 950'000;
    plan.topline = candidate("top", 9);
    plan.topline->screened_out.push_back({"privacy", std::nullopt, std::nullopt});
    CHECK(first_try(plan, {}) == "top/zero-shot");
    History history;
    history.topline =
        ToplineDone{"top/zero-shot", true, 0.9, 180'000'000, 200, Decision::Undecided};
    history.proofs.push_back({"a", "a/zero-shot", ProofEnd::Decided, Decision::Fail, 0.7});
    Verdict result = verdict(plan, history);
    CHECK(result.choice == Choice::None);
    CHECK(result.systems[0].status == Status::ScreenedOut);
    CHECK(result.systems[1].reasons[0].limit.value() == doctest::Approx(0.855));

    // Where the threshold hangs on it, that it cannot be reached is what to say.
    history = {};
    history.troubles["top"] = Trouble::Unreachable;
    result = verdict(plan, history);
    CHECK(result.systems[0].status == Status::Error);
    CHECK(result.exit_code == 4);
}

TEST_CASE("a topline score of 0 is no threshold: nothing is tried") {
    ClimbPlan plan = plan_of({candidate("a", 1)});
    plan.quality.min.reset();
    plan.quality.of_topline = 950'000;
    plan.topline = candidate("top", 9);
    History history;
    history.topline = ToplineDone{"top/zero-shot", true, 0, 0, 200, Decision::Undecided};
    CHECK(next_step(plan, history) == Step{Stop{StopCause::Finished}});
    CHECK(verdict(plan, history).systems[1].status == Status::NotTried);
}

}  // namespace
}  // namespace palier::core
