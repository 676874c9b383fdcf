#include "planning/recipes.h"

#include <doctest/doctest.h>

#include <set>

namespace palier::planning {
namespace {

core::Job labels(std::size_t count) {
    core::Job job;
    for (std::size_t i = 0; i < count; ++i) {
        job.labels.push_back("label" + std::to_string(i));
    }
    return job;
}

struct Dev {
    std::vector<core::Case> cases;
    std::vector<const core::Case*> view;

    Dev(const core::Job& job, std::size_t count) : cases(count) {
        for (std::size_t i = 0; i < count; ++i) {
            cases[i].id = std::to_string(i);
            // The first label is nine times as frequent as the others.
            cases[i].expected = {i % 10 != 0 ? job.labels[0]
                                             : job.labels[i / 10 % job.labels.size()]};
            view.push_back(&cases[i]);
        }
    }
};

}  // namespace

TEST_CASE("structured exists for label sets only, and few-shot only where dev has examples") {
    core::Job job = labels(2);
    using R = core::Rung;
    CHECK(rungs_for(job, true, false, 50) ==
          std::vector<R>{R::ZeroShot, R::Structured, R::FewShot});
    CHECK(rungs_for(job, false, true, 1) == std::vector<R>{R::ZeroShot, R::Structured});
    CHECK(rungs_for(job, false, false, 50) == std::vector<R>{R::ZeroShot, R::FewShot});
    job.task = core::Task::Extract;
    CHECK(rungs_for(job, true, true, 50) == std::vector<R>{R::ZeroShot, R::FewShot});
}

TEST_CASE("label scoring competes with three normalisations, constrained text with none") {
    engine::Facts facts;
    facts.capabilities = {engine::Capability::Score};
    const core::Job job = labels(2);
    const auto scored = recipes_for(job, core::Rung::Structured, facts, {}, {});
    REQUIRE(scored.size() == 3);
    CHECK(scored[0].decide == core::Decide::Score);
    CHECK(scored[2].norm == core::LabelNorm::MinusEmpty);
    facts.capabilities.clear();
    const auto constrained = recipes_for(job, core::Rung::Structured, facts, {}, {});
    REQUIRE(constrained.size() == 1);
    CHECK(constrained[0].constrained);
}

TEST_CASE("few-shot keeps the way of deciding of the best recipe so far") {
    core::Recipe base;
    base.decide = core::Decide::Score;
    const std::vector<core::Shot> shots{{"a", "label0"}};
    CHECK(recipes_for(labels(2), core::Rung::FewShot, {}, base, shots).size() == 3);
    base.decide = core::Decide::Generate;
    const auto recipes = recipes_for(labels(2), core::Rung::FewShot, {}, base, shots);
    REQUIRE(recipes.size() == 1);
    CHECK(recipes[0].shots == shots);
}

TEST_CASE("shots show different labels, are three to five, and are the same for the same seed") {
    for (const std::size_t count : {2U, 3U, 8U}) {
        const core::Job job = labels(count);
        const Dev dev(job, 200);
        Rng rng(1);
        Rng again(1);
        const auto shots = choose_shots(job, dev.view, rng);
        CHECK(shots == choose_shots(job, dev.view, again));
        CHECK(shots.size() >= 3);
        CHECK(shots.size() <= 5);
        std::set<std::string> seen;
        for (const std::size_t i : shots) {
            seen.insert(dev.cases[i].expected.front());
        }
        CHECK(seen.size() == std::min<std::size_t>(count, shots.size()));
        CHECK(std::set<std::size_t>(shots.begin(), shots.end()).size() == shots.size());
    }
}

TEST_CASE("a tiny dev set keeps half of its cases for measuring") {
    const core::Job job = labels(2);
    const Dev dev(job, 4);
    Rng rng(1);
    CHECK(choose_shots(job, dev.view, rng).size() == 2);
}

}  // namespace palier::planning
