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
    dialect.top_k = false;
    dialect.seed = false;
    dialect.stream_options = false;
    dialect.max_completion_tokens = true;
    const auto body = json::parse_or_nothing(body_of(some_request(), "m", dialect));
    REQUIRE(body);
    CHECK(body->find("top_k") == nullptr);
    CHECK(body->find("seed") == nullptr);
    CHECK(body->find("stream_options") == nullptr);
    CHECK(body->find("max_tokens") == nullptr);
    CHECK((*body)["max_completion_tokens"].as_int() == 33);
}

TEST_CASE("a refused parameter is found by its name, as a whole word, once") {
    const Dialect all;
    CHECK_FALSE(without_refused(all, "the prompt is too long"));
    CHECK_FALSE(without_refused(all, "do not use my_top_k or seeds"));
    const auto dropped = without_refused(all, "Unrecognized request argument supplied: top_k");
    REQUIRE(dropped);
    CHECK_FALSE(dropped->top_k);
    CHECK(dropped->seed);
    CHECK_FALSE(without_refused(*dropped, "top_k"));
    const auto renamed = without_refused(
        all, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
    REQUIRE(renamed);
    CHECK(renamed->max_completion_tokens);
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

}  // namespace
}  // namespace palier::engine::openai
