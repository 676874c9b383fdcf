// The contract's part about what is asked besides text: scores, states, and texts that are labels.
#include "engine/contract/engine_contract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

namespace palier::engine::contract {
namespace {

constexpr Nanoseconds k_long = std::chrono::seconds(60);

void check_scoring(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    Request request = request_of(subject, 1, subject.inputs[0]);
    request.kind = Kind::Score;
    request.labels = {"yes", "no", "maybe so"};
    REQUIRE(client->post({request}));
    const auto ends = ends_in(events_until_ended(*client, 1, k_long));
    if (!engine->facts().can(Capability::Score)) {
        REQUIRE(failure_in(ends, 1) != nullptr);  // never a generated text instead
        return;
    }
    const Response* response = response_in(ends, 1);
    REQUIRE(response != nullptr);
    REQUIRE(response->scores.size() == request.labels.size());
    for (const LabelScore& score : response->scores) {
        CHECK(score.log_probability <= 0);
        CHECK(score.tokens >= 1);
    }
    CHECK(response->text.empty());
}

void check_states(const Subject& subject) {
    const auto engine = subject.open();
    if (!engine->facts().can(Capability::HiddenState)) {
        return;  // refused by name: refusal_contract.cpp
    }
    const auto client = engine->open_client();
    std::vector<Request> batch;
    for (std::uint64_t id = 1; id <= 3; ++id) {
        batch.push_back(request_for(id, subject.inputs[id - 1]));
        batch.back().kind = Kind::State;
        batch.back().sampling.max_tokens = 1'000'000;  // without a meaning here
    }
    REQUIRE(client->post(batch));
    const auto ends = ends_in(events_until_ended(*client, batch.size(), k_long));
    for (const Request& request : batch) {
        const Response* response = response_in(ends, request.id);
        REQUIRE(response != nullptr);
        CHECK_FALSE(response->state.empty());
        CHECK(response->state.size() == response_in(ends, 1)->state.size());
        CHECK(response->text.empty());
        CHECK(response->scores.empty());
        CHECK(response->output_tokens.value_or(0) == 0);
    }
    CHECK(response_in(ends, 1)->state != response_in(ends, 2)->state);
}

void check_constrained(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    Request request = request_for(1, subject.inputs[0]);
    request.constraint.kind = Constraint::Kind::Labels;
    request.labels = {"billing", "delivery"};
    REQUIRE(client->post({request}));
    const auto ends = ends_in(events_until_ended(*client, 1, k_long));
    if (!engine->facts().can(Capability::Labels)) {
        REQUIRE(failure_in(ends, 1) != nullptr);  // never a free text instead
        return;
    }
    const Response* response = response_in(ends, 1);
    REQUIRE(response != nullptr);
    CHECK(std::count(request.labels.begin(), request.labels.end(), response->text) == 1);
}

}  // namespace

void check_kinds(const Subject& subject) {
    SUBCASE("labels are scored or refused") {
        check_scoring(subject);
    }
    SUBCASE("states are vectors of one size, and nothing is written") {
        check_states(subject);
    }
    SUBCASE("labels constrain the text or are refused") {
        check_constrained(subject);
    }
}

}  // namespace palier::engine::contract
