#include "run/diagnose.h"

#include "core/names.h"
#include "run/codes.h"
#include "run/evaluation.h"
#include "run/test_planted.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::run {
namespace {

std::string told(const core::DiagnosedRun& run) {
    std::string text = std::string(core::name_of(run.diagnosis.recommendation.action)) + " (" +
                       std::string(core::name_of(run.diagnosis.recommendation.kind)) + ")";
    for (const core::KindFound& row : run.diagnosis.table) {
        text += ", " + std::string(core::name_of(row.kind)) + " " + std::to_string(row.cases);
    }
    for (const core::ProbeAsked& probe : run.probes) {
        text += ", " + std::string(core::name_of(probe.probe)) + " " +
                (probe.left_out ? std::string(core::name_of(*probe.left_out))
                                : std::to_string(probe.cases));
    }
    text += ", recurring " + std::to_string(run.diagnosis.recurring) + " of " +
            std::to_string(run.diagnosis.compared);
    return text + ", lora " + std::string(core::name_of(run.diagnosis.lora));
}

bool is_right(const Planted& planted, const core::DiagnosedRun& run) {
    const core::Recommendation& found = run.diagnosis.recommendation;
    return found.action == planted.expected &&
           (found.action == core::Action::Nothing || found.kind == planted.kind);
}

}  // namespace

TEST_CASE("each cause that was planted is found") {
    for (const Planted& planted : planted_causes()) {
        PlantedWorld world(planted);
        const auto found = world.diagnose();
        REQUIRE(found);
        CHECK_MESSAGE(is_right(planted, *found), planted.name << ": " << told(*found));
    }
}

TEST_CASE("of causes that were not looked at, nine in ten are found") {
    int right = 0, all = 0;
    for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
        for (const Planted& planted : other_planted_causes(seed)) {
            PlantedWorld world(planted);
            const auto found = world.diagnose();
            REQUIRE(found);
            const bool is_found = is_right(planted, *found);
            right += is_found ? 1 : 0;
            ++all;
            if (!is_found) {
                MESSAGE(planted.name << ": " << told(*found));
            }
        }
    }
    MESSAGE(right << " of " << all);
    CHECK(10 * right >= 9 * all);
}

TEST_CASE("the second call asks nothing, and finds the same") {
    PlantedWorld world(planted_causes().front());
    const auto first = world.diagnose();
    REQUIRE(first);
    CHECK(first->requests > 0);
    const std::int64_t asked = world.world.asked;
    const auto second = world.diagnose();
    REQUIRE(second);
    CHECK(second->requests == 0);
    CHECK(world.world.asked == asked);
    CHECK(told(*second) == told(*first));
}

TEST_CASE("at most so many cases are looked at as were asked for, and the rest is counted") {
    PlantedWorld world(planted_causes()[3]);
    DiagnosisQuestion question;
    question.cases = 5;
    const DiagnosisWorld with{world.world.engines,
                              *world.world.store,
                              world.world.clock,
                              world.world.interrupted,
                              [](const Progress&) {}};
    const auto found = diagnose(question, with);
    REQUIRE(found);
    CHECK(found->system.starts_with("small"));
    CHECK(found->diagnosis.looked_at == 5);
    CHECK(found->findings.failed > 5);
}

TEST_CASE("an interrupted diagnosis goes on where it stopped") {
    PlantedWorld world(planted_causes()[5]);
    world.world.interrupt_after(3);
    const auto stopped = world.diagnose();
    REQUIRE(stopped);
    CHECK(stopped->interrupted);
    world.world.go_on();
    const auto found = world.diagnose();
    REQUIRE(found);
    CHECK_FALSE(found->interrupted);
    CHECK(found->diagnosis.recommendation.action == core::Action::GiveFacts);
}

TEST_CASE("a forced lora keeps its reason") {
    PlantedWorld world(planted_causes()[3]);
    const auto found = world.diagnose("it must sound like us");
    REQUIRE(found);
    CHECK(found->diagnosis.lora == core::LoraGate::Forced);
    CHECK(found->diagnosis.forced == "it must sound like us");
}

TEST_CASE("a model that is another one by now is not asked, and the labels stand") {
    PlantedWorld world(planted_causes()[8]);
    engine::Facts facts = engine::fake::plain_facts("small");
    facts.model_identity = "another";
    world.world.engines.add("small", world.world.script({}), {&world.world.clock}, facts);
    const std::int64_t asked = world.world.asked;
    const auto found = world.diagnose();
    REQUIRE(found);
    CHECK(world.world.asked == asked);
    CHECK(found->diagnosis.table.front().kind == core::ErrorKind::StyleOrRule);
    CHECK(found->diagnosis.lora != core::LoraGate::Opened);
    const auto of = [&](core::Probe probe) {
        return *std::ranges::find(found->probes, probe, &core::ProbeAsked::probe);
    };
    REQUIRE(of(core::Probe::WithExamples).trouble);
    CHECK(of(core::Probe::WithExamples).trouble->code == codes::model_changed);
    CHECK_FALSE(of(core::Probe::Topline).left_out);
}

TEST_CASE("what the job's money does not cover is not asked at all") {
    Planted planted = planted_causes()[5];
    planted.endpoint = true;
    planted.topline = nullptr;
    planted.candidate_lines =
        "price = { input_per_1m = 1.0, output_per_1m = 1.0, currency = \"EUR\" }\n";
    planted.tables = "[budget]\nmoney = \"5 EUR\"\n";
    PlantedWorld world(planted);
    REQUIRE(world.world.store->put_memo(world.run, "spent in billionths", "4999999999"));
    const std::int64_t asked = world.world.asked;
    const auto refused = world.diagnose();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == codes::diagnosis_over_budget);
    CHECK(world.world.asked == asked);

    REQUIRE(world.world.store->put_memo(world.run, "spent in billionths", "0"));
    const auto found = world.diagnose();
    REQUIRE(found);
    CHECK(found->requests > 0);
    CHECK(found->requests == world.world.asked - asked);
    const auto spent = kept_spending(*world.world.store, world.run);
    REQUIRE(spent);
    CHECK(*spent > 0);
}

TEST_CASE("a System that the run does not know is named with those that it knows") {
    PlantedWorld world(planted_causes()[0]);
    DiagnosisQuestion question;
    question.system = "huge";
    const auto found = diagnose(question,
                                {world.world.engines,
                                 *world.world.store,
                                 world.world.clock,
                                 world.world.interrupted,
                                 [](const Progress&) {}});
    REQUIRE_FALSE(found);
    CHECK(found.error().code == codes::no_such_system);
    CHECK(found.error().args[1].second.find("small") != std::string::npos);
}

}  // namespace palier::run
