#include "engine/refusal.h"

#include "engine/codes.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace palier::engine {
namespace {

constexpr Capability k_all[] = {Capability::Generate,
                                Capability::Score,
                                Capability::Labels,
                                Capability::Schema,
                                Capability::Regex,
                                Capability::TopLogProbabilities,
                                Capability::Tools,
                                Capability::Adapter,
                                Capability::SentenceEmbeddings,
                                Capability::HiddenState};

Facts facts_with(std::vector<Capability> capabilities) {
    Facts facts;
    facts.engine = "small";
    facts.capabilities = std::move(capabilities);
    return facts;
}

TEST_CASE("every capability has a name of its own") {
    std::set<std::string> names;
    for (const Capability each : k_all) {
        names.insert(std::string(name_of(each)));
    }
    CHECK(names.size() == std::size(k_all));
}

TEST_CASE("plain text needs an engine that writes") {
    CHECK_FALSE(refusal_of(Request(), facts_with({Capability::Generate})));
    const auto refused = refusal_of(Request(), facts_with({Capability::Score}));
    REQUIRE(refused);
    CHECK(refused->missing == Capability::Generate);
}

TEST_CASE("the first capability that is missing is named") {
    Request request;
    request.adapter = "a";
    request.tools = {{"clock", "", "{}"}};
    const auto refused = refusal_of(request, facts_with({Capability::Adapter}));
    REQUIRE(refused);
    CHECK(refused->kind == FailureKind::Unsupported);
    CHECK(refused->missing == Capability::Tools);
    CHECK(refused->detail == "the engine small cannot do this: tools");
    CHECK_FALSE(refusal_of(
        request, facts_with({Capability::Generate, Capability::Adapter, Capability::Tools})));
}

TEST_CASE("a request that contradicts itself is rejected where it could be done") {
    const Facts able = facts_with(
        {Capability::Generate, Capability::Score, Capability::Labels, Capability::Schema});
    Request request;
    request.kind = Kind::Score;
    REQUIRE(refusal_of(request, able));
    CHECK(refusal_of(request, able)->kind == FailureKind::Rejected);
    request.labels = {"yes"};
    CHECK_FALSE(refusal_of(request, able));
    request.constraint = {Constraint::Kind::Schema, "{}"};
    CHECK(refusal_of(request, able)->kind == FailureKind::Rejected);
    request.kind = Kind::Generate;
    CHECK(refusal_of(request, able)->kind == FailureKind::Rejected);  // labels beside a schema
    request.labels.clear();
    CHECK_FALSE(refusal_of(request, able));
    request.constraint = {Constraint::Kind::Labels, ""};
    CHECK(refusal_of(request, able)->kind == FailureKind::Rejected);
}

TEST_CASE("a state is asked for without labels and constraints") {
    Request request;
    request.kind = Kind::State;
    REQUIRE(refusal_of(request, facts_with({Capability::Score})));
    CHECK(refusal_of(request, facts_with({Capability::Score}))->missing == Capability::HiddenState);
    const Facts able = facts_with({Capability::HiddenState, Capability::Labels});
    CHECK_FALSE(refusal_of(request, able));
    request.labels = {"yes"};
    REQUIRE(refusal_of(request, able));
    CHECK(refusal_of(request, able)->kind == FailureKind::Rejected);
    request.constraint.kind = Constraint::Kind::Labels;
    CHECK(refusal_of(request, able)->kind == FailureKind::Rejected);
    request.labels.clear();
    CHECK(refusal_of(request, able)->detail == "a state is no text that could be constrained");
}

TEST_CASE("the error of a refusal names engine and capability") {
    const Error error = cannot("small", Capability::HiddenState);
    CHECK(error.code == codes::cannot_do);
    CHECK(error.args[0].second == "small");
    CHECK(error.args[1].second == "hidden_state");
}

}  // namespace
}  // namespace palier::engine
