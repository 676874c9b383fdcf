#include "engine/openai/body.h"

#include "lib/json/json.h"

#include <doctest/doctest.h>

namespace palier::engine::openai {
namespace {

Request some_request() {
    Request request;
    request.messages = {{"system", "Be brief."}, {"user", "Où est ma \"commande\" ?\n"}};
    request.sampling.temperature = 0.7;
    request.sampling.top_p = 0.9;
    request.sampling.top_k = 40;
    request.sampling.seed = 0xffffffffffffffffULL;
    request.sampling.max_tokens = 33;
    request.sampling.stop = {"\n", "END"};
    return request;
}

TEST_CASE("a body states the messages and every sampling parameter") {
    const auto body = json::parse_or_nothing(body_of(some_request(), "small", {}));
    REQUIRE(body);
    CHECK((*body)["model"].as_string() == "small");
    CHECK((*body)["messages"].as_array().size() == 2);
    CHECK((*body)["messages"].as_array()[1]["role"].as_string() == "user");
    CHECK((*body)["messages"].as_array()[1]["content"].as_string() == "Où est ma \"commande\" ?\n");
    CHECK((*body)["temperature"].as_double() == 0.7);
    CHECK((*body)["top_p"].as_double() == 0.9);
    CHECK((*body)["top_k"].as_int() == 40);
    CHECK((*body)["seed"].as_int() == 0x7fffffffffffffffLL);
    CHECK((*body)["max_tokens"].as_int() == 33);
    CHECK((*body)["stop"].as_array().size() == 2);
    CHECK((*body)["stream"].as_bool());
    CHECK((*body)["stream_options"]["include_usage"].as_bool());
    CHECK((*body)["n"].as_int() == 1);
}

TEST_CASE("greedy defaults are stated too, because servers have others") {
    const auto body = json::parse_or_nothing(body_of(Request(), "m", {}));
    REQUIRE(body);
    for (const char* member : {"temperature",
                               "top_p",
                               "top_k",
                               "seed",
                               "max_tokens",
                               "presence_penalty",
                               "frequency_penalty"}) {
        CAPTURE(member);
        CHECK(body->find(member) != nullptr);
    }
    CHECK(body->find("stop") == nullptr);
}

TEST_CASE("a dialect leaves out what the endpoint refused") {
    Dialect dialect;
    dialect.give_up_neutral_parts();
    dialect.give_up(Form::Temperature);
    dialect.give_up(Form::MaxTokens);
    const auto body = json::parse_or_nothing(body_of(some_request(), "m", dialect));
    REQUIRE(body);
    for (const char* member : {"temperature",
                               "top_p",
                               "top_k",
                               "seed",
                               "presence_penalty",
                               "frequency_penalty",
                               "n",
                               "stream_options",
                               "max_tokens"}) {
        CAPTURE(member);
        CHECK(body->find(member) == nullptr);
    }
    CHECK((*body)["max_completion_tokens"].as_int() == 33);
    dialect.give_up(Form::Stream);
    CHECK_FALSE(
        (*json::parse_or_nothing(body_of(some_request(), "m", dialect)))["stream"].as_bool(true));
}

TEST_CASE("a system message that has no role stands before the user's first words") {
    Dialect dialect;
    dialect.give_up(Form::SystemRole);
    Request request = some_request();
    request.messages = {{"system", "A"}, {"user", "b"}, {"assistant", "c"}, {"user", "d"}};
    const auto body = json::parse_or_nothing(body_of(request, "m", dialect));
    REQUIRE(body);
    const json::Array& messages = (*body)["messages"].as_array();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0]["role"].as_string() == "user");
    CHECK(messages[0]["content"].as_string() == "A\n\nb");
    CHECK(messages[2]["content"].as_string() == "d");
    request.messages = {{"user", "b"}};
    CHECK((*json::parse_or_nothing(body_of(request, "m", dialect)))["messages"]
              .as_array()[0]["content"]
              .as_string() == "b");
}

TEST_CASE("whether to think is said only where it is wished, in both ways that endpoints know") {
    Request request = some_request();
    CHECK(body_of(request, "m", {}).find("think") == std::string::npos);
    request.sampling.thinking = false;
    const auto body = json::parse_or_nothing(body_of(request, "m", {}));
    REQUIRE(body);
    CHECK_FALSE((*body)["chat_template_kwargs"]["enable_thinking"].as_bool(true));
    CHECK((*body)["reasoning_effort"].as_string() == "none");
}

TEST_CASE("only a long prompt has a least number of tokens") {
    Request request;
    request.messages = {{"user", std::string(799, 'a')}};
    CHECK(least_prompt_tokens(request) == 0);
    request.messages.push_back({"user", "é"});
    CHECK(least_prompt_tokens(request) == 100);
    request.messages.push_back({"user", std::string(8000, 'b')});
    CHECK(least_prompt_tokens(request) == 1100);
}

TEST_CASE("a schema goes as response_format, strict only where its objects leave nothing open") {
    Request request;
    request.constraint = {Constraint::Kind::Schema,
                          R"({"type": "object", "properties": {"a": {"type": "string"}},
                              "required": ["a"], "additionalProperties": false})"};
    const auto format = [&request] {
        return (*json::parse_or_nothing(body_of(request, "m", {})))["response_format"];
    };
    CHECK(format()["type"].as_string() == "json_schema");
    CHECK(format()["json_schema"]["strict"].as_bool());
    CHECK(format()["json_schema"]["schema"]["required"].as_array().size() == 1);
    request.constraint.text = R"({"properties": {"a": {}}})";
    CHECK(format()["json_schema"].find("strict") == nullptr);
    request.constraint = {};
    CHECK(format().is_null());
}

}  // namespace
}  // namespace palier::engine::openai
