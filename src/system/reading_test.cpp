#include "system/reading.h"

#include "system/test_specs.h"

#include <doctest/doctest.h>

#include <array>

namespace palier::system {
namespace {

core::System asking(core::Task task, core::Decide decide = core::Decide::Generate) {
    core::Job job = tickets();
    job.task = task;
    core::Recipe recipe;
    recipe.decide = decide;
    return system_value(job, recipe);
}

engine::Response said(const std::string& text, engine::Finish finish = engine::Finish::End) {
    engine::Response response;
    response.text = text;
    response.finish = finish;
    return response;
}

}  // namespace

TEST_CASE("an answer is read as its task wants it") {
    struct Row {
        core::Task task;
        const char* text;
        std::optional<std::string> parsed;
        core::Failure failure;
    };
    const std::array rows{
        Row{core::Task::Classify, "Billing.", "billing", core::Failure::None},
        Row{core::Task::Classify, "neither", std::nullopt, core::Failure::InvalidAnswer},
        Row{core::Task::Extract, "so: {\"a\": 1}", "{\"a\":1}", core::Failure::None},
        Row{core::Task::Extract, "42", std::nullopt, core::Failure::InvalidAnswer},
        Row{core::Task::Generate, " <think>a</think> b ", "b", core::Failure::None},
        Row{core::Task::Answer, "Paris\n", "Paris", core::Failure::None}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const core::System system = asking(row.task);
        const core::Answer answer = AnswerReader(system).read(said(row.text));
        CHECK(answer.raw == row.text);
        CHECK(answer.parsed == row.parsed);
        CHECK(answer.failure == row.failure);
        CHECK(answer.answered_by == system.id);
    }
}

TEST_CASE("a label that the endpoint chose itself is the answer, asked or read again") {
    const core::System system = asking(core::Task::Classify, core::Decide::Score);
    engine::Response decided;
    decided.scores = {{-0.1, 1}, {-2.4, 1}};
    CHECK(AnswerReader(system).read(decided).parsed == "billing");
    decided.chosen = 1;
    const core::Answer answer = AnswerReader(system).read(decided);
    CHECK(answer.parsed == "delivery");
    CHECK_FALSE(answer.confidence);
    core::Trial trial;
    trial.answer = answer.raw;
    CHECK(AnswerReader(system).read(trial).parsed == "delivery");
}

TEST_CASE("what nobody counted or timed is absent") {
    const core::System system = asking(core::Task::Classify);
    const core::Answer bare = AnswerReader(system).read(said("billing"));
    CHECK(bare.tokens == core::TokensUsed{});
    CHECK_FALSE(bare.ttft_ms);
    CHECK_FALSE(bare.total_ms);
    CHECK_FALSE(bare.cost);
    CHECK_FALSE(bare.confidence);
    engine::Response full = said("billing");
    full.prompt_tokens = 0;
    full.total_ms = 3;
    const core::Answer counted = AnswerReader(system).read(full);
    CHECK(counted.tokens.prompt == 0);
    CHECK(counted.total_ms == 3.0);
}

TEST_CASE("what was cut is an answer only where it stands at the beginning") {
    struct Row {
        core::Task task;
        const char* text;
        core::Failure failure;
    };
    constexpr core::Failure k_cut = core::Failure::Truncated;
    const std::array rows{
        Row{core::Task::Classify, "I think that", k_cut},
        Row{core::Task::Classify, "billing, because", core::Failure::None},
        Row{core::Task::Classify, "Label: billing\nThe ticket", core::Failure::None},
        Row{core::Task::Classify, "{\"label\": \"billing\"} as", core::Failure::None},
        Row{core::Task::Classify, "it talks about billing here, but wait, maybe", k_cut},
        Row{core::Task::Classify, "Billing? Let me see, the ticket", k_cut},
        Row{core::Task::Classify, "so billing. Or rather", k_cut},
        Row{core::Task::Classify, "<think>billing or", k_cut},
        Row{core::Task::Classify, "<think>hm</think>", k_cut},
        Row{core::Task::Extract, "```json\n{\"a\": 1}\n``` which", core::Failure::None},
        Row{core::Task::Extract, "First, {\"a\": 1}, but wait", k_cut},
        Row{core::Task::Answer, "The capital might be Paris but", k_cut},
        Row{core::Task::Generate, "6 times 7 is 42, but wait", k_cut}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const core::System system = asking(row.task);
        const core::Answer answer =
            AnswerReader(system).read(said(row.text, engine::Finish::Length));
        CHECK(answer.failure == row.failure);
        CHECK(answer.parsed.has_value() == (row.failure == core::Failure::None));
    }
}

TEST_CASE("thoughts are no answer, and what is no answer is named for what it is") {
    const core::System system = asking(core::Task::Classify);
    const AnswerReader reader(system);
    CHECK(reader.read(said("<think>delivery?</think>billing")).text == "billing");
    CHECK(reader.read(said("[THINK]delivery[/THINK]billing")).parsed == "billing");
    CHECK(reader.read(said("<think>billing")).failure == core::Failure::Truncated);
    CHECK(reader.read(said("<think>billing</think>")).failure == core::Failure::ThoughtsOnly);
    engine::Response apart = said("");
    apart.thinking = "it is billing";
    CHECK(reader.read(apart).failure == core::Failure::ThoughtsOnly);
    apart.finish = engine::Finish::Length;
    CHECK(reader.read(apart).failure == core::Failure::Truncated);
    engine::Response calls = said("", engine::Finish::ToolCalls);
    calls.tool_calls = {{"1", "route", "{\"to\": \"billing\"}"}};
    CHECK(reader.read(calls).failure == core::Failure::ToolCall);
    CHECK(reader.read(calls).failure_detail == "calls route");
    calls.text = "billing";
    CHECK(reader.read(calls).parsed == "billing");
}

TEST_CASE("tokens of thinking are counted by the endpoint, or else by their length") {
    const core::System system = asking(core::Task::Classify);
    const AnswerReader reader(system);
    engine::Response response = said("<think>12345</think>billing");  // 20 of 27 bytes
    CHECK_FALSE(reader.read(response).tokens.thinking);
    response.output_tokens = 27;
    CHECK(reader.read(response).tokens.thinking == 20);
    response.thinking_tokens = 11;
    CHECK(reader.read(response).tokens.thinking == 11);
    response = said("billing");
    response.output_tokens = 3;
    CHECK_FALSE(reader.read(response).tokens.thinking);
}

TEST_CASE("every failure of a model is its own, every failure of the world is Trouble") {
    using engine::FailureKind;
    const core::System system = asking(core::Task::Classify);
    const AnswerReader reader(system);
    const std::array models{std::pair(FailureKind::Timeout, core::Failure::Timeout),
                            std::pair(FailureKind::ContextExceeded, core::Failure::ContextExceeded),
                            std::pair(FailureKind::Rejected, core::Failure::Rejected),
                            std::pair(FailureKind::Refused, core::Failure::Refused),
                            std::pair(FailureKind::ServerError, core::Failure::ServerError)};
    for (const auto& [kind, failure] : models) {
        const Outcome outcome = reader.read(engine::Failed{kind, "why", 400});
        REQUIRE(std::holds_alternative<core::Answer>(outcome));
        CHECK(std::get<core::Answer>(outcome).failure == failure);
        CHECK(std::get<core::Answer>(outcome).failure_detail == "why");
    }
    const std::array worlds{std::pair(FailureKind::Unreachable, Trouble::Kind::Unreachable),
                            std::pair(FailureKind::NotRecorded, Trouble::Kind::NotRecorded),
                            std::pair(FailureKind::Unsupported, Trouble::Kind::Unsupported),
                            std::pair(FailureKind::Cancelled, Trouble::Kind::Cancelled)};
    for (const auto& [kind, trouble] : worlds) {
        const Outcome outcome = reader.read(engine::Failed{kind, "why", 0});
        REQUIRE(std::holds_alternative<Trouble>(outcome));
        CHECK(std::get<Trouble>(outcome).kind == trouble);
    }
}

TEST_CASE("a stored answer reads as it did when it came") {
    for (const core::Decide decide : {core::Decide::Generate, core::Decide::Score}) {
        const core::System system = asking(core::Task::Classify, decide);
        const AnswerReader reader(system);
        engine::Response response = said("billing", engine::Finish::Length);
        response.scores = {{-1, 1}, {-2, 1}};
        response.prompt_tokens = 12;
        const core::Answer live = reader.read(response);
        core::Trial trial;
        trial.answer = live.raw;
        trial.tokens = live.tokens;
        trial.grade.failure = live.failure;
        const core::Answer again = reader.read(trial);
        CHECK(again.text == live.text);
        CHECK(again.parsed == live.parsed);
        CHECK(again.failure == live.failure);
        CHECK(again.tokens == live.tokens);
    }
}

TEST_CASE("what only a grader found is read again from what was said, without the grader's words") {
    const core::System system = asking(core::Task::Generate);
    core::Trial trial;
    trial.answer = "SELECT colour FROM item";
    trial.grade.failure = core::Failure::SqlError;
    trial.failure_detail = "no such column: colour";
    const core::Answer again = AnswerReader(system).read(trial);
    CHECK(again.text == trial.answer);
    CHECK(again.failure == core::Failure::None);
    CHECK(again.failure_detail.empty());
    trial.grade.failure = core::Failure::Timeout;
    CHECK(AnswerReader(system).read(trial).failure_detail == trial.failure_detail);
}

}  // namespace palier::system
