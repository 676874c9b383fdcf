#include "planning/dry_run.h"

#include "engine/fake/small_file.h"
#include "planning/facts.h"
#include "planning/test_planning.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::planning {
namespace {

constexpr const char* k_two = R"([[candidate]]
model = "qwen3-0.6b"
[[candidate]]
model = "tiny"
)";

DryRun steps(PlanDesk& desk, const job::JobFile& file) {
    desk.options.missing_models_allowed = true;
    const auto made = dry_run(file, desk.options, desk.around());
    INFO((made ? 0 : made.error().code));
    REQUIRE(made);
    return *made;
}

}  // namespace

TEST_CASE("steps have seconds, the largest memory and what must be downloaded") {
    PlanDesk desk;
    desk.import("tiny", small_chat_model());
    const DryRun made = steps(desk, desk.job(k_two));
    CHECK(made.download_bytes == 639'446'688);
    REQUIRE(made.memory_bytes);
    CHECK(*made.memory_bytes == row_named(desk.plan(desk.job()), "qwen3-0.6b").memory_bytes->value);
    REQUIRE(made.seconds);
    double sum = 0;
    for (const DryRun::Line& line : made.lines) {
        REQUIRE(line.seconds);
        CHECK(*line.seconds > 0);
        CHECK(line.prompt_tokens > 0);
        sum += *line.seconds;
    }
    CHECK(*made.seconds == doctest::Approx(sum));
    // From the largest to the smallest, recipes on dev before the proof on test.
    CHECK(made.lines.front().system.find("qwen3-0.6b/") == 0);
    CHECK(made.lines.front().on_dev);
    CHECK(made.lines.back().system == "tiny");
    CHECK_FALSE(made.lines.back().on_dev);
    CHECK(made.lines.back().cases == 60);
}

TEST_CASE("the quantisation that the job names is the one that is downloaded") {
    PlanDesk desk;
    const DryRun made = steps(desk, desk.job("[[candidate]]\nmodel = \"qwen3-0.6b:Q4_K_M\"\n"));
    CHECK(made.download_bytes == 523'000'000);
}

TEST_CASE("without an estimate for each local model there is no sum, and nothing is guessed") {
    PlanDesk desk;
    desk.import("tiny", engine::fake::SmallFile("from-the-future", true).bytes());
    const DryRun one_unknown = steps(desk, desk.job(k_two));
    CHECK_FALSE(one_unknown.seconds);
    CHECK(one_unknown.memory_bytes);
    desk.has_workshop = false;
    const DryRun unknown = steps(desk, desk.job(k_two));
    CHECK_FALSE(unknown.seconds);
    CHECK_FALSE(unknown.memory_bytes);
    CHECK(unknown.download_bytes == 639'446'688);
}

TEST_CASE("what was measured here sets the time") {
    PlanDesk desk;
    const std::string sha256 = desk.import("tiny", small_chat_model());
    const job::JobFile file = desk.job("[[candidate]]\nmodel = \"tiny\"\n");
    const DryRun before = steps(desk, file);
    desk.measured(speed_fact(sha256, machine_name(desk.host, 0)), "1 1");
    const DryRun after = steps(desk, file);
    REQUIRE(after.seconds);
    CHECK(*after.seconds > *before.seconds);
    CHECK(*after.seconds > 60);  // a token a second
}

TEST_CASE("endpoints and recordings take no time of this machine") {
    PlanDesk desk;
    store_sqlite::write_bytes(desk.world.folder.file("answers.jsonl"), "answers");
    const DryRun made = steps(desk, desk.job(R"([[candidate]]
recorded = "answers.jsonl"
model = "answers"
parameters = "1B"
)"));
    CHECK(made.seconds == 0.0);
    CHECK_FALSE(made.memory_bytes);
    CHECK(made.download_bytes == 0);
    CHECK(std::none_of(made.lines.begin(), made.lines.end(), [](const DryRun::Line& line) {
        return line.seconds.has_value();
    }));
}

}  // namespace palier::planning
