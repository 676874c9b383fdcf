#include "engine/openai/answer_reader.h"

#include "base/rng.h"
#include "engine/openai/scripted_upstream.h"

#include <doctest/doctest.h>

namespace palier::engine::openai {
namespace {

using Result = std::variant<ReadAnswer, BrokenAnswer>;

Result read(const std::string& body) {
    AnswerReader reader;
    static_cast<void>(reader.feed(body));
    return reader.result();
}

std::string stream(const std::string& finish = "stop") {
    return role_event() + ": ping\n\n" + text_event("Bon") + text_event("jour é") +
           finish_event(finish) + usage_event({20, 5, 7}) + done_event();
}

BrokenAnswer::How how(const std::string& body) {
    const Result result = read(body);
    REQUIRE(std::holds_alternative<BrokenAnswer>(result));
    CHECK_FALSE(std::get<BrokenAnswer>(result).detail.empty());
    return std::get<BrokenAnswer>(result).how;
}

TEST_CASE("a stream gives its text, its reason and its usage") {
    const Result result = read(stream());
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    const ReadAnswer& answer = std::get<ReadAnswer>(result);
    CHECK(answer.text == "Bonjour é");
    CHECK(answer.finish_reason == "stop");
    CHECK(answer.usage.prompt_tokens == 20);
    CHECK(answer.usage.cached_tokens == 5);
    CHECK(answer.usage.output_tokens == 7);
}

TEST_CASE("the text comes out as it goes in, cut at every byte") {
    const std::string whole = stream();
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        AnswerReader reader;
        std::string text = reader.feed(whole.substr(0, cut));
        text += reader.feed(whole.substr(cut));
        CHECK(reader.is_complete());
        REQUIRE(text == "Bonjour é");
        REQUIRE(std::holds_alternative<ReadAnswer>(reader.result()));
    }
}

TEST_CASE("a stream cut anywhere before its reason is no answer") {
    const std::string whole = stream();
    const std::size_t reason = whole.find("\"finish_reason\":\"stop\"");
    REQUIRE(reason != std::string::npos);
    for (std::size_t cut = 0; cut < reason; ++cut) {
        REQUIRE(std::holds_alternative<BrokenAnswer>(read(whole.substr(0, cut))));
    }
}

TEST_CASE("a stream without [DONE] or without a reason is an answer, without both it is not") {
    CHECK(std::holds_alternative<ReadAnswer>(read(text_event("a") + finish_event("stop"))));
    CHECK(std::holds_alternative<ReadAnswer>(read(text_event("a") + done_event())));
    CHECK(how(text_event("a")) == BrokenAnswer::How::CutOff);
}

TEST_CASE("an error event breaks the answer, whatever came before and after") {
    const Result result = read(text_event("a") + error_event("out of memory") + done_event());
    REQUIRE(std::holds_alternative<BrokenAnswer>(result));
    CHECK(std::get<BrokenAnswer>(result).how == BrokenAnswer::How::ErrorMessage);
    CHECK(std::get<BrokenAnswer>(result).detail == "out of memory");
}

TEST_CASE("one whole JSON is read like a stream") {
    const Result result = read(
        "{\n \"choices\": [{\"index\": 0, \"message\": {\"content\": [{\"type\":\"text\","
        "\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}, \"finish_reason\": \"length\"}],\n\n"
        " \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 1}, \"timings\": {\"cache_n\": "
        "2}}");
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    CHECK(std::get<ReadAnswer>(result).text == "ab");
    CHECK(std::get<ReadAnswer>(result).finish_reason == "length");
    CHECK(std::get<ReadAnswer>(result).usage.cached_tokens == 2);
}

TEST_CASE("bodies that are no answer say how they are broken") {
    CHECK(how("") == BrokenAnswer::How::CutOff);
    CHECK(how("{\"choices\": [{\"mess") == BrokenAnswer::How::CutOff);
    CHECK(how("<html>Please log in</html>") == BrokenAnswer::How::NotUnderstood);
    CHECK(how("{\"object\": \"list\"}") == BrokenAnswer::How::NotUnderstood);
    CHECK(how("{\"error\": \"model not loaded\"}") == BrokenAnswer::How::ErrorMessage);
    CHECK(how("data: {\"choices\": [{\n\n") == BrokenAnswer::How::NotUnderstood);
    CHECK(how("data: 7\n\n") == BrokenAnswer::How::NotUnderstood);
}

// A stream that says "goods" unless something is wrong with it.
std::string choice_event(const std::string& choice) {
    return "data: {\"choices\":[" + choice + "]}\n\n";
}

TEST_CASE("what is not known to be an answer is none, and its own words are kept") {
    const std::string good = text_event("goods");
    const std::string end = finish_event("stop") + done_event();
    const std::vector<std::pair<std::string, std::string>> bodies{
        {good + "error: {\"code\":500,\"message\":\"context size\"}\n\n" + done_event(),
         "context size"},
        {good + "error: out of slots\n\n" + end, "out of slots"},
        {good + "event: error\ndata: {\"message\":\"engine died\"}\n\n" + end, "engine died"},
        {good + "event: error\ndata: gone\n\n" + end, "gone"},
        {good + "{\"error\":{\"message\":\"bare line\"}}\n" + end, "bare line"},
        {good + "data: {\"error\":{\"message\":\"no end\"}}", "no end"},
        {good + "data: {\"object\":\"error\",\"message\":\"vLLM says\"}\n\n" + end, "vLLM says"},
        {good + "data: {\"type\":\"error\",\"error\":{\"message\":\"o\"}}\n\n" + end, "o"},
        {good + "data: {\"detail\":\"GPU lost\"}\n\n" + done_event(), "GPU lost"},
        {good + choice_event(R"({"delta":{},"error":{"message":"in the choice"}})") + end,
         "in the choice"},
        {good + choice_event(R"({"delta":{"error":"in the delta"}})") + end, "in the delta"},
        {good + finish_event("error") + done_event(), "\"error\""},
        {good + finish_event("abort") + finish_event("stop") + done_event(), "\"abort\""},
        {good + choice_event(R"({"delta":{},"finish_reason":{"type":"x"}})"), "type"},
        {choice_event(R"({"message":{"content":"goods"},"finish_reason":"stop"})"), "\"delta\""},
        {choice_event(R"({"text":"goods","finish_reason":"stop"})"), "\"delta\""},
        {choice_event(R"({"delta":{"content":{"label":"goods"}}})") + end, "no text"},
        {done_event(), "no answer"},
        {role_event() + done_event(), "no answer"},
        {usage_event({5, 0, 0}) + done_event(), "no answer"},
        {"data: {\"message\":\"quota\"}\n\n" + done_event(), "quota"},
        {R"({"choices":[]})", "no answer"},
        {R"({"choices":[{"text":"goods","finish_reason":"stop"}]})", "\"message\""},
        {R"({"choices":[{"message":{"content":"a"},"error":{"message":"m"}}]})", "m"},
        {R"({"object":"error","message":"m","choices":[{"message":{"content":"a"}}]})", "m"},
        {R"({"success":false,"errors":[{"code":7,"message":"m"}]})", "m"},
        {R"({"choices":[{"message":{"content":"a"},"finish_reason":"network_error"}]})",
         "network_error"}};
    for (const auto& [body, words] : bodies) {
        CAPTURE(body);
        const Result result = read(body);
        REQUIRE(std::holds_alternative<BrokenAnswer>(result));
        CHECK(std::get<BrokenAnswer>(result).detail.find(words) != std::string::npos);
    }
}

TEST_CASE("what looks like an error and says that there is none is no error") {
    const std::string good = text_event("goods") + finish_event("stop");
    for (const char* body : {R"({"error":null,"choices":[]})",
                             R"({"error":"","choices":[]})",
                             R"({"error":{},"choices":[]})",
                             R"({"error":false,"choices":[]})",
                             R"({"type":"ping"})"}) {
        CHECK(std::holds_alternative<ReadAnswer>(
            read(std::string("data: ") + body + "\n\n" + good + done_event())));
    }
    CHECK(std::holds_alternative<ReadAnswer>(
        read(text_event("a") + choice_event(R"({"finish_reason":"stop"})"))));
}

TEST_CASE("thoughts, calls and refusals are read apart from the text") {
    const Result result = read(
        choice_event(R"({"delta":{"reasoning_content":"hm, ","reasoning":"hm, "}})") +
        choice_event(R"({"delta":{"reasoning":"so"}})") +
        choice_event(R"({"delta":{"content":[{"type":"thinking","thinking":[{"type":"text",)"
                     R"("text":"!"}]},{"type":"text","text":"goods"}]}})") +
        choice_event(R"({"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f",)"
                     R"("arguments":"{\"a\""}}]}})") +
        choice_event(R"({"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}})") +
        finish_event("tool_calls"));
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    const ReadAnswer& answer = std::get<ReadAnswer>(result);
    CHECK(answer.thinking == "hm, so!");
    CHECK(answer.text == "goods");
    REQUIRE(answer.tool_calls.size() == 1);
    CHECK(answer.tool_calls[0].name == "f");
    CHECK(answer.tool_calls[0].arguments == "{\"a\":1}");
    CHECK(answer.ended == Ended::ToCall);
}

TEST_CASE("the ways to say that an answer ended are known in upper and lower case") {
    for (const char* word : {"stop", "STOP", "eos_token", "end_turn", "COMPLETE"}) {
        CHECK(ended_by(word) == Ended::Well);
    }
    CHECK(ended_by("MAX_TOKENS") == Ended::AtLength);
    CHECK(ended_by("function_call") == Ended::ToCall);
    CHECK(ended_by("SAFETY") == Ended::Filtered);
    CHECK(ended_by("null") == Ended::NotSaid);
    for (const char* word : {"error", "abort", "load", "insufficient_system_resource", "?"}) {
        CHECK(ended_by(word) == Ended::Unknown);
    }
}

TEST_CASE("broken bytes and half characters are U+FFFD in an answer that stands") {
    const Result result =
        read(choice_event("{\"delta\":{\"content\":\"a\xff\\ud83d\"}}") + finish_event("stop"));
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    CHECK(std::get<ReadAnswer>(result).text == "a\uFFFD\uFFFD");
}

TEST_CASE("a usage of zeros is of a server that counts nothing") {
    const Result result =
        read(text_event("a") + finish_event("stop") + usage_event({0, 0, 0}) + done_event());
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    CHECK_FALSE(std::get<ReadAnswer>(result).usage.prompt_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(result).usage.output_tokens);
}

TEST_CASE("what was counted before an answer broke is known") {
    AnswerReader reader;
    static_cast<void>(
        reader.feed("data: {\"error\":\"x\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
                    "\"completion_tokens_details\":{\"reasoning_tokens\":4}}}\n\n"));
    CHECK(std::holds_alternative<BrokenAnswer>(reader.result()));
    CHECK(reader.usage().prompt_tokens == 9);
    CHECK(reader.usage().output_tokens == 5);
    CHECK(reader.usage().thinking_tokens == 4);
}

TEST_CASE("other choices and strange counts are not believed") {
    const Result result = read(
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}},{\"index\":0,\"delta\":"
        "{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e300,"
        "\"prompt_tokens_details\":{\"cached_tokens\":99}}}\n\ndata: [DONE]\n\n");
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    CHECK(std::get<ReadAnswer>(result).text == "a");
    CHECK_FALSE(std::get<ReadAnswer>(result).usage.prompt_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(result).usage.cached_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(result).usage.output_tokens);
}

TEST_CASE("what the endpoint does not count is unknown, not zero") {
    const Result silent = read(text_event("a") + finish_event("stop") + done_event());
    REQUIRE(std::holds_alternative<ReadAnswer>(silent));
    CHECK_FALSE(std::get<ReadAnswer>(silent).usage.prompt_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(silent).usage.output_tokens);
    const Result some = read(
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":0}}\n\n");
    REQUIRE(std::holds_alternative<ReadAnswer>(some));
    CHECK(std::get<ReadAnswer>(some).usage.prompt_tokens == 7);
    CHECK_FALSE(std::get<ReadAnswer>(some).usage.cached_tokens);
    CHECK(std::get<ReadAnswer>(some).usage.output_tokens == 0);
}

TEST_CASE("arbitrary bytes and broken streams never crash") {
    Rng rng(9);
    const std::string good = stream();
    for (int round = 0; round < 20'000; ++round) {
        std::string body = good;
        for (std::uint64_t i = rng.below(6); i > 0; --i) {
            body[rng.below(body.size())] = static_cast<char>(rng.below(256));
        }
        body.resize(rng.below(body.size() + 1));
        AnswerReader reader;
        std::string text;
        for (std::size_t at = 0; at < body.size();) {
            const std::size_t length = 1 + rng.below(40);
            text += reader.feed(std::string_view(body).substr(at, length));
            at += length;
        }
        const Result result = reader.result();
        if (const ReadAnswer* answer = std::get_if<ReadAnswer>(&result)) {
            CHECK(answer->text == text);
        }
    }
}

}  // namespace
}  // namespace palier::engine::openai
