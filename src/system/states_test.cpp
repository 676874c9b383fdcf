#include "system/states.h"

#include "core/calibration.h"
#include "learn/fitting.h"
#include "system/test_specs.h"

#include <doctest/doctest.h>

namespace palier::system {
namespace {

using engine::Failed;
using engine::FailureKind;

core::System with_head() {
    core::Recipe recipe;
    recipe.rung = core::Rung::Head;
    recipe.decide = core::Decide::Head;
    return system_value(tickets(), recipe);
}

// The state of an input of length n is (n, -n); "long" does not fit, "lost" is the world's failure.
engine::fake::Answer state_of(const engine::Request& request) {
    CHECK(request.kind == engine::Kind::State);
    CHECK(request.labels.empty());
    if (request.input == "long") {
        return Failed{FailureKind::ContextExceeded, "too long"};
    }
    if (request.input == "lost") {
        return Failed{FailureKind::Unreachable, "gone"};
    }
    engine::Response response;
    const auto length = static_cast<float>(request.input.size());
    response.state = {length, -length};
    response.prompt_tokens = static_cast<int>(request.input.size());
    return response;
}

engine::fake::FakeEngine reading_engine() {
    engine::Facts facts = some_facts();
    facts.capabilities.push_back(engine::Capability::HiddenState);
    return engine::fake::FakeEngine(state_of, {}, facts);
}

Result<States> states_of(
    const std::vector<std::string>& texts,
    const std::function<bool(std::size_t)>& go_on = [](std::size_t) { return true; }) {
    engine::Facts facts = some_facts();
    facts.capabilities.push_back(engine::Capability::HiddenState);
    engine::fake::FakeEngine engine(state_of, {}, facts);
    std::vector<core::Input> inputs;
    for (const std::string& text : texts) {
        inputs.push_back({text, ""});
    }
    return read_states(*engine.open_client(), with_head().spec, inputs, 2, go_on);
}

TEST_CASE("each input gets its state, in its place, over several batches") {
    const auto read = states_of({"a", "bb", "ccc", "dddd", "e"});
    REQUIRE(read);
    CHECK_FALSE(read->trouble);
    CHECK(*read->states[2] == std::vector<float>{3, -3});
    CHECK(*read->states[4] == std::vector<float>{1, -1});
    CHECK(read->tokens == 1 + 2 + 3 + 4 + 1);
}

TEST_CASE("an input that the model cannot read has its failure, the others their states") {
    const auto read = states_of({"a", "long", "b"});
    REQUIRE(read);
    CHECK_FALSE(read->states[1]);
    CHECK(read->failures[1] == core::Failure::ContextExceeded);
    CHECK(read->states[2].has_value());
}

TEST_CASE("the world's failure and whoever stops end the reading") {
    CHECK(states_of({"a", "lost"})->trouble->kind == Trouble::Kind::Unreachable);
    const auto stopped = states_of({"a", "b", "c"}, [](std::size_t done) { return done < 2; });
    CHECK(stopped->trouble->kind == Trouble::Kind::Cancelled);
    CHECK(stopped->states[1].has_value());
    CHECK_FALSE(stopped->states[2]);
}

TEST_CASE("a head turns the state into a label and a confidence, the same from the store") {
    learn::Examples examples;
    examples.labels = tickets().labels;
    for (int i = 0; i < 20; ++i) {
        examples.right.push_back(i % 2);
        const auto length = static_cast<float>(i % 2 == 0 ? 2 : 8);
        examples.states.push_back({length, -length});
    }
    core::System value = with_head();
    value.spec.score_temperature = 1;
    const auto head = std::make_shared<const learn::Learned>(
        learn::fit(examples, learn::Method::Head, value.spec.model_identity).learned);
    auto engine = reading_engine();
    System system({value, std::nullopt, engine.open_client(), std::nullopt, head});
    const auto outcome = system.ask_alone({"12345678", ""}, {});
    REQUIRE(std::holds_alternative<core::Answer>(outcome));
    const auto& answer = std::get<core::Answer>(outcome);
    CHECK(answer.parsed == "delivery");
    CHECK(answer.confidence.value() > 0.6);
    core::Trial kept;
    kept.answer = answer.raw;
    const core::Answer again = system.reread({"12345678", ""}, kept);
    CHECK(again.parsed == answer.parsed);
    CHECK(again.confidence == doctest::Approx(*answer.confidence));
}

TEST_CASE("a state of another length than the head's is no answer") {
    const core::System value = with_head();
    const AnswerReader reader(value);
    engine::Response response;
    response.state = {1, 2, 3};
    CHECK(reader.read(response).failure == core::Failure::InvalidAnswer);
}

}  // namespace
}  // namespace palier::system
