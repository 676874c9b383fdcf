// The contract's part about what an engine cannot do.
#include "engine/codes.h"
#include "engine/contract/engine_contract.h"
#include "engine/embed.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace palier::engine::contract {
namespace {

struct Wish {
    Capability needs;
    Request request;
};

std::vector<Wish> wishes(const std::string& input) {
    const Request plain = request_for(1, input);
    std::vector<Wish> all{{Capability::Generate, plain}};
    Request request = plain;
    request.kind = Kind::Score;
    request.labels = {"yes", "no"};
    all.push_back({Capability::Score, request});
    request = plain;
    request.kind = Kind::State;
    all.push_back({Capability::HiddenState, request});
    request = plain;
    request.constraint.kind = Constraint::Kind::Labels;
    request.labels = {"yes", "no"};
    all.push_back({Capability::Labels, request});
    request = plain;
    request.constraint = {Constraint::Kind::Schema, R"({"type": "object"})"};
    all.push_back({Capability::Schema, request});
    request = plain;
    request.constraint = {Constraint::Kind::Regex, "[0-9]+"};
    all.push_back({Capability::Regex, request});
    request = plain;
    request.top_log_probabilities = 3;
    all.push_back({Capability::TopLogProbabilities, request});
    request = plain;
    request.tools = {{"clock", "tells the time", R"({"type": "object"})"}};
    all.push_back({Capability::Tools, request});
    request = plain;
    request.adapter = "an-adapter";
    all.push_back({Capability::Adapter, request});
    return all;
}

void check_refused_by_name(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    for (const Wish& wish : wishes(subject.inputs[0])) {
        const std::string name(name_of(wish.needs));
        CAPTURE(name);
        if (engine->facts().can(wish.needs)) {
            continue;
        }
        REQUIRE(client->post({wish.request}));
        const Ends ends = ends_in(events_until_ended(*client, 1, std::chrono::seconds(60)));
        const Failed* failed = failure_in(ends, 1);
        REQUIRE(failed != nullptr);
        CHECK(failed->kind == FailureKind::Unsupported);
        CHECK(failed->missing == wish.needs);
        CHECK(failed->detail.find(name) != std::string::npos);
        if (subject.renders) {
            const Result<std::string> text = client->render(wish.request);
            REQUIRE_FALSE(text);
            CHECK(text.error().code == engine::codes::cannot_do);
            CHECK(text.error().args.back().second == name);
        }
    }
    CHECK_MESSAGE(engine->counters().tokens_computed == 0, "something was computed all the same");
    REQUIRE(client->post({request_of(subject, 1, subject.inputs[0])}));
    CHECK(response_in(ends_in(events_until_ended(*client, 1, std::chrono::seconds(60))), 1) !=
          nullptr);
}

void check_contradictions(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    Request contradiction = request_of(subject, 1, subject.inputs[0]);
    if (contradiction.kind == Kind::Score) {
        contradiction.labels.clear();
    } else {
        contradiction.labels = {"yes", "no"};
    }
    REQUIRE(client->post({contradiction}));
    const Ends ends = ends_in(events_until_ended(*client, 1, std::chrono::seconds(60)));
    REQUIRE(failure_in(ends, 1) != nullptr);
    CHECK(failure_in(ends, 1)->kind == FailureKind::Rejected);
}

void check_embedder(const Subject& subject) {
    const auto engine = subject.open();
    const auto embedder = engine->open_embedder();
    if (!engine->facts().can(Capability::SentenceEmbeddings)) {
        const auto vectors = embedder->embed({subject.inputs[0]});
        REQUIRE_FALSE(vectors);
        CHECK(vectors.error().code == engine::codes::cannot_do);
        CHECK(vectors.error().args.back().second == "sentence_embeddings");
    }
}

// What the text of a request may be that was held to something.
void check_held(const Subject& subject,
                Capability needed,
                Request request,
                const std::vector<std::string>& possible) {
    const auto engine = subject.open();
    if (!engine->facts().can(needed)) {
        return;
    }
    const auto client = engine->open_client();
    request.sampling.max_tokens = 32;
    REQUIRE(client->post({request}));
    const Ends ends = ends_in(events_until_ended(*client, 1, std::chrono::seconds(60)));
    const Response* response = response_in(ends, request.id);
    REQUIRE(response != nullptr);
    CAPTURE(response->text);
    CHECK(std::find(possible.begin(), possible.end(), response->text) != possible.end());
}

void check_constraints(const Subject& subject) {
    Request request = request_for(1, subject.inputs[0]);
    SUBCASE("a text that is held to a schema is one of its values") {
        request.constraint = {Constraint::Kind::Schema, R"({"enum": ["yes", "no"]})"};
        check_held(subject, Capability::Schema, request, {"\"yes\"", "\"no\""});
    }
    SUBCASE("a text that is held to a pattern matches it whole") {
        request.constraint = {Constraint::Kind::Regex, "yes|no"};
        check_held(subject, Capability::Regex, request, {"yes", "no"});
    }
    SUBCASE("a text that is held to labels is one of them") {
        request.constraint.kind = Constraint::Kind::Labels;
        request.labels = {"yes", "no"};
        check_held(subject, Capability::Labels, request, {"yes", "no"});
    }
}

}  // namespace

Request request_of(const Subject& subject, std::uint64_t id, const std::string& input) {
    Request request = request_for(id, input);
    if (!subject.labels.empty()) {
        request.kind = Kind::Score;
        request.labels = subject.labels;
    }
    return request;
}

std::string said_in(const Response& response) {
    std::string said = response.text;
    for (const LabelScore& score : response.scores) {
        said += " " + std::to_string(score.log_probability);
    }
    return said;
}

void check_refusals(const Subject& subject) {
    check_constraints(subject);
    SUBCASE("what the engine cannot do is refused by its name, and nothing is computed") {
        check_refused_by_name(subject);
    }
    SUBCASE("labels without a use, and a use without labels, are refused") {
        check_contradictions(subject);
    }
    SUBCASE("vectors that the engine does not make are refused by their name") {
        check_embedder(subject);
    }
}

}  // namespace palier::engine::contract
