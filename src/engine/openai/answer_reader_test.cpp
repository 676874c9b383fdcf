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
    CHECK(answer.prompt_tokens == 20);
    CHECK(answer.cached_tokens == 5);
    CHECK(answer.output_tokens == 7);
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
    CHECK(std::get<ReadAnswer>(result).cached_tokens == 2);
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

TEST_CASE("other choices and strange counts are not believed") {
    const Result result = read(
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}},{\"index\":0,\"delta\":"
        "{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e300,"
        "\"prompt_tokens_details\":{\"cached_tokens\":99}}}\n\ndata: [DONE]\n\n");
    REQUIRE(std::holds_alternative<ReadAnswer>(result));
    CHECK(std::get<ReadAnswer>(result).text == "a");
    CHECK_FALSE(std::get<ReadAnswer>(result).prompt_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(result).cached_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(result).output_tokens);
}

TEST_CASE("what the endpoint does not count is unknown, not zero") {
    const Result silent = read(text_event("a") + finish_event("stop") + done_event());
    REQUIRE(std::holds_alternative<ReadAnswer>(silent));
    CHECK_FALSE(std::get<ReadAnswer>(silent).prompt_tokens);
    CHECK_FALSE(std::get<ReadAnswer>(silent).output_tokens);
    const Result some = read(
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":0}}\n\n");
    REQUIRE(std::holds_alternative<ReadAnswer>(some));
    CHECK(std::get<ReadAnswer>(some).prompt_tokens == 7);
    CHECK_FALSE(std::get<ReadAnswer>(some).cached_tokens);
    CHECK(std::get<ReadAnswer>(some).output_tokens == 0);
}

TEST_CASE("error messages are found where servers put them, on one line") {
    CHECK(error_message_in(R"({"error":{"message":"a\nb","type":"t"}})") == "a b");
    CHECK(error_message_in(R"({"error":"x"})") == "x");
    CHECK(error_message_in(R"({"message":"x"})") == "x");
    CHECK(error_message_in(R"({"detail":"x"})") == "x");
    CHECK(error_message_in(R"({"detail":[{"loc":["body","top_k"]}]})").find("top_k") !=
          std::string::npos);
    CHECK(error_message_in(" <h1>Bad\r\nGateway</h1> ") == "<h1>Bad  Gateway</h1>");
    CHECK(error_message_in("") == "");
    CHECK(error_message_in(std::string(5000, 'x')).size() <= 300);
    CHECK(error_code_in(R"({"error":{"code":"c","type":"t"}})") == "c");
    CHECK(error_code_in(R"({"error":{"type":"t"}})") == "t");
    CHECK(error_code_in("nothing") == "");
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
