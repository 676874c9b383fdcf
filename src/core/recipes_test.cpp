#include "core/recipes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

namespace palier::core {
namespace {

Job labels(std::size_t count) {
    Job job;
    for (std::size_t i = 0; i < count; ++i) {
        job.labels.push_back("label" + std::to_string(i));
    }
    return job;
}

struct Dev {
    std::vector<Case> cases;
    std::vector<Example> view;

    Dev(const Job& job, std::size_t count) : cases(count) {
        for (std::size_t i = 0; i < count; ++i) {
            cases[i].id = cases[i].input = std::to_string(i);
            // The first label is nine times as frequent as the others.
            cases[i].expected = {i % 10 != 0 ? job.labels[0]
                                             : job.labels[i / 10 % job.labels.size()]};
            view.push_back({&cases[i], cases[i].expected.front(), true});
        }
    }
};

constexpr Abilities k_scores{true, false}, k_constrains{false, true}, k_checks{.can_check = true};

}  // namespace

TEST_CASE(
    "structured exists for label sets and schemas that can be checked, few-shot with examples") {
    using R = Rung;
    CHECK(rungs_for(Task::Classify, k_scores, 50) ==
          std::vector<R>{R::ZeroShot, R::Structured, R::FewShot});
    CHECK(rungs_for(Task::Classify, k_constrains, 1) == std::vector<R>{R::ZeroShot, R::Structured});
    CHECK(rungs_for(Task::Classify, {}, 50) == std::vector<R>{R::ZeroShot, R::FewShot});
    CHECK(rungs_for(Task::Extract, k_checks, 1) == std::vector<R>{R::ZeroShot, R::Structured});
    CHECK(rungs_for(Task::Extract, k_scores, 50) == std::vector<R>{R::ZeroShot, R::FewShot});
    CHECK(rungs_for(Task::Generate, k_constrains, 1) == std::vector<R>{R::ZeroShot});
}

TEST_CASE("label scoring competes with four normalisations, constrained text with none") {
    const auto scored = recipes_for({}, Rung::Structured, k_scores, {});
    REQUIRE(scored.size() == 4);
    CHECK(scored[0].decide == Decide::Score);
    CHECK(scored[2].norm == LabelNorm::MinusEmpty);
    CHECK(scored[3].norm == LabelNorm::MinusPrior);
    const auto constrained = recipes_for({}, Rung::Structured, k_constrains, {});
    REQUIRE(constrained.size() == 1);
    CHECK(constrained[0].constrained);
}

TEST_CASE("from 40 cases on labels are asked in two orders too, but not beside examples") {
    const Job job = labels(3);
    CHECK(ingredients_of(job, 8, Dev(job, 39).view, 39).orders == 1);
    const Dev dev(job, 40);
    const Ingredients ingredients = ingredients_of(job, 8, dev.view, dev.view.size());
    CHECK(ingredients.orders == 2);
    const auto scored = recipes_for(ingredients, Rung::Structured, k_scores, {});
    REQUIRE(scored.size() == 8);
    CHECK(scored[3].orders == 1);
    CHECK(scored[4].orders == 2);
    CHECK_FALSE(asks_alike(scored[0], scored[4]));
    const auto shown = recipes_for(ingredients, Rung::FewShot, k_scores, scored[4]);
    CHECK(std::ranges::all_of(shown, [](const Recipe& recipe) { return recipe.orders == 1; }));
}

TEST_CASE("an extraction is held to its schema, reasons first, or is written freely and checked") {
    const Abilities holds{.can_constrain = true, .can_check = true};
    const auto held = recipes_for({}, Rung::Structured, holds, {});
    REQUIRE(held.size() == 3);
    CHECK((held[0].constrained && !held[0].reasons));
    CHECK((held[1].constrained && held[1].reasons));
    CHECK((!held[2].constrained && !held[2].reasons));
    const auto free = recipes_for({}, Rung::Structured, k_checks, {});
    REQUIRE(free.size() == 2);
    CHECK((!free[0].constrained && !free[0].reasons));
    CHECK((!free[1].constrained && free[1].reasons));
    for (const Recipe& recipe : held) {
        CHECK(recipe.repairs == 1);
    }
    Ingredients shown;
    shown.shots = {{"a", "b"}};
    shown.fixed = {{0}};
    const auto examples = recipes_for(shown, Rung::FewShot, holds, held[1]);
    REQUIRE(examples.size() == 1);
    CHECK((examples[0].constrained && examples[0].reasons && examples[0].repairs == 1));
}

TEST_CASE("an engine that writes no text decides among labels, in one way") {
    const Abilities decides{.can_score = true, .can_constrain = false, .can_write = false};
    CHECK(rungs_for(Task::Classify, decides, 50) == std::vector<Rung>{Rung::Structured});
    const auto recipes = recipes_for({}, Rung::Structured, decides, {});
    REQUIRE(recipes.size() == 1);
    CHECK(recipes[0].decide == Decide::Score);
    CHECK(recipes[0].norm == LabelNorm::Sum);
    CHECK(plain_recipe({}, decides) == recipes[0]);
    CHECK(plain_recipe({}, k_scores).rung == Rung::ZeroShot);
}

TEST_CASE("few-shot keeps the way of deciding of the best recipe so far") {
    Recipe base;
    base.decide = Decide::Score;
    Ingredients ingredients;
    ingredients.shots = {{"a", "label0"}};
    ingredients.fixed = {{0}};
    CHECK(recipes_for(ingredients, Rung::FewShot, {}, base).size() == 4);
    base.decide = Decide::Generate;
    const auto recipes = recipes_for(ingredients, Rung::FewShot, {}, base);
    REQUIRE(recipes.size() == 1);
    CHECK(recipes[0].shots == ingredients.shots);
}

TEST_CASE("fixed sets and numbers of nearest examples compete, in each way of reading") {
    Ingredients ingredients;
    ingredients.shots = {{"a", "x"}, {"b", "y"}, {"c", "x"}, {"d", "y"}};
    ingredients.fixed = {{0, 1}, {3, 2}};
    ingredients.nearest = {3};
    Recipe base;
    const auto written = recipes_for(ingredients, Rung::FewShot, {}, base);
    REQUIRE(written.size() == 3);
    CHECK(written[1].shots == std::vector<Shot>{{"d", "y"}, {"c", "x"}});
    CHECK(written[2].nearest == 3);
    CHECK(written[2].shots.empty());
    base.decide = Decide::Score;
    // Nearest examples have no prompt for an empty input to be held against.
    CHECK(recipes_for(ingredients, Rung::FewShot, {}, base).size() == 4 + 4 + 3);
    CHECK(recipes_for({}, Rung::FewShot, {}, base).empty());
}

TEST_CASE("a head is learned where states can be read and dev has enough cases, of labels alone") {
    const Abilities reads{true, true, true};
    CHECK(rungs_for(Task::Classify, reads, 10).back() == Rung::Head);
    CHECK(rungs_for(Task::Classify, reads, 9).back() == Rung::FewShot);
    CHECK(rungs_for(Task::Extract, reads, 50).back() == Rung::FewShot);
    const auto recipes = recipes_for({}, Rung::Head, reads, {});
    REQUIRE(recipes.size() == 1);
    CHECK(recipes[0].decide == Decide::Head);
    CHECK(recipes[0].shots.empty());
}

TEST_CASE("three baselines compete, each without a prompt") {
    const auto recipes = recipes_for({}, Rung::Baseline, {}, {});
    REQUIRE(recipes.size() == 3);
    CHECK(recipes[0].baseline == Baseline::Majority);
    CHECK(recipes[2].baseline == Baseline::Ngrams);
}

TEST_CASE("answers of every recipe may be as long as the job allows") {
    Ingredients ingredients;
    ingredients.max_tokens = 17;
    for (const Rung rung : {Rung::ZeroShot, Rung::Structured, Rung::FewShot}) {
        for (const Recipe& recipe : recipes_for(ingredients, rung, k_scores, {})) {
            CHECK(recipe.max_tokens == 17);
        }
    }
}

TEST_CASE("fixed sets show even labels, hold three, five and eight, and follow the seed") {
    for (const std::size_t count : {2U, 3U, 8U}) {
        const Job job = labels(count);
        const Dev dev(job, 200);
        const Ingredients made = ingredients_of(job, 9, dev.view, dev.view.size());
        CHECK(made.fixed == ingredients_of(job, 9, dev.view, dev.view.size()).fixed);
        std::vector<std::size_t> sizes;
        std::set<std::int64_t> places;
        for (const std::vector<std::size_t>& set : made.fixed) {
            sizes.push_back(set.size());
            std::set<std::string> seen;
            for (const std::size_t i : set) {
                seen.insert(made.shots[i].expected);
                places.insert(std::stoll(made.shots[i].input));
            }
            CHECK(seen.size() == std::min(count, set.size()));
        }
        CHECK(sizes == std::vector<std::size_t>{3, 5, 8, 5, 5});
        CHECK(std::vector<std::int64_t>(places.begin(), places.end()) == made.shown);
        CHECK(made.shots.size() == 200);
        CHECK(made.nearest == std::vector<int>{3, 5, 8});
    }
}

TEST_CASE("what is there to learn from besides dev takes no case of dev") {
    Job job = labels(2);
    job.data.train = "train.jsonl";
    const Dev train(job, 100);
    const Ingredients made = ingredients_of(job, 9, train.view, 30);
    CHECK(made.fixed.size() == 5);
    CHECK(made.shown.empty());
    CHECK(made.nearest == std::vector<int>{3, 5, 8});
    CHECK(made.orders == 1);  // which 30 cases of dev do not settle
}

TEST_CASE("what may not be shown stands in no set and is near to nothing") {
    const Job job = labels(2);
    Dev dev(job, 50);
    for (std::size_t i = 0; i < 45; ++i) {
        dev.view[i].may_be_shown = false;
    }
    const Ingredients made = ingredients_of(job, 9, dev.view, dev.view.size());
    CHECK(made.shots.size() == 5);
    CHECK(made.nearest == std::vector<int>{3});
    CHECK(std::ranges::all_of(made.shown, [](std::int64_t place) { return place >= 45; }));
    CHECK(std::ranges::all_of(made.fixed, [](const auto& set) { return set.size() <= 5; }));
    for (Example& example : dev.view) {
        example.may_be_shown = false;
    }
    CHECK(ingredients_of(job, 9, dev.view, dev.view.size()).fixed.empty());
}

TEST_CASE("a small dev set shows one set, a tiny one keeps half of its cases for measuring") {
    const Job job = labels(2);
    const Dev small(job, 20), tiny(job, 4);
    REQUIRE(ingredients_of(job, 9, small.view, small.view.size()).fixed.size() == 1);
    CHECK(ingredients_of(job, 9, small.view, small.view.size()).fixed[0].size() == 4);
    CHECK(ingredients_of(job, 9, small.view, small.view.size()).nearest.empty());
    CHECK(ingredients_of(job, 9, tiny.view, tiny.view.size()).fixed[0].size() == 2);
    CHECK(ingredients_of(job, 9, tiny.view, tiny.view.size()).nearest.empty());
}

}  // namespace palier::core
