#include "planning/dry_run.h"

#include "engine/fake/small_file.h"
#include "planning/memos.h"
#include "planning/test_planning.h"
#include "planning/weights_sample.h"

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

// REQUIREs that there is one.
const DryRun::Line& line_of(const DryRun& made, const std::string& system, Work work) {
    const auto found = std::find_if(made.lines.begin(), made.lines.end(), [&](const auto& line) {
        return line.system == system && line.work == work;
    });
    CAPTURE(system);
    CAPTURE(name_of(work));
    REQUIRE(found != made.lines.end());
    return *found;
}

bool has_line(const DryRun& made, Work work) {
    return std::any_of(
        made.lines.begin(), made.lines.end(), [&](const auto& line) { return line.work == work; });
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
        CHECK(line.requests >= line.cases);
        CHECK(line.prompt_tokens > 0);
        sum += *line.seconds;
    }
    CHECK(*made.seconds == doctest::Approx(sum));
    // From the largest to the smallest, recipes on dev before the proof on test.
    CHECK(made.lines.front().system.find("qwen3-0.6b/") == 0);
    CHECK(made.lines.front().work == Work::Dev);
    const DryRun::Line& proof = line_of(made, "tiny", Work::Test);
    CHECK(proof.cases == 60);
    CHECK(proof.requests == 60);
    CHECK(&proof > &line_of(made, "tiny/few-shot", Work::Dev));
    CHECK(&proof > &line_of(made, "qwen3-0.6b", Work::Latency));
    CHECK(made.lines.back().work == Work::Future);
}

TEST_CASE("beside quality, all that may be sent has its line") {
    PlanDesk desk;
    desk.import("tiny", small_chat_model());
    const std::string tiny = "[[candidate]]\nmodel = \"tiny\"\n";
    const DryRun shown = steps(desk, desk.job(tiny));
    CHECK(line_of(shown, "tiny", Work::Latency).requests == 72);
    CHECK(line_of(shown, "tiny", Work::Latency).cases == 60);  // of which some are asked again
    CHECK(line_of(shown, "tiny", Work::Alone).requests == 4);
    CHECK(line_of(shown, "tiny", Work::Weights).requests == k_weights_forms * 17);
    CHECK(line_of(shown, "", Work::Future).requests == 16);
    CHECK_FALSE(has_line(shown, Work::Memory));
    // Three norms share one question; minus-empty asks for an empty input too.
    const DryRun::Line& scored = line_of(shown, "tiny/structured", Work::Dev);
    CHECK(scored.requests == scored.cases + 1);
    CHECK(scored.output_tokens == 0);
    CHECK(line_of(shown, "tiny/few-shot", Work::Dev).output_tokens > 0);

    const DryRun thinking = steps(desk, desk.job(tiny + "thinking = \"on\"\n"));
    const DryRun::Line& thought = line_of(thinking, "tiny/zero-shot", Work::Dev);
    CHECK(thought.output_tokens >= 2048 * thought.requests);

    DryRun limited =
        steps(desk, desk.job("latency = { p95_ms = 100 }\nmemory = \"4 GB\"\n" + tiny));
    CHECK(line_of(limited, "tiny", Work::Latency).requests == 400);
    CHECK(line_of(limited, "tiny", Work::Memory).requests == 16);

    desk.options.quality_only = desk.options.file_weights = true;
    const DryRun quality = steps(desk, desk.job(tiny));
    for (const Work work : {Work::Latency, Work::Future, Work::Weights}) {
        CHECK_FALSE(has_line(quality, work));
    }
    CHECK(has_line(quality, Work::Alone));
}

TEST_CASE("decisions are counted: each case once, the labels with every question, no output") {
    PlanDesk desk;
    const std::string served =
        "[[candidate]]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"served\"\n"
        "price = { input_per_1m = 0.1, output_per_1m = 7, currency = \"USD\" }\n";
    const DryRun made = steps(desk, desk.job(served + "api = \"decisions\"\n"));
    const DryRun::Line& dev = line_of(made, "served/structured", Work::Dev);
    CHECK(dev.requests == dev.cases);
    CHECK(dev.output_tokens == 0);
    REQUIRE(dev.cost);
    CHECK(*dev.cost == doctest::Approx(static_cast<double>(dev.prompt_tokens) * 0.1 / 1e6));
    const DryRun written = steps(desk, desk.job(served));
    CHECK(line_of(written, "served/zero-shot", Work::Dev).output_tokens > 0);
    const auto is_of_decisions = [](const DryRun::Line& line) {
        return line.system.ends_with("zero-shot") || line.system.ends_with("few-shot");
    };
    CHECK(std::ranges::none_of(made.lines, is_of_decisions));
}

TEST_CASE("the total is the sum of the lines, its cost that of those with a price") {
    DryRun dry;
    dry.lines.resize(3);
    dry.lines[0].requests = 7;
    dry.lines[1].requests = 5;
    CHECK_FALSE(dry.total().cost);
    dry.lines[1].cost = 0.25;
    dry.lines[2].cost = 0.5;
    CHECK(dry.total().requests == 12);
    CHECK(dry.total().cost == 0.75);
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
    desk.measured(speed_memo(sha256, machine_name(desk.host, 0)), "1 1");
    const DryRun after = steps(desk, file);
    REQUIRE(after.seconds);
    CHECK(*after.seconds > *before.seconds);
    CHECK(*after.seconds > 60);  // a token a second
}

TEST_CASE("recordings take no time of this machine, no token and no money") {
    PlanDesk desk;
    store_sqlite::write_bytes(desk.world.folder.file("answers.jsonl"), "answers");
    const DryRun made = steps(desk, desk.job(R"([[candidate]]
recorded = "answers.jsonl"
model = "answers"
parameters = "1B"
price = { input_per_1m = 1, output_per_1m = 1, currency = "EUR" }
)"));
    CHECK(made.seconds == 0.0);
    for (const DryRun::Line& line : made.lines) {
        CHECK(line.requests > 0);
        CHECK(line.prompt_tokens == 0);
        CHECK(line.output_tokens == 0);
        CHECK_FALSE(line.cost);
    }
    CHECK_FALSE(made.memory_bytes);
    CHECK(made.download_bytes == 0);
    CHECK(std::none_of(made.lines.begin(), made.lines.end(), [](const DryRun::Line& line) {
        return line.seconds.has_value();
    }));
}

}  // namespace palier::planning
