// What troubles one candidate ends that one, and the others get their verdict.
#include "catalog/codes.h"
#include "engine/codes.h"
#include "engine/fake/small_file.h"
#include "lib/gguf/codes.h"
#include "run/codes.h"
#include "run/test_world.h"
#include "store/codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace palier::run {
namespace {

using core::Status;
using core::Trouble;
using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

const std::string k_quality = R"(
[constraints]
quality = { metric = "accuracy", min = 0.8 }
)";

std::string candidate(const std::string& path) {
    return "[[candidate]]\nmodel = \"" + path + "\"\n";
}

// A model whose engine fails requests like these.
Model failing(double share,
              FailureKind kind,
              const std::function<bool(const engine::Request&)>& these) {
    Model model = knowing(share);
    model.instead = [=](const engine::Request& request) -> std::optional<Answer> {
        return these(request) ? std::optional<Answer>(Failed{kind, "needs 144 of 128 tokens", 0})
                              : std::nullopt;
    };
    return model;
}

bool shows_examples(const engine::Request& request) {
    return request.messages.size() > 2;
}

core::Summary climbed(TestWorld& world, const std::string& tables) {
    auto result = world.climb(world.job(tables));
    INFO((result ? "" : std::to_string(result.error().code)));
    REQUIRE(result);
    return std::move(result->summary);
}

// A candidate in trouble, larger than one that passes.
struct Beside {
    TestWorld world;

    core::Summary climb(const std::string& limits = "") {
        return climbed(world,
                       k_quality + limits + candidate(world.write_model("troubled", 300)) +
                           candidate(world.add_file("small", 100, knowing(0.95))));
    }
};

}  // namespace

TEST_CASE("a file that does not load, and memory that is missing, end their candidate alone") {
    struct Refusal {
        int code;
        Trouble trouble;
        int exit_code;
    };
    for (const Refusal& refusal : {Refusal{engine::codes::cannot_load, Trouble::File, 2},
                                   Refusal{engine::codes::no_text_model, Trouble::File, 2},
                                   Refusal{engine::codes::template_unusable, Trouble::Template, 2},
                                   Refusal{5001, Trouble::Memory, 5},
                                   Refusal{catalog::codes::would_not_fit, Trouble::Memory, 5},
                                   Refusal{engine::codes::out_of_memory, Trouble::Memory, 5}}) {
        CAPTURE(refusal.code);
        Beside beside;
        beside.world.engines.fail("troubled", Error(refusal.code));
        const core::Summary summary = beside.climb();
        CHECK(summary.exit_code == 0);
        CHECK(summary.verdict.system == "small/zero-shot");
        CHECK(system_named(summary, "troubled").verdict.status == Status::Error);
        CHECK(system_named(summary, "troubled").verdict.trouble == refusal.trouble);

        TestWorld alone;
        const std::string only = candidate(alone.write_model("troubled", 300));
        alone.engines.fail("troubled", Error(refusal.code));
        CHECK(climbed(alone, k_quality + only).exit_code == refusal.exit_code);
    }
}

TEST_CASE("a file of another kind, or damaged, is its candidate's trouble before it is opened") {
    const std::string whole = engine::fake::SmallFile("bert").bytes();
    for (const std::string& bytes : {whole, whole.substr(0, 200), std::string("no model")}) {
        TestWorld world;
        const std::string path = world.folder.file("other.gguf");
        store_sqlite::write_bytes(path, bytes);
        const core::Summary summary = climbed(
            world,
            k_quality + candidate(path) + candidate(world.add_file("small", 100, knowing(0.95))));
        CHECK(summary.exit_code == 0);
        CHECK(summary.verdict.system == "small/zero-shot");
        CHECK(system_named(summary, "other").verdict.status == Status::Error);
        CHECK(system_named(summary, "other").verdict.trouble == Trouble::File);
        // Alone, it leaves nothing to try.
        CHECK(world.climb(world.job(k_quality + candidate(path))).error().code / 1000 == 2);
    }
}

TEST_CASE("a file that is not there is a mistake in the job") {
    TestWorld world;
    const auto result = world.climb(world.job(k_quality + candidate("/no/such/model.gguf")));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == gguf::codes::unreadable);
}

TEST_CASE("why a candidate was left out is told, and the next call tries it again") {
    TestWorld world;
    const std::string only = candidate(world.write_model("only", 100));
    world.engines.fail("only", Error(catalog::codes::would_not_fit));
    const auto refused = world.climb(world.job(k_quality + only));
    REQUIRE(refused);
    REQUIRE(refused->troubles.size() == 1);
    CHECK(refused->troubles[0].code == codes::candidate_left_out);
    REQUIRE(refused->troubles[0].cause);
    CHECK(refused->troubles[0].cause->code == catalog::codes::would_not_fit);
    CHECK(refused->summary.finished);
    world.add("only", knowing(0.95));
    const auto again = world.climb(world.job(k_quality + only));
    REQUIRE(again);
    CHECK(again->run == refused->run);
    CHECK(again->summary.verdict.system == "only/zero-shot");
}

TEST_CASE("an error that is no candidate's own ends the climb") {
    for (const int code : {store::codes::run_in_progress, engine::codes::closed}) {
        TestWorld world;
        const std::string only = candidate(world.write_model("only", 100));
        world.engines.fail("only", Error(code));
        const auto result = world.climb(world.job(k_quality + only));
        REQUIRE_FALSE(result);
        CHECK(result.error().code == code);
    }
}

TEST_CASE("a file without a chat template is told once, before its first case, and kept") {
    TestWorld world;
    const std::string tables = k_quality + candidate(world.add_file("small", 100, knowing(0.3))) +
                               candidate(world.add_file("large", 300, knowing(0.95)));
    const core::Summary summary = climbed(world, tables);
    REQUIRE(world.said_first.size() == 2);
    const auto& [first, before_all] = world.said_first[0];
    const auto& [second, before_its_own] = world.said_first[1];
    CHECK(first.code == catalog::codes::without_template);
    CHECK(first.args.back().first == "system");
    CHECK(first.args.back().second != second.args.back().second);
    CHECK(before_all == 0);
    CHECK(before_its_own > 0);
    CHECK(std::ranges::count(summary.notes, catalog::codes::without_template, &core::Note::code) ==
          2);
}

TEST_CASE("a chat template that refuses every prompt is an error, not a weak model") {
    Beside beside;
    beside.world.add("troubled",
                     failing(0.95, FailureKind::Rejected, [](const auto&) { return true; }));
    const core::Summary summary = beside.climb();
    CHECK(summary.verdict.system == "small/zero-shot");
    const core::SystemSummary& troubled = system_named(summary, "troubled");
    CHECK(troubled.verdict.status == Status::Error);
    CHECK(troubled.verdict.trouble == Trouble::Template);
}

TEST_CASE("a context that no prompt fits into is an error, not a weak model") {
    Beside beside;
    beside.world.add("troubled",
                     failing(0.95, FailureKind::ContextExceeded, [](const auto&) { return true; }));
    const core::Summary summary = beside.climb();
    CHECK(summary.verdict.system == "small/zero-shot");
    CHECK(system_named(summary, "troubled").verdict.trouble == Trouble::Context);
    CHECK(beside.world.trials(1, store::Phase::Test) > 0);
}

TEST_CASE("examples that do not fit cost their rung only") {
    TestWorld world;
    Model model = failing(0.5, FailureKind::ContextExceeded, shows_examples);
    model.scored = 0.83;  // passes, but dev is not sure of it
    const core::Summary summary =
        climbed(world, k_quality + candidate(world.add_file("only", 100, model)));
    REQUIRE(summary.rungs.size() == 4);
    CHECK_FALSE(summary.rungs[1].trouble);
    CHECK(summary.rungs[2].trouble == Trouble::Context);
    CHECK(summary.rungs[3].trouble == Trouble::Unable);  // a fake engine has no states
    CHECK(has_note(summary, codes::prompt_does_not_fit));
    const core::SystemSummary& only = system_named(summary, "only");
    CHECK(only.verdict.id == "only/structured");
    CHECK(only.verdict.on_these_cases != core::Decision::Undecided);
    CHECK_FALSE(only.verdict.trouble);
}

TEST_CASE("prompts of which some do not fit are the model's failures, as before") {
    TestWorld world;
    const Model model = failing(0.95, FailureKind::ContextExceeded, [](const auto& request) {
        return request.input.ends_with("7");
    });
    const core::Summary summary =
        climbed(world, k_quality + candidate(world.add_file("only", 100, model)));
    const core::SystemSummary& only = system_named(summary, "only");
    CHECK(only.verdict.status == Status::Pass);
    CHECK(only.measure.errors.at("context_exceeded") > 0);
}

TEST_CASE("an empty input that does not fit costs minus-empty only") {
    TestWorld world;
    Model model = failing(0.5, FailureKind::ContextExceeded, [](const auto& request) {
        return request.kind == engine::Kind::Score && request.input.empty();
    });
    model.scored = 0.95;
    const core::Summary summary =
        climbed(world, k_quality + candidate(world.add_file("only", 100, model)));
    CHECK(summary.verdict.system == "only/structured");
    CHECK(system_named(summary, "only").system.spec.recipe.norm == core::LabelNorm::Sum);
}

TEST_CASE("memory that cannot be measured for want of memory is that candidate's trouble") {
    for (const int code : {engine::codes::memory_unmeasured,
                           catalog::codes::would_not_fit,
                           engine::codes::out_of_memory}) {
        CAPTURE(code);
        Beside beside;
        beside.world.add("troubled", knowing(0.95));
        beside.world.engines.set_peak_memory("troubled", Error(code, {{"reason", "killed"}}));
        beside.world.engines.set_peak_memory("small", std::optional<std::uint64_t>(900'000));
        const core::Summary summary = beside.climb("memory = \"1 MB\"\n");
        CHECK(summary.verdict.system == "small/zero-shot");
        CHECK(system_named(summary, "troubled").verdict.status == Status::Error);
        CHECK(system_named(summary, "troubled").verdict.trouble == Trouble::Memory);
        CHECK(system_named(summary, "troubled").verdict.on_these_cases == core::Decision::Pass);
    }
}

TEST_CASE("a topline that does not load leaves the ceiling unknown, and the rest goes on") {
    TestWorld world;
    const std::string topline =
        "[topline]\nmodel = \"" + world.write_model("ceiling", 900) + "\"\n";
    const std::string small = candidate(world.add_file("small", 100, knowing(0.95)));
    world.engines.fail("ceiling", Error(engine::codes::cannot_load));
    const core::Summary summary = climbed(world, k_quality + topline + small);
    CHECK(summary.verdict.system == "small/zero-shot");
    CHECK_FALSE(summary.verdict.topline_meets_threshold);
    CHECK(summary.systems[0].verdict.trouble == Trouble::File);

    const core::Summary share = climbed(
        world,
        "[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.9 }\n" + topline + small);
    CHECK(share.verdict.choice == core::Choice::None);
    CHECK(share.exit_code == 2);
}

}  // namespace palier::run
