// The engine on an endpoint that behaves: contract, wire, facts, opening.
#include "engine/openai/openai.h"

#include "engine/codes.h"
#include "engine/contract/engine_contract.h"
#include "engine/openai/scripted_upstream.h"
#include "lib/http/client.h"
#include "lib/json/json.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

namespace palier::engine::openai {
namespace {

using contract::events_until_ended;
using contract::request_for;
using std::chrono::milliseconds;
using std::chrono::seconds;

const int k_no_proxy = setenv("no_proxy", "127.0.0.1", 1);
const std::string k_key = "sk-very-secret-key";

OpenSpec spec_for(const ScriptedUpstream& upstream, int sequences = 4) {
    OpenSpec spec;
    spec.endpoint = upstream.base_url();
    spec.model = "small";
    spec.api_key = k_key;
    spec.sequences = sequences;
    return spec;
}

std::unique_ptr<Engine> opened(const OpenSpec& spec, const Options& options = {}) {
    Result<std::unique_ptr<Engine>> engine = open(spec, options);
    REQUIRE(engine);
    return std::move(*engine);
}

// Echoes the last message; "long" is answered in ten minutes.
http::Steps echo(const http::Seen& seen, int) {
    const std::optional<json::Value> body = json::parse_or_nothing(seen.body);
    const std::string input = (*body)["messages"].as_array().back()["content"].as_string();
    if (input == "long") {
        return {http::wait_for(seconds(600))};
    }
    const json::Value& schema = (*body)["response_format"]["json_schema"]["schema"];
    if (schema.find("enum") != nullptr) {
        return well_behaved({json::write(schema["enum"].as_array().front())});
    }
    return well_behaved({"echo ", "of ", input});
}

Event only_end(Client& client) {
    for (Event& event : events_until_ended(client, 1, seconds(30))) {
        if (event.is_last()) {
            return event;
        }
    }
    return {};
}

contract::Subject subject(const ScriptedUpstream& upstream, int sequences) {
    contract::Subject subject;
    subject.name = "openai, " + std::to_string(sequences) + " at once";
    subject.open = [&upstream, sequences] { return opened(spec_for(upstream, sequences)); };
    subject.inputs = {"one", "two", "three", "four", "five", "six"};
    subject.long_request = [] { return request_for(0, "long"); };
    subject.at_once = sequences;
    subject.ends_in_batch_order = sequences == 1;
    subject.secret = k_key;
    return subject;
}

TEST_CASE("the openai engine keeps the contract, four requests at once") {
    const ScriptedUpstream upstream(echo);
    contract::check_contract(subject(upstream, 4));
}

TEST_CASE("the openai engine keeps the contract, one request at a time") {
    const ScriptedUpstream upstream(echo);
    contract::Subject one = subject(upstream, 1);
    // A long request blocks the only place until it is cancelled, which these tests do.
    contract::check_contract(one);
}

TEST_CASE("a request is a POST with the key in its header alone") {
    const ScriptedUpstream upstream(echo);
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    const Request request = request_for(1, "hello");
    REQUIRE(client->post({request}));
    const Event event = only_end(*client);
    REQUIRE(std::holds_alternative<Response>(event.what));
    const std::vector<http::Seen> seen = upstream.completions();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].method == "POST");
    CHECK(seen[0].headers.at("authorization") == "Bearer " + k_key);
    CHECK(seen[0].headers.at("content-type") == "application/json");
    CHECK(seen[0].body.find(k_key) == std::string::npos);
    CHECK(seen[0].body == *client->render(request));
}

TEST_CASE(
    "an endpoint that takes no response_format is asked once, and no text is written freely") {
    const ScriptedUpstream upstream([](const http::Seen& seen, int number) {
        return seen.body.find("response_format") == std::string::npos
                   ? echo(seen, number)
                   : failure(400, "response_format: extra inputs are not permitted");
    });
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    Request request = request_for(1, "hello");
    request.constraint = {Constraint::Kind::Schema, R"({"enum": ["yes"]})"};
    for (int round = 0; round < 2; ++round) {
        REQUIRE(client->post({request}));
        const Event event = only_end(*client);
        const auto* failed = std::get_if<Failed>(&event.what);
        REQUIRE(failed != nullptr);
        CHECK(failed->kind == FailureKind::Unsupported);
        CHECK(failed->missing == Capability::Schema);
    }
    CHECK(upstream.completions().size() == 1);
    request.constraint = {};
    REQUIRE(client->post({request}));
    CHECK(std::holds_alternative<Response>(only_end(*client).what));
    CHECK(client->learned().front().second.starts_with("response_format"));
}

TEST_CASE("a schema that an endpoint does not take leaves the next one its chance") {
    const ScriptedUpstream upstream([](const http::Seen& seen, int number) {
        return seen.body.find("oneOf") == std::string::npos
                   ? echo(seen, number)
                   : failure(400, "Invalid schema for response_format 'answer': no oneOf");
    });
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    Request request = request_for(1, "hello");
    request.constraint = {Constraint::Kind::Schema, R"({"oneOf": [true]})"};
    REQUIRE(client->post({request}));
    const Event refused = only_end(*client);
    REQUIRE(std::holds_alternative<Failed>(refused.what));
    CHECK(std::get<Failed>(refused.what).detail.find("no oneOf") != std::string::npos);
    request.constraint.text = R"({"enum": ["yes"]})";
    REQUIRE(client->post({request}));
    const Event answered = only_end(*client);
    REQUIRE(std::holds_alternative<Response>(answered.what));
    CHECK(std::get<Response>(answered.what).text == "\"yes\"");
    request.constraint.text = "{";
    REQUIRE(client->post({request}));
    CHECK(std::holds_alternative<Failed>(only_end(*client).what));
}

TEST_CASE("an endpoint without a key gets no Authorization header") {
    const ScriptedUpstream upstream(echo);
    OpenSpec spec = spec_for(upstream);
    spec.api_key = "";
    const auto engine = opened(spec);
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "hello")}));
    static_cast<void>(only_end(*client));
    CHECK(upstream.completions()[0].headers.count("authorization") == 0);
}

TEST_CASE("an answer has its text, tokens and times") {
    const ScriptedUpstream upstream(
        {{http::wait_for(milliseconds(30)),
          http::send(http::chunked_head(200, "text/event-stream")),
          http::send(http::chunk(role_event())),
          http::wait_for(milliseconds(30)),
          http::send(http::chunk(text_event("a"))),
          http::wait_for(milliseconds(120)),
          http::send(http::chunk(text_event("b") + finish_event("length") +
                                 usage_event({50, 20, 2}) + done_event())),
          http::send(http::last_chunk())}});
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "hello")}));
    const Event event = only_end(*client);
    REQUIRE(std::holds_alternative<Response>(event.what));
    const Response& response = std::get<Response>(event.what);
    CHECK(response.text == "ab");
    CHECK(response.finish == Finish::Length);
    CHECK(response.prompt_tokens == 50);
    CHECK(response.cached_tokens == 20);
    CHECK(response.output_tokens == 2);
    CHECK(response.ttft_ms >= 55);
    CHECK(*response.total_ms >= *response.ttft_ms + 60);
    CHECK(engine->counters().tokens_computed == 32);
    CHECK(engine->counters().tokens_reused == 20);
}

TEST_CASE("what the endpoint does not say is unknown: no usage, no reason") {
    const auto saying = [](const std::string& end) {
        return http::Steps{http::send(http::chunked_head(200, "text/event-stream")),
                           http::send(http::chunk(text_event("a") + end + done_event())),
                           http::send(http::last_chunk())};
    };
    const std::vector<std::pair<std::string, Finish>> reasons{
        {finish_event("stop"), Finish::End},
        {finish_event("eos_token"), Finish::End},
        {finish_event("length"), Finish::Length},
        {finish_event("tool_calls"), Finish::ToolCalls},
        {"", Finish::Unknown}};
    std::vector<http::Steps> steps;
    for (const auto& [event, finish] : reasons) {
        steps.push_back(saying(event));
    }
    const ScriptedUpstream upstream(steps);
    const auto engine = opened(spec_for(upstream, 1));
    const auto client = engine->open_client();
    for (const auto& [event, finish] : reasons) {
        CAPTURE(event);
        REQUIRE(client->post({request_for(1, "hello")}));
        const Event end = only_end(*client);
        REQUIRE(std::holds_alternative<Response>(end.what));
        const Response& response = std::get<Response>(end.what);
        CHECK(response.finish == finish);
        CHECK_FALSE(response.prompt_tokens);
        CHECK_FALSE(response.cached_tokens);
        CHECK_FALSE(response.output_tokens);
        CHECK(response.total_ms);
    }
    CHECK(engine->counters().tokens_computed == 0);
}

TEST_CASE("a server that ignores stream=true is understood") {
    const ScriptedUpstream upstream({without_streaming("all at once")});
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    Request request = request_for(1, "hello");
    request.stream_tokens = true;
    REQUIRE(client->post({request}));
    const std::vector<Event> events = events_until_ended(*client, 1, seconds(30));
    REQUIRE(events.size() == 2);
    CHECK(std::get<Token>(events[0].what).text == "all at once");
    CHECK(std::get<Response>(events[1].what).text == "all at once");
    CHECK(std::get<Response>(events[1].what).prompt_tokens == 11);
}

TEST_CASE("prompts counted short are answered all the same, and learned of") {
    const ScriptedUpstream upstream(
        {well_behaved({"x"}, {2048, 0, 1}), well_behaved({"x"}, {600, 0, 1})});
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    using Facts = std::vector<std::pair<std::string, std::string>>;
    for (const Facts& learned : {Facts{}, Facts{{"short_counts", "1"}}}) {
        REQUIRE(client->post({request_for(1, std::string(8000, 'w'))}));
        CHECK(std::get<Response>(only_end(*client).what).text == "x");
        CHECK(client->learned() == learned);
    }
}

TEST_CASE("a call and thoughts come with the answer, apart from its text") {
    const ScriptedUpstream upstream(std::vector<http::Steps>{
        {http::answer(200,
                      R"({"choices":[{"message":{"content":null,"reasoning_content":"hm",)"
                      R"("tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},)"
                      R"("finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,)"
                      R"("completion_tokens":5,"completion_tokens_details":)"
                      R"({"reasoning_tokens":3}}})")}});
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "hello")}));
    const Event event = only_end(*client);
    REQUIRE(std::holds_alternative<Response>(event.what));
    const Response& response = std::get<Response>(event.what);
    CHECK(response.text.empty());
    CHECK(response.thinking == "hm");
    CHECK(response.thinking_tokens == 3);
    REQUIRE(response.tool_calls.size() == 1);
    CHECK(response.tool_calls[0].name == "f");
    CHECK(response.finish == Finish::ToolCalls);
}

TEST_CASE("no more requests are under way than sequences") {
    const ScriptedUpstream upstream([](const http::Seen&, int) {
        http::Steps steps{http::wait_for(milliseconds(20))};
        const http::Steps answer = well_behaved({"x"});
        steps.insert(steps.end(), answer.begin(), answer.end());
        return steps;
    });
    const auto engine = opened(spec_for(upstream, 3));
    const auto client = engine->open_client();
    std::vector<Request> batch;
    for (std::uint64_t id = 0; id < 20; ++id) {
        batch.push_back(request_for(id, "x"));
    }
    REQUIRE(client->post(batch));
    CHECK(events_until_ended(*client, 20, seconds(30)).size() == 20);
    CHECK(upstream.server().most_at_once() == 3);
}

TEST_CASE("a cancelled request is cut at the endpoint too") {
    const ScriptedUpstream upstream({silence_after({"some text"})});
    const auto engine = opened(spec_for(upstream));
    const auto client = engine->open_client();
    Request request = request_for(1, "x");
    request.stream_tokens = true;
    REQUIRE(client->post({request}));
    CHECK(std::holds_alternative<Token>(client->wait(seconds(10)).at(0).what));
    client->cancel(1);
    const Event event = only_end(*client);
    CHECK(std::get<Failed>(event.what).kind == FailureKind::Cancelled);
    for (int i = 0; i < 1000 && upstream.server().abandoned() == 0; ++i) {
        std::this_thread::sleep_for(milliseconds(2));
    }
    CHECK(upstream.server().abandoned() == 1);
}

TEST_CASE("a server that keeps the connection open after [DONE] costs no time") {
    http::Steps steps = well_behaved({"x"});
    steps.back() = http::hang();
    const ScriptedUpstream upstream({steps});
    const auto engine = opened(spec_for(upstream, 1));
    const auto client = engine->open_client();
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t id = 1; id <= 3; ++id) {
        REQUIRE(client->post({request_for(id, "x")}));
        CHECK(std::holds_alternative<Response>(only_end(*client).what));
    }
    CHECK(std::chrono::steady_clock::now() - start < milliseconds(900));
}

TEST_CASE("opening says what is wrong with the address, the model and the key") {
    const ScriptedUpstream upstream(echo);
    const auto code = [](const OpenSpec& spec) { return open(spec).error().code; };
    OpenSpec spec = spec_for(upstream);
    for (const char* url :
         {"", "localhost:8080", "ftp://x/v1", "http://u:p@x/v1", "http://x/v1#k"}) {
        spec.endpoint = url;
        CHECK(code(spec) == engine::codes::unusable_address);
    }
    spec = spec_for(upstream);
    spec.model = "";
    CHECK(code(spec) == engine::codes::no_model_named);
    spec = spec_for(upstream);
    spec.api_key = "sk\r\nX-Evil: 1";
    CHECK(code(spec) == engine::codes::unusable_key);
    spec.api_key = "sk-\xc3\xa9";
    CHECK(code(spec) == engine::codes::unusable_key);
    spec.api_key = k_key + "\n";  // as read from a file
    CHECK(open(spec).has_value());
}

TEST_CASE("an endpoint that is down is an error with host and reason, and never the key") {
    OpenSpec spec;
    const std::string host = "127.0.0.1:" + std::to_string(http::unused_port());
    spec.endpoint = "http://" + host + "/v1";
    spec.model = "m";
    spec.api_key = k_key;
    const auto engine = open(spec);
    REQUIRE_FALSE(engine);
    CHECK(engine.error().code == engine::codes::unreachable);
    CHECK(engine.error().args[0] == std::pair<std::string, std::string>{"host", host});
    CHECK_FALSE(engine.error().args[1].second.empty());
    for (const auto& [name, value] : engine.error().args) {
        CHECK(value.find(k_key) == std::string::npos);
    }
}

TEST_CASE("a silent endpoint does not hold up opening") {
    const ScriptedUpstream upstream([](const http::Seen&, int) { return well_behaved({"x"}); },
                                    {http::hang()});
    Options options;
    options.check_timeout = milliseconds(60);
    CHECK(open(spec_for(upstream), options).error().code == engine::codes::unreachable);
}

TEST_CASE("a refused key and a missing key are told apart; no /models is fine") {
    const auto script = [](const http::Seen&, int) { return well_behaved({"x"}); };
    const ScriptedUpstream refusing(script, {http::answer(401, "")});
    CHECK(open(spec_for(refusing)).error().code == engine::codes::key_refused);
    OpenSpec no_key = spec_for(refusing);
    no_key.api_key = "";
    CHECK(open(no_key).error().code == engine::codes::key_wanted);
    const ScriptedUpstream forbidding(script, {http::answer(403, "missing scopes")});
    CHECK(open(spec_for(forbidding)).has_value());
    const ScriptedUpstream without(script, {http::answer(404, "")});
    CHECK(open(spec_for(without)).has_value());
}

TEST_CASE("a query of the base URL goes with every request, and Azure gets its own key header") {
    const ScriptedUpstream upstream(echo);
    OpenSpec spec = spec_for(upstream);
    spec.endpoint += "/chat/completions?api-version=2026-01-01&code=s3cret";
    const auto engine = opened(spec);
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "hello")}));
    CHECK(std::holds_alternative<Response>(only_end(*client).what));
    for (const http::Seen& seen : upstream.server().requests()) {
        CHECK(seen.path.ends_with("?api-version=2026-01-01&code=s3cret"));
        CHECK(seen.headers.at("api-key") == k_key);
    }
    CHECK(engine->facts().model_identity == upstream.base_url() + " small api-version=2026-01-01");
}

TEST_CASE("a certificate that is not trusted says which authorities are") {
    const ScriptedUpstream upstream(echo);
    OpenSpec spec = spec_for(upstream);
    spec.endpoint = "https" + spec.endpoint.substr(4);
    http::use_ca_file("/nowhere/ours.pem");
    const auto engine = open(spec);
    http::use_ca_file("");
    REQUIRE_FALSE(engine);
    CHECK(engine.error().code == engine::codes::untrusted_certificate);
    CHECK(engine.error().args.at(2).second == "/nowhere/ours.pem (--ca-file)");
}

TEST_CASE("a pasted address of the completions is taken back to its base") {
    const ScriptedUpstream upstream(echo);
    OpenSpec spec = spec_for(upstream);
    spec.endpoint += "/chat/completions/";
    const auto engine = opened(spec);
    const auto client = engine->open_client();
    REQUIRE(client->post({request_for(1, "hello")}));
    CHECK(std::holds_alternative<Response>(only_end(*client).what));
    CHECK(engine->facts().model_identity == upstream.base_url() + " small");
}

}  // namespace
}  // namespace palier::engine::openai
