#include "run/probes.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::run {
namespace {

using core::LeftOut;
using core::Probe;

// A candidate on zero-shot, a remote topline, and one case that the candidate got wrong.
struct Scene {
    core::Summary summary;
    core::Job job;
    core::Case item;
    std::vector<Failing> failing;

    Scene() {
        job.constraints.privacy = core::Privacy::Cloud;
        job.constraints.quality.metric = "accuracy";
        core::Candidate small;
        small.id = "small";
        small.abilities = {true, true, true};
        small.rungs = {core::Rung::ZeroShot, core::Rung::Structured, core::Rung::FewShot};
        summary.plan.candidates = {small};
        summary.plan.ingredients.shots = {{"shown", "ham"}, {"case", "spam"}};
        summary.plan.ingredients.fixed = {{0}, {1}};
        summary.systems.resize(2);
        core::SystemSummary& topline = summary.systems[0];
        topline.verdict.role = core::Role::Topline;
        topline.verdict.id = "large/zero-shot";
        topline.system.hash = "1";
        topline.source.emplace();
        topline.source->endpoint = "https://elsewhere.example/v1";
        system().verdict.candidate = "small";
        system().verdict.id = "small/zero-shot";
        system().system.hash = "2";
        item.id = "c";
        item.input = "case";
        item.expected = {"spam"};
        failing = {{&item, {0, core::ErrorKind::WrongLabel, "ham"}}};
    }
    core::SystemSummary& system() { return summary.systems[1]; }
    [[nodiscard]] ProbePlan probe(Probe wanted) {
        const auto plans = probes_for(summary, system(), job, failing);
        return *std::ranges::find(plans, wanted, &ProbePlan::probe);
    }
};

}  // namespace

TEST_CASE("a System is asked in every way but its own") {
    Scene scene;
    CHECK(scene.probe(Probe::AsIs).left_out == LeftOut::OwnWay);
    CHECK(scene.probe(Probe::Constrained).recipe.constrained);
    CHECK(scene.probe(Probe::ReadOut).recipe.decide == core::Decide::Score);
    CHECK(scene.probe(Probe::Topline).of == &scene.summary.systems[0]);
    scene.system().system.spec.recipe.rung = core::Rung::Structured;
    scene.system().system.spec.recipe.decide = core::Decide::Score;
    CHECK(scene.probe(Probe::ReadOut).left_out == LeftOut::OwnWay);
    CHECK_FALSE(scene.probe(Probe::AsIs).left_out);
}

TEST_CASE("a System that shows examples is asked with others; a case is never its own example") {
    Scene scene;
    CHECK(scene.probe(Probe::WithExamples).recipe.shots.front().input == "shown");
    core::Recipe& own = scene.system().system.spec.recipe;
    own.rung = core::Rung::FewShot;
    own.shots = {{"shown", "ham"}};
    // The other set shows the only case.
    CHECK(scene.probe(Probe::WithExamples).left_out == LeftOut::NothingToAsk);
    scene.summary.plan.ingredients.nearest = {3, 5};
    CHECK(scene.probe(Probe::WithExamples).recipe.nearest == 5);
    scene.summary.plan.ingredients = {};
    CHECK(scene.probe(Probe::WithExamples).left_out == LeftOut::OwnWay);
    own = {};
    CHECK(scene.probe(Probe::WithExamples).left_out == LeftOut::NoExamples);
}

TEST_CASE("a topline elsewhere is not asked where the cases may not leave") {
    Scene scene;
    scene.job.share_cases = 10;
    CHECK(scene.probe(Probe::Topline).left_out == LeftOut::Privacy);
    scene.job.share_cases.reset();
    scene.job.constraints.privacy = core::Privacy::Machine;
    CHECK(scene.probe(Probe::Topline).left_out == LeftOut::Privacy);
    scene.summary.systems[0].source->endpoint = "http://127.0.0.1:8080/v1";
    CHECK_FALSE(scene.probe(Probe::Topline).left_out);
    scene.summary.systems[0].system.hash.clear();
    CHECK(scene.probe(Probe::Topline).left_out == LeftOut::NoTopline);
}

TEST_CASE("context and room are probed where the case has one, and was short of the other") {
    Scene scene;
    scene.summary.task = core::Task::Answer;
    CHECK(scene.probe(Probe::WithoutContext).left_out == LeftOut::NothingToAsk);
    CHECK(scene.probe(Probe::MoreTokens).left_out == LeftOut::NothingToAsk);
    scene.item.context = "Eggs are good. It is spam. Bread is dry. Wine is red.";
    CHECK(scene.probe(Probe::WithoutContext).cases.front().context.empty());
    CHECK(scene.probe(Probe::GoldContext).cases.front().context == "Eggs are good. It is spam.");
    scene.failing.front().seen.kind = core::ErrorKind::Truncated;
    scene.system().system.spec.recipe.max_tokens = 20;
    CHECK(scene.probe(Probe::MoreTokens).recipe.max_tokens == 80);
    scene.system().system.spec.context_tokens = 100;
    CHECK(scene.probe(Probe::MoreTokens).recipe.max_tokens == 50);
}

TEST_CASE("an engine is not asked what it cannot, nor what could not be graded") {
    Scene scene;
    scene.summary.plan.candidates.front().abilities = {false, false, false, true};
    CHECK(scene.probe(Probe::Constrained).left_out == LeftOut::EngineCannot);
    CHECK(scene.probe(Probe::ReadOut).left_out == LeftOut::EngineCannot);
    scene.system().verdict.role = core::Role::Baseline;
    CHECK(scene.probe(Probe::WithExamples).left_out == LeftOut::EngineCannot);
    scene.job.constraints.quality.metric = "sql_execution";
    CHECK(scene.probe(Probe::Topline).left_out == LeftOut::Ungradable);
}

}  // namespace palier::run
