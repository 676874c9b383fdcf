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
    std::vector<const Case*> view;

    Dev(const Job& job, std::size_t count) : cases(count) {
        for (std::size_t i = 0; i < count; ++i) {
            cases[i].id = cases[i].input = std::to_string(i);
            // The first label is nine times as frequent as the others.
            cases[i].expected = {i % 10 != 0 ? job.labels[0]
                                             : job.labels[i / 10 % job.labels.size()]};
            view.push_back(&cases[i]);
        }
    }
};

constexpr Abilities k_scores{true, false}, k_constrains{false, true};

}  // namespace

TEST_CASE(
    "structured exists for label sets and schemas that can be held to, few-shot with examples") {
    using R = Rung;
    CHECK(rungs_for(Task::Classify, k_scores, 50) ==
          std::vector<R>{R::ZeroShot, R::Structured, R::FewShot});
    CHECK(rungs_for(Task::Classify, k_constrains, 1) == std::vector<R>{R::ZeroShot, R::Structured});
    CHECK(rungs_for(Task::Classify, {}, 50) == std::vector<R>{R::ZeroShot, R::FewShot});
    CHECK(rungs_for(Task::Extract, k_constrains, 1) == std::vector<R>{R::ZeroShot, R::Structured});
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
    CHECK(recipes_for(ingredients, Rung::FewShot, {}, base).size() == 4);
    base.decide = Decide::Generate;
    const auto recipes = recipes_for(ingredients, Rung::FewShot, {}, base);
    REQUIRE(recipes.size() == 1);
    CHECK(recipes[0].shots == ingredients.shots);
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

TEST_CASE("shots show different labels, are three to five, and are the same for the same seed") {
    for (const std::size_t count : {2U, 3U, 8U}) {
        const Job job = labels(count);
        const Dev dev(job, 200);
        const Ingredients made = ingredients_of(job, 9, dev.view);
        CHECK(made.shots == ingredients_of(job, 9, dev.view).shots);
        CHECK(made.shots.size() >= 3);
        CHECK(made.shots.size() <= 5);
        std::set<std::string> seen;
        for (const Shot& shot : made.shots) {
            seen.insert(shot.expected);
        }
        CHECK(seen.size() == std::min<std::size_t>(count, made.shots.size()));
        CHECK(std::set<std::int64_t>(made.shown.begin(), made.shown.end()).size() ==
              made.shots.size());
        for (std::size_t i = 0; i < made.shots.size(); ++i) {
            CHECK(dev.cases[static_cast<std::size_t>(made.shown[i])].input == made.shots[i].input);
        }
    }
}

TEST_CASE("a tiny dev set keeps half of its cases for measuring") {
    const Job job = labels(2);
    const Dev dev(job, 4);
    CHECK(ingredients_of(job, 9, dev.view).shots.size() == 2);
}

}  // namespace palier::core
