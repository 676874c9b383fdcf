#include "serve/chat_request.h"

#include "base/rng.h"
#include "lib/json/json.h"

#include <doctest/doctest.h>

namespace palier::serve {
namespace {

// A body with a model, a message and these members besides.
std::string body_with(const std::string& more) {
    return R"({"model": "m", "messages": [{"role": "user", "content": "Hi"}])" +
           (more.empty() ? "" : ", " + more) + "}";
}

ChatRequest accepted(const std::string& body) {
    const auto read = read_chat_request(body);
    const auto* request = std::get_if<ChatRequest>(&read);
    REQUIRE_MESSAGE(request != nullptr, body);
    return *request;
}

Refusal refused(const std::string& body) {
    const auto read = read_chat_request(body);
    const auto* refusal = std::get_if<Refusal>(&read);
    REQUIRE_MESSAGE(refusal != nullptr, body);
    CHECK(refusal->status == 400);
    // Every refusal has its words, in both languages, and every hole is filled.
    for (const report::Language language : {report::Language::En, report::Language::Fr}) {
        const json::Value error =
            json::parse_or_nothing(error_body(language, *refusal)).value_or(json::Value());
        const std::string& message = error["error"]["message"].as_string();
        CHECK_FALSE(message.empty());
        CHECK_MESSAGE(message.find("PAL-") == std::string::npos, message);
        CHECK_MESSAGE(message.find("{param}") == std::string::npos, message);
    }
    return *refusal;
}

}  // namespace

TEST_CASE("a plain body is read, and what it does not state is absent") {
    const ChatRequest request = accepted(body_with(""));
    CHECK(request.model == "m");
    REQUIRE(request.messages.size() == 1);
    CHECK(request.messages[0] == engine::Message{"user", "Hi"});
    CHECK_FALSE(request.temperature);
    CHECK_FALSE(request.max_tokens);
    CHECK_FALSE(request.seed);
    CHECK_FALSE(request.stream);
}

TEST_CASE("what is supported arrives as it was sent") {
    const ChatRequest request = accepted(body_with(
        R"("temperature": 0.5, "top_p": 0.9, "top_k": 40, "seed": 7, "max_completion_tokens": 12,
           "stop": ["a", "b"], "stream": true, "stream_options": {"include_usage": true})"));
    CHECK(request.temperature == 0.5);
    CHECK(request.top_p == 0.9);
    CHECK(request.top_k == 40);
    CHECK(request.seed == 7);
    CHECK(request.max_tokens == 12);
    CHECK(request.stop == std::vector<std::string>{"a", "b"});
    CHECK(request.stream);
    CHECK(request.include_usage);
    CHECK(accepted(body_with(R"("stop": "end")")).stop == std::vector<std::string>{"end"});
    CHECK(accepted(body_with(R"("max_tokens": 3, "max_completion_tokens": 3)")).max_tokens == 3);
}

TEST_CASE("a message may come in parts of text, and a developer speaks as the system") {
    const ChatRequest request = accepted(R"({"model": "m", "messages": [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": "c", "refusal": null, "tool_calls": []}]})");
    REQUIRE(request.messages.size() == 3);
    CHECK(request.messages[0].role == "system");
    CHECK(request.messages[1].content == "ab");
}

TEST_CASE("a schema comes in OpenAI's envelope, and an object is one of any members") {
    const std::string wanted = R"("response_format": {"type": "json_schema",
        "json_schema": {"name": "n", "strict": true, "schema": {"type": "array"}}})";
    CHECK(accepted(body_with(wanted)).schema == R"({"type":"array"})");
    CHECK(accepted(body_with(R"("response_format": {"type": "json_object"})")).schema ==
          R"({"type":"object"})");
    CHECK_FALSE(accepted(body_with(R"("response_format": {"type": "text"})")).schema);
    CHECK(refused(body_with(R"("response_format": {"type": "json_schema"})")).param ==
          "/response_format/json_schema");
}

TEST_CASE("an unsupported parameter is refused by its pointer where it has an effect") {
    const std::vector<std::pair<std::string, std::string>> effects{
        {R"("n": 2)", "/n"},
        {R"("frequency_penalty": 0.1)", "/frequency_penalty"},
        {R"("logprobs": true)", "/logprobs"},
        {R"("tools": [{"type": "function"}])", "/tools"},
        {R"("tool_choice": "required")", "/tool_choice"},
        {R"("logit_bias": {"5": 1})", "/logit_bias"},
        {R"("store": true)", "/store"},
        {R"("reasoning_effort": "high")", "/reasoning_effort"},
        {R"("stream": true, "stream_options": {"other": 1})", "/stream_options/other"},
        {R"("response_format": {"type": "xml"})", "/response_format/type"},
    };
    for (const auto& [members, pointer] : effects) {
        const Refusal refusal = refused(body_with(members));
        CHECK(refusal.param == pointer);
        CHECK(refusal.code == "unsupported_parameter");
    }
}

TEST_CASE("at the value that it has by itself an unsupported parameter is accepted") {
    accepted(body_with(
        R"("n": 1, "frequency_penalty": 0, "presence_penalty": 0.0, "logprobs": false,
           "tools": [], "tool_choice": "auto", "parallel_tool_calls": true, "logit_bias": {},
           "store": false, "service_tier": "auto", "user": "u", "metadata": {"a": "b"},
           "modalities": ["text"], "reasoning_effort": null, "temperature": null)"));
}

TEST_CASE("an unknown parameter is refused, with the one that was meant") {
    CHECK(refused(body_with(R"("temprature": 1)")).args.back().second == "temperature");
    CHECK(refused(body_with(R"("a/b~c": 1)")).param == "/a~1b~0c");
}

TEST_CASE("a value of the wrong kind is refused at its place") {
    const std::vector<std::pair<std::string, std::string>> wrongs{
        {R"("temperature": "hot")", "/temperature"},
        {R"("temperature": 2.1)", "/temperature"},
        {R"("top_p": 0)", "/top_p"},
        {R"("max_tokens": 0)", "/max_tokens"},
        {R"("max_tokens": 1.5)", "/max_tokens"},
        {R"("max_tokens": 99999999999)", "/max_tokens"},
        {R"("max_tokens": 3, "max_completion_tokens": 4)", "/max_completion_tokens"},
        {R"("stop": ["a", ""])", "/stop/1"},
        {R"("stop": 3)", "/stop"},
        {R"("seed": 1.5)", "/seed"},
        {R"("stream": 1)", "/stream"},
        {R"("stream_options": {"include_usage": true})", "/stream_options"},
    };
    for (const auto& [members, pointer] : wrongs) {
        CHECK(refused(body_with(members)).param == pointer);
    }
}

TEST_CASE("messages that cannot be read are refused at their place") {
    const std::vector<std::pair<std::string, std::string>> wrongs{
        {R"([])", "/messages"},
        {R"("Hi")", "/messages"},
        {R"(["Hi"])", "/messages/0"},
        {R"([{"content": "a"}])", "/messages/0/role"},
        {R"([{"role": "tool", "content": "a"}])", "/messages/0/role"},
        {R"([{"role": "user"}])", "/messages/0/content"},
        {R"([{"role": "user", "content": 1}])", "/messages/0/content"},
        {R"([{"role": "user", "content": "a", "name": "Ann"}])", "/messages/0/name"},
        {R"([{"role": "user", "content": [{"type": "image_url"}]}])", "/messages/0/content/0"},
        {R"([{"role": "user", "content": [{"type": "text"}]}])", "/messages/0/content/0/text"},
    };
    for (const auto& [messages, pointer] : wrongs) {
        CHECK(refused(R"({"model": "m", "messages": )" + messages + "}").param == pointer);
    }
    CHECK(refused(R"({"model": "m"})").param == "/messages");
    CHECK(refused(R"({"messages": [{"role": "user", "content": "a"}]})").param == "/model");
}

TEST_CASE("what is no JSON object is said to be none") {
    CHECK(refused("").code == "invalid_json");
    CHECK(refused("[]").code == "invalid_json");
    CHECK(refused(R"({"model": "m", )").args[1].first == "at");
    CHECK(refused("{\"model\": \"\xff\"}").code == "invalid_json");
    CHECK(refused(R"({"model": "m", "model": "n"})").code == "invalid_json");
}

TEST_CASE("arbitrary bytes are read or refused, never more") {
    Rng rng(20261127);
    const std::string whole = body_with(
        R"("temperature": 0.5, "stop": ["a"], "stream": true, "stream_options": {"include_usage": true},
           "response_format": {"type": "json_schema", "json_schema": {"schema": {}}}, "n": 1)");
    for (int round = 0; round < 20'000; ++round) {
        std::string body = whole;
        const std::uint64_t changes = 1 + rng.below(4);
        for (std::uint64_t i = 0; i < changes; ++i) {
            const std::size_t at = rng.below(body.size());
            switch (rng.below(3)) {
                case 0:
                    body[at] = static_cast<char>(rng.below(256));
                    break;
                case 1:
                    body.erase(at, 1 + rng.below(8));
                    break;
                default:
                    body.insert(at, 1, "{}[]\",:0"[rng.below(8)]);
            }
        }
        const auto read = read_chat_request(body);
        if (const auto* request = std::get_if<ChatRequest>(&read)) {
            CHECK_FALSE(request->messages.empty());
            CHECK_FALSE(request->model.empty());
        } else {
            const json::Value error =
                json::parse_or_nothing(error_body(report::Language::En, std::get<Refusal>(read)))
                    .value_or(json::Value());
            CHECK_FALSE(error["error"]["message"].as_string().empty());
        }
    }
}

}  // namespace palier::serve
