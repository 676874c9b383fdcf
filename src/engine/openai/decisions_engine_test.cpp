// The engine on an endpoint that decides: contract, wire, and what it makes of misbehaviour.
#include "engine/contract/engine_contract.h"
#include "engine/openai/openai.h"
#include "engine/openai/scripted_upstream.h"
#include "lib/json/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

namespace palier::engine::openai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const int k_no_proxy = setenv("no_proxy", "127.0.0.1", 1);
const std::string k_key = "sk-very-secret-key";

std::unique_ptr<Engine> opened(const ScriptedUpstream& upstream, int sequences = 4) {
    OpenSpec spec;
    spec.endpoint = upstream.base_url() + "/decisions";
    spec.model = "small";
    spec.api = Api::Decisions;
    spec.api_key = k_key;
    spec.sequences = sequences;
    Options options;
    options.pace = [](Nanoseconds) { return milliseconds(1); };
    Result<std::unique_ptr<Engine>> engine = open(spec, options);
    REQUIRE(engine);
    return std::move(*engine);
}

// Decides for the first choice; "long" is answered in ten minutes.
http::Steps first_choice(const http::Seen& seen, int) {
    const std::optional<json::Value> body = json::parse_or_nothing(seen.body);
    if ((*body)["input"].as_string() == "long") {
        return {http::wait_for(seconds(600))};
    }
    std::vector<std::pair<std::string, double>> probabilities;
    const json::Array& choices = (*body)["questions"].as_array().front()["choices"].as_array();
    for (const json::Value& choice : choices) {
        probabilities.emplace_back(choice["value"].as_string(),
                                   1.0 / static_cast<double>(choices.size()));
    }
    return decision(choices.front()["value"].as_string(), probabilities);
}

Request question(const std::string& input) {
    Request request = contract::request_for(1, input);
    request.kind = Kind::Score;
    request.labels = {"billing", "delivery"};
    return request;
}

Event end_of(Engine& engine) {
    const auto client = engine.open_client();
    REQUIRE(client->post({question("hello")}));
    std::vector<Event> events = contract::events_until_ended(*client, 1, seconds(30));
    REQUIRE(events.size() == 1);
    return std::move(events.front());
}

// The failure that these behaviours, in turn, end in; how often it was asked goes to `asked`.
Failed failure_after(std::vector<http::Steps> behaviours, std::size_t& asked) {
    const ScriptedUpstream upstream(std::move(behaviours));
    const auto engine = opened(upstream);
    const Event event = end_of(*engine);
    asked = upstream.completions().size();
    REQUIRE(std::holds_alternative<Failed>(event.what));
    return std::get<Failed>(event.what);
}

}  // namespace

TEST_CASE("the engine of decisions keeps the contract: it scores and writes nothing") {
    const ScriptedUpstream upstream(first_choice);
    contract::Subject subject;
    subject.name = "decisions";
    subject.open = [&upstream] { return opened(upstream); };
    subject.inputs = {"one", "two", "three", "four", "five", "six"};
    subject.labels = {"billing", "delivery"};
    subject.long_request = [] { return question("long"); };
    subject.at_once = 4;
    subject.streams = false;
    subject.ends_in_batch_order = false;
    subject.secret = k_key;
    contract::check_contract(subject);
}

TEST_CASE("a decision is posted to its own path, with scores, tokens and times") {
    const ScriptedUpstream upstream(
        {decision("delivery", {{"billing", 0.25}, {"delivery", 0.75}}, {50, 20, 0})});
    const auto engine = opened(upstream);
    const Event event = end_of(*engine);
    REQUIRE(std::holds_alternative<Response>(event.what));
    const Response& response = std::get<Response>(event.what);
    CHECK(response.text.empty());
    CHECK(response.chosen == 1);
    REQUIRE(response.scores.size() == 2);
    CHECK(response.scores[1].log_probability == doctest::Approx(std::log(0.75)));
    CHECK(response.prompt_tokens == 50);
    CHECK(response.cached_tokens == 20);
    CHECK(response.output_tokens == 0);
    CHECK(response.total_ms.value_or(0) > 0);
    const std::vector<http::Seen> seen = upstream.completions();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].path == "/v1/decisions");
    CHECK(seen[0].headers.at("authorization") == "Bearer " + k_key);
    CHECK(seen[0].headers.at("accept") == "application/json");
    CHECK(seen[0].body == *engine->open_client()->render(question("hello")));
    CHECK(engine->facts().build == "decisions 1");
    CHECK_FALSE(engine->facts().can(Capability::Generate));
}

TEST_CASE("a refusal is the model's, and what is no answer is the endpoint's") {
    std::size_t asked = 0;
    CHECK(failure_after({whole_body(R"({"answers":[{"type":"refusal"}]})")}, asked).kind ==
          FailureKind::Refused);
    CHECK(asked == 1);
    // It says the same twice: a third time would be no other.
    const Failed strange = failure_after({decision("parcels", {{"parcels", 1.0}})}, asked);
    CHECK(strange.kind == FailureKind::Unreachable);
    CHECK(strange.detail.find("no label") != std::string::npos);
    CHECK(asked == 2);
    CHECK(failure_after({error_in_200("out of slots")}, asked).detail.find("out of slots") !=
          std::string::npos);
    CHECK(failure_after({decision("billing", {{"billing", 0.4}, {"delivery", 0.3}})}, asked).kind ==
          FailureKind::Unreachable);
    CHECK(failure_after({without_streaming("billing")}, asked).kind == FailureKind::Unreachable);
    CHECK(failure_after({well_behaved({"billing"})}, asked).kind == FailureKind::Unreachable);
}

TEST_CASE("limits are waited for, and a broken connection is tried again") {
    const http::Steps good = decision("billing", {{"billing", 1.0}});
    const ScriptedUpstream upstream({failure(429, "slow down", "Retry-After: 1\r\n"),
                                     failure(503, "starting"),
                                     {http::close()},
                                     whole_body(R"({"answers":[{"type":"cho)"),
                                     good});
    const auto engine = opened(upstream);
    CHECK(std::holds_alternative<Response>(end_of(*engine).what));
    CHECK(upstream.completions().size() == 5);
}

TEST_CASE("what was counted in a try without an answer is lost, and told") {
    std::size_t asked = 0;
    const Failed failed =
        failure_after({decision("parcels", {{"parcels", 1.0}}, {30, 0, 1})}, asked);
    CHECK(failed.lost == Counted{60, 2});
}

TEST_CASE("a refused request is not put in another way, and a missing path is told") {
    std::size_t asked = 0;
    const Failed rejected = failure_after({failure(400, "unknown parameter: top_p")}, asked);
    CHECK(rejected.kind == FailureKind::Rejected);
    CHECK(asked == 1);
    const Failed absent = failure_after({failure(404, "no such route")}, asked);
    CHECK(absent.kind == FailureKind::Unreachable);
    CHECK(absent.detail.find("api = \"chat\"") != std::string::npos);
}

}  // namespace palier::engine::openai
