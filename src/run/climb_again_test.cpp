// A run that is there already: what is measured anew, and who may write it.
#include "run/test_world.h"
#include "store/codes.h"

#include <doctest/doctest.h>

#include <optional>

namespace palier::run {

TEST_CASE("latency can be measured anew, and nothing else is asked again") {
    TestWorld world;
    const job::JobFile file = world.job(
        "[constraints]\nquality = { metric = \"accuracy\", min = 0.7 }\n"
        "latency = { p95_ms = 50 }\n[[candidate]]\nmodel = \"" +
        world.add_file("only", 100, knowing(0.95)) + "\"\n");
    const auto first = world.climb(file);
    REQUIRE(first);
    const std::int64_t probes = world.trials(first->run, store::Phase::Latency);
    const std::int64_t all = world.trials(first->run);
    REQUIRE(probes > 0);
    const std::int64_t asked = world.asked;
    planning::ClimbOptions again = TestWorld::plain();
    again.again_latency = true;
    const auto second = world.climb(file, again);
    REQUIRE(second);
    CHECK_FALSE(second->already_done);
    CHECK(second->run == first->run);
    CHECK(world.asked == asked + probes);
    CHECK(world.trials(first->run) == all);
    CHECK(second->summary.verdict.system == first->summary.verdict.system);
    const auto third = world.climb(file);
    REQUIRE(third);
    CHECK(third->already_done);
}

TEST_CASE("a run that is being written has one writer") {
    TestWorld world;
    job::JobFile file;
    std::optional<Error> refused;
    Model model = knowing(0.95);
    model.instead = [&](const engine::Request&) -> std::optional<engine::fake::Answer> {
        if (!refused) {
            refused.emplace(Error(1));
            const auto beside = world.climb(file);
            refused = beside ? Error(1) : beside.error();
        }
        return std::nullopt;
    };
    file = world.job(
        "[constraints]\nquality = { metric = \"accuracy\", min = 0.7 }\n"
        "[[candidate]]\nmodel = \"" +
        world.add_file("only", 100, model) + "\"\n");
    const auto climbed = world.climb(file);
    REQUIRE(climbed);
    CHECK(climbed->summary.verdict.choice == core::Choice::Slm);
    REQUIRE(refused);
    CHECK(refused->code == store::codes::run_in_progress);
}

}  // namespace palier::run
