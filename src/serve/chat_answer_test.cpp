#include "serve/chat_answer.h"

#include "lib/json/json.h"
#include "report/phrases.h"
#include "serve/refusal.h"

#include <doctest/doctest.h>

namespace palier::serve {
namespace {

const Stamp k_stamp{"chatcmpl-1", 1767225600, "m"};

json::Value parsed(std::string_view text) {
    auto value = json::parse_or_nothing(text);
    REQUIRE_MESSAGE(value, text);
    return std::move(value).value_or(json::Value());
}

json::Value data_of(std::string_view event) {
    REQUIRE(event.starts_with("data: "));
    REQUIRE(event.ends_with("\n\n"));
    return parsed(event.substr(6));
}

}  // namespace

TEST_CASE("a whole answer has OpenAI's members") {
    const json::Value body =
        parsed(completion_body(k_stamp, {"Hello", "stop", {10, 4, 2, std::nullopt}}));
    CHECK(body["id"].as_string() == "chatcmpl-1");
    CHECK(body["object"].as_string() == "chat.completion");
    CHECK(body["created"].as_int() == 1767225600);
    const json::Value& choice = body["choices"].as_array().at(0);
    CHECK(choice["message"]["role"].as_string() == "assistant");
    CHECK(choice["message"]["content"].as_string() == "Hello");
    CHECK(choice["finish_reason"].as_string() == "stop");
    CHECK(body["usage"]["total_tokens"].as_int() == 12);
    CHECK(body["usage"]["prompt_tokens_details"]["cached_tokens"].as_int() == 4);
    CHECK(body.find("palier") == nullptr);
}

TEST_CASE("tokens that nobody counted are no number") {
    CHECK(parsed(completion_body(k_stamp, {"Hello", "stop"}))["usage"].is_null());
}

TEST_CASE("the answer of a label System says how sure it is") {
    Completion completion{"yes", "stop"};
    completion.confidence = 0.9;
    completion.probabilities = {{"yes", 0.9}, {"no", 0.1}};
    const json::Value own = parsed(completion_body(k_stamp, completion))["palier"];
    CHECK(own["confidence"].as_double() == 0.9);
    CHECK(own["probabilities"].as_array().at(1)["value"].as_string() == "no");
}

TEST_CASE("a stream is a role, texts, a reason, and the usage where it was asked for") {
    const auto delta_of = [](const std::string& event) {
        return data_of(event)["choices"].as_array().at(0)["delta"];
    };
    CHECK(delta_of(first_event(k_stamp, false))["role"].as_string() == "assistant");
    CHECK(delta_of(text_event(k_stamp, "a\n\"b\"", false))["content"].as_string() == "a\n\"b\"");
    const Completion completion{"", "length", {1, {}, 2, {}}};
    const json::Value last = data_of(last_event(k_stamp, completion, true));
    CHECK(last["choices"].as_array().at(0)["finish_reason"].as_string() == "length");
    CHECK(last.find("usage") != nullptr);
    const json::Value usage = data_of(usage_event(k_stamp, completion.usage));
    CHECK(usage["choices"].as_array().empty());
    CHECK(usage["usage"]["completion_tokens"].as_int() == 2);
}

TEST_CASE("bytes that are no UTF-8 become a sign for it") {
    const json::Value body = parsed(completion_body(k_stamp, {"a\xff", "stop"}));
    CHECK(body["choices"].as_array()[0]["message"]["content"].as_string() == "a\xef\xbf\xbd");
}

TEST_CASE("an error says what, where and of which kind, in the language asked for") {
    const Refusal refusal{
        429, "queue_full", report::say::queue_is_full, {{"count", "64"}, {"seconds", "3"}}, "", 3};
    const json::Value english = parsed(error_body(report::Language::En, refusal))["error"];
    CHECK(english["type"].as_string() == "rate_limit_error");
    CHECK(english["code"].as_string() == "queue_full");
    CHECK(english["param"].is_null());
    CHECK(english["message"].as_string().starts_with("64 requests wait"));
    const json::Value french = parsed(error_body(report::Language::Fr, refusal))["error"];
    CHECK(french["message"].as_string().starts_with("64 requêtes"));
    CHECK(data_of(error_event(error_body(report::Language::En, refusal))).find("error") != nullptr);
}

}  // namespace palier::serve
