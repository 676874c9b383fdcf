// What endpoints do to a climb: refusing every request, failing often, thinking past the limit.
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace palier::run {
namespace {

using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

const std::string k_quality = "[constraints]\nquality = { metric = \"accuracy\", min = 0.8 }\n";
const std::string k_ceiling =
    "[topline]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"ceiling\"\n";
const std::string k_served =
    "[[candidate]]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"served\"\n"
    "parameters = \"1B\"\n";

std::string candidate(const std::string& path) {
    return "[[candidate]]\nmodel = \"" + path + "\"\n";
}

ClimbResult climbed(TestWorld& world, const job::JobFile& job) {
    auto result = world.climb(job);
    REQUIRE(result);
    return std::move(*result);
}

}  // namespace

TEST_CASE("a topline of which every tenth answer failed sets no threshold, and says so") {
    TestWorld world;
    Model model = knowing(0.95);
    model.instead = [](const engine::Request& request) -> std::optional<Answer> {
        return request.input.ends_with("7") ? std::optional<Answer>(Answer("neither"))
                                            : std::nullopt;
    };
    world.add_endpoint("ceiling", model);
    const ClimbResult result = climbed(
        world,
        world.job("[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.95 }\n" +
                  k_ceiling + candidate(world.add_file("only", 100, knowing(0.95)))));
    const core::SystemSummary& ceiling = result.summary.systems[0];
    CHECK(ceiling.verdict.status == core::Status::Error);
    CHECK(ceiling.verdict.trouble == core::Trouble::Failing);
    CHECK(ceiling.measure.errors.at("invalid_answer") > 10);
    CHECK(result.summary.verdict.choice == core::Choice::None);
    CHECK(result.summary.exit_code == 4);
}

TEST_CASE("an endpoint that rejects every request is an error with its words, not a weak model") {
    TestWorld world;
    Model model = knowing(0.95);
    model.instead = [](const engine::Request&) {
        return std::optional<Answer>(Failed{FailureKind::Rejected, "HTTP 400: no such thing", 400});
    };
    world.add_endpoint("served", model);
    const job::JobFile job = world.job(k_quality + k_served);
    const ClimbResult refused = climbed(world, job);
    CHECK(refused.summary.exit_code == 4);
    CHECK(refused.summary.systems[0].verdict.status == core::Status::Error);
    CHECK_FALSE(refused.summary.systems[0].measure.quality);
    REQUIRE(refused.troubles.size() == 1);
    CHECK(refused.troubles[0].args[1].second == "HTTP 400: no such thing");
    world.add_endpoint("served", knowing(0.95));
    CHECK(climbed(world, job).summary.exit_code == 0);
}

TEST_CASE("failures of a System that dev rules out are counted") {
    TestWorld world;
    Model model = knowing(0.95);
    model.instead = [](const engine::Request&) {
        engine::Response cut;
        cut.text = "<think>it may be";
        cut.finish = engine::Finish::Length;
        return std::optional<Answer>(Answer(cut));
    };
    world.add_endpoint("served", model);
    const ClimbResult result = climbed(world, world.job(k_quality + k_served, 400));
    const core::SystemSummary& out = result.summary.systems[0];
    CHECK(out.verdict.status == core::Status::RuledOutOnDev);
    CHECK(out.measure.errors.at("truncated") > 10);
}

TEST_CASE("decisions are a candidate and a topline: one question a case, and nothing written") {
    TestWorld world;
    world.add_decisions("ceiling", knowing(0.97));
    world.add_decisions("served", knowing(0.95));
    const std::string decides = "api = \"decisions\"\n";
    const ClimbResult result =
        climbed(world,
                world.job("[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.9 }\n" +
                          k_ceiling + decides + k_served + decides));
    CHECK(result.summary.exit_code == 0);
    CHECK(result.summary.verdict.system == "served/structured");
    for (const char* model : {"ceiling", "served"}) {
        CAPTURE(model);
        const core::SystemSummary& system = system_named(result.summary, model);
        CHECK(system.system.spec.recipe.decide == core::Decide::Score);
        REQUIRE(system.source);
        CHECK(system.source->api == core::Api::Decisions);
        for (const engine::Request& request : world.requests[model]) {
            CHECK(request.kind == engine::Kind::Score);
            CHECK(request.messages.size() == 2);
            CHECK_FALSE(request.input.empty());
        }
    }
}

TEST_CASE("a decisions topline that may see few cases is shown by the way it can be asked") {
    TestWorld world;
    world.add_decisions("ceiling", knowing(0.97));
    const ClimbResult result =
        climbed(world,
                world.job(k_quality + "[topline]\nendpoint = \"http://models.example.com/v1\"\n" +
                          "model = \"ceiling\"\napi = \"decisions\"\nshare_cases = 5\n" +
                          candidate(world.add_file("only", 100, knowing(0.95)))));
    CHECK(result.summary.exit_code == 0);
    CHECK(world.requests["ceiling"].size() == 5);
}

}  // namespace palier::run
