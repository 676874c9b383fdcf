#include "engine/openai/trouble.h"

#include <doctest/doctest.h>

namespace palier::engine::openai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t k_now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT

Trouble of_status(int status, const std::string& body = "", const http::Headers& headers = {}) {
    http::Outcome outcome;
    outcome.status = status;
    outcome.headers = headers;
    return trouble_of_status(outcome, body, k_now);
}

TEST_CASE("each status has its kind, and only some may pass") {
    for (const int status : {500, 502, 503, 504, 529}) {
        CHECK(of_status(status).failed.kind == FailureKind::ServerError);
        CHECK(of_status(status).may_pass);
    }
    for (const int status : {408, 429}) {
        CHECK(of_status(status).failed.kind == FailureKind::Unreachable);
        CHECK(of_status(status).may_pass);
    }
    for (const int status : {401, 402, 403, 404, 405, 410, 301}) {
        CHECK(of_status(status).failed.kind == FailureKind::Unreachable);
        CHECK_FALSE(of_status(status).may_pass);
    }
    for (const int status : {400, 413, 422}) {
        CHECK(of_status(status).failed.kind == FailureKind::Rejected);
        CHECK_FALSE(of_status(status).may_pass);
    }
    CHECK(of_status(404, R"({"error":{"message":"no such model"}})").failed.detail ==
          "HTTP 404: no such model");
    CHECK(of_status(404).failed.http_status == 404);
}

TEST_CASE("a prompt over the context and filtered content have kinds of their own") {
    CHECK(of_status(400, R"({"error":{"message":"m","code":"context_length_exceeded"}})")
              .failed.kind == FailureKind::ContextExceeded);
    CHECK(of_status(400, R"({"error":{"message":"m","type":"exceed_context_size_error"}})")
              .failed.kind == FailureKind::ContextExceeded);
    CHECK(of_status(400, R"({"message":"This model's maximum context length is 2048 tokens"})")
              .failed.kind == FailureKind::ContextExceeded);
    CHECK(of_status(400, R"({"error":{"message":"m","code":"content_filter"}})").failed.kind ==
          FailureKind::Refused);
}

TEST_CASE("an account without money is waited for by nobody") {
    CHECK_FALSE(of_status(429, R"({"error":{"code":"insufficient_quota"}})").may_pass);
    CHECK_FALSE(of_status(402).may_pass);
    CHECK(of_status(429).asks_to_wait);
}

TEST_CASE("a redirect names where it leads") {
    const Trouble trouble = of_status(308, "", {{"location", "https://x.example/v1\x1b[2J"}});
    CHECK(trouble.failed.detail.find("https://x.example/v1 [2J") != std::string::npos);
    CHECK(trouble.failed.kind == FailureKind::Unreachable);
}

TEST_CASE("a 200 that is no answer is the world's, and the same word twice is the last") {
    const Trouble trouble = trouble_of({BrokenAnswer::How::ErrorMessage, "context size", ""}, 200);
    CHECK(trouble.failed.kind == FailureKind::Unreachable);
    CHECK(trouble.failed.detail == "HTTP 200: context size");
    CHECK(trouble.may_pass);
    CHECK(trouble.may_stay);
}

TEST_CASE("Retry-After is read as seconds or as a date") {
    CHECK(parse_retry_after("120", k_now) == seconds(120));
    CHECK(parse_retry_after(" 0 ", k_now) == seconds(0));
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", k_now) == seconds(60));
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", k_now) == seconds(0));
    CHECK(parse_retry_after("99999999999999999999999", k_now) > seconds(1'000'000));
    CHECK_FALSE(parse_retry_after("-5", k_now));
    CHECK_FALSE(parse_retry_after("soon", k_now));
    CHECK_FALSE(parse_retry_after("", k_now));
    CHECK(parse_retry_after("3.5", k_now) == milliseconds(3500));
    CHECK(parse_retry_after("3.5s", k_now) == milliseconds(3500));
    CHECK(parse_retry_after("20 ms", k_now) == milliseconds(20));
    CHECK_FALSE(parse_retry_after("3 apples", k_now));
    CHECK_FALSE(parse_retry_after("nan", k_now));
    CHECK(of_status(429, "", {{"retry-after", "7"}}).retry_after == seconds(7));
    CHECK(of_status(429, "", {{"retry-after-ms", "1500"}, {"retry-after", "7"}}).retry_after ==
          milliseconds(1500));
    CHECK(of_status(429, R"({"error":{"message":"Please try again in 20.5s."}})").retry_after ==
          milliseconds(20500));
    CHECK(of_status(429, R"({"message":"retry after 2 minutes"})").retry_after == seconds(120));
    CHECK_FALSE(of_status(429, R"({"message":"try again in a while"})").retry_after);
}

TEST_CASE("pauses double up to the longest, with at most a quarter more") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Nanoseconds planned = milliseconds(500);
        for (int tries = 1; tries < 12; ++tries) {
            const Nanoseconds pause = pause_before(tries, milliseconds(500), seconds(8), seed);
            CHECK(pause >= planned);
            CHECK(pause <= planned + planned / 4);
            planned = std::min<Nanoseconds>(planned * 2, seconds(8));
        }
    }
    CHECK(pause_before(1, seconds(1), seconds(8), 1) != pause_before(1, seconds(1), seconds(8), 2));
    CHECK(pause_before(3, seconds(1), seconds(8), 1) == pause_before(3, seconds(1), seconds(8), 1));
}

TEST_CASE("a drop is the server's once text had come, else it is out of reach") {
    CHECK(trouble_of(http::Failure::Dropped, "r", true).failed.kind == FailureKind::ServerError);
    CHECK(trouble_of(http::Failure::Dropped, "r", false).failed.kind == FailureKind::Unreachable);
    CHECK(trouble_of(http::Failure::Deadline, "", true).failed.kind == FailureKind::Timeout);
    CHECK_FALSE(trouble_of(http::Failure::Deadline, "", true).may_pass);
    CHECK_FALSE(trouble_of(http::Failure::Tls, "r", false).may_pass);
    CHECK(trouble_of(http::Failure::NotConnected, "r", false).may_pass);
}

}  // namespace
}  // namespace palier::engine::openai
