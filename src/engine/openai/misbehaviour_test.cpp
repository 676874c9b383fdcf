// The engine on an endpoint that misbehaves: what is tried again, how often, and what it ends as.
#include "base/log.h"
#include "engine/contract/engine_contract.h"
#include "engine/openai/openai.h"
#include "engine/openai/scripted_upstream.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <mutex>

namespace palier::engine::openai {
namespace {

using contract::events_until_ended;
using contract::request_for;
using std::chrono::milliseconds;
using std::chrono::seconds;

const int k_no_proxy = setenv("no_proxy", "127.0.0.1", 1);
// What endpoints refuse is warned of.
const bool k_quiet = (log::set_level(log::Level::Error), true);

// The pauses that were planned; they take no time.
struct Pauses {
    std::mutex mutex;
    std::vector<Nanoseconds> planned;

    Options options(int retries = 2) {
        Options options;
        options.retries = retries;
        options.patience = seconds(8);
        options.first_token_timeout = milliseconds(300);
        options.silence_timeout = milliseconds(200);
        options.pace = [this](Nanoseconds pause) {
            const std::lock_guard lock(mutex);
            planned.push_back(pause);
            return Nanoseconds{0};
        };
        return options;
    }
};

struct Outcome {
    std::vector<Event> events;
    std::size_t asked = 0;  // completions that the endpoint saw
    std::vector<Nanoseconds> pauses;
    std::vector<std::pair<std::string, std::string>> learned;
    std::vector<std::string> bodies;  // that the endpoint saw

    [[nodiscard]] const Failed& failed() const {
        REQUIRE_FALSE(events.empty());
        REQUIRE(std::holds_alternative<Failed>(events.back().what));
        return std::get<Failed>(events.back().what);
    }
    [[nodiscard]] std::string text() const {
        REQUIRE_FALSE(events.empty());
        REQUIRE(std::holds_alternative<Response>(events.back().what));
        return std::get<Response>(events.back().what).text;
    }
};

struct Asked {
    bool stream = false;
    int retries = 2;
    std::optional<Nanoseconds> timeout;
};

Outcome ask(const ScriptedUpstream& upstream, const Asked& asked = {}) {
    Pauses pauses;
    OpenSpec spec;
    spec.endpoint = upstream.base_url();
    spec.model = "small";
    spec.api_key = "sk-secret";
    Result<std::unique_ptr<Engine>> engine = open(spec, pauses.options(asked.retries));
    REQUIRE(engine);
    const auto client = (*engine)->open_client();
    Request request = request_for(5, "hello");
    request.stream_tokens = asked.stream;
    request.timeout = asked.timeout;
    REQUIRE(client->post({request}));
    Outcome outcome;
    outcome.events = events_until_ended(*client, 1, seconds(30));
    for (const http::Seen& seen : upstream.completions()) {
        outcome.bodies.push_back(seen.body);
    }
    outcome.asked = outcome.bodies.size();
    outcome.pauses = pauses.planned;
    outcome.learned = client->learned();
    return outcome;
}

Outcome ask(const std::vector<http::Steps>& behaviours, const Asked& asked = {}) {
    return ask(ScriptedUpstream(behaviours), asked);
}

const Asked k_streaming{.stream = true, .retries = 2, .timeout = {}};

TEST_CASE("silence before headers is tried again, then out of reach") {
    const Outcome always = ask({silence_before_headers()});
    CHECK(always.failed().kind == FailureKind::Unreachable);
    CHECK(always.failed().detail.find("3 tries") != std::string::npos);
    CHECK(always.asked == 3);
    CHECK(ask({silence_before_headers(), well_behaved({"a", "b"})}).text() == "ab");
}

TEST_CASE("headers and a role are no first token") {
    CHECK(ask({silence_after({})}).failed().kind == FailureKind::Unreachable);
}

TEST_CASE("comments do not keep a silent server alive before its first token") {
    http::Steps pinging{http::send(http::chunked_head(200, "text/event-stream"))};
    for (int i = 0; i < 100; ++i) {
        pinging.push_back(http::send(http::chunk(": ping\n\n")));
        pinging.push_back(http::wait_for(milliseconds(10)));
    }
    CHECK(ask({pinging, well_behaved({"ok"})}).text() == "ok");
}

TEST_CASE("silence in mid-stream is tried again and the text starts anew") {
    const Outcome healed = ask({silence_after({"half"}), well_behaved({"who", "le"})});
    CHECK(healed.text() == "whole");
    CHECK(healed.asked == 2);
    const Outcome always = ask({silence_after({"half"})});
    CHECK(always.failed().kind == FailureKind::Unreachable);
    CHECK(always.failed().detail.find("silence") != std::string::npos);
    CHECK(always.asked == 3);
}

TEST_CASE("once tokens were handed over nothing is tried again") {
    for (const http::Steps& steps : {silence_after({"half"}),
                                     error_after({"half"}),
                                     drop_after({"half"}),
                                     cut_json_after({"half"})}) {
        const Outcome outcome = ask({steps, well_behaved({"whole"})}, k_streaming);
        REQUIRE(outcome.events.size() == 2);
        CHECK(std::get<Token>(outcome.events[0].what).text == "half");
        const FailureKind kind = outcome.failed().kind;
        CHECK((kind == FailureKind::ServerError || kind == FailureKind::Unreachable));
        CHECK(outcome.asked == 1);
    }
}

TEST_CASE("with tokens wanted but none handed over yet, it is tried again") {
    const Outcome outcome =
        ask({failure(500, "x"), silence_after({}), well_behaved({"a", "b"})}, k_streaming);
    REQUIRE(outcome.events.size() == 3);
    CHECK(std::get<Token>(outcome.events[0].what).text == "a");
    CHECK(outcome.text() == "ab");
}

TEST_CASE("an error after the first event is the world's, and the same twice is the last") {
    const Outcome always = ask({error_after({"half"})});
    CHECK(always.failed().kind == FailureKind::Unreachable);
    CHECK(always.failed().detail == "HTTP 200: the model fell over (2 tries)");
    CHECK(always.asked == 2);
    CHECK(ask({error_after({"half"}), well_behaved({"whole"})}).text() == "whole");
}

TEST_CASE("429 waits as long as it is asked to, in seconds or until a date") {
    const Outcome by_seconds =
        ask({failure(429, "slow down", "Retry-After: 7\r\n"), well_behaved({"x"})});
    CHECK(by_seconds.text() == "x");
    CHECK(by_seconds.pauses == std::vector<Nanoseconds>{seconds(7)});
    const Outcome by_date = ask(
        {failure(429, "x", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), well_behaved({"x"})});
    CHECK(by_date.text() == "x");
    CHECK(by_date.pauses == std::vector<Nanoseconds>{seconds(0)});
}

TEST_CASE("a limit of requests is waited for by time, whatever the number of tries") {
    const Outcome always = ask({failure(429, "slow down", "Retry-After: 1.5\r\n")});
    CHECK(always.failed().kind == FailureKind::Unreachable);
    CHECK(always.failed().http_status == 429);
    CHECK(always.pauses.at(0) == milliseconds(1500));
    CHECK(always.asked == 4);  // one beyond the retries
    Nanoseconds waited{0};
    for (const Nanoseconds pause : always.pauses) {
        waited += pause;
    }
    CHECK(waited <= seconds(8));
    const Outcome at_once = ask({failure(429, "slow down", "Retry-After: 0\r\n")});
    CHECK(at_once.asked < 10);  // it is not believed for ever
    CHECK(ask({failure(429, "x", "Retry-After: 7\r\n"), well_behaved({"x"})}).text() == "x");
    CHECK(ask({failure(429, "no money", "", "insufficient_quota")}).asked == 1);
}

TEST_CASE("a Retry-After beyond the limit ends the request and says how long") {
    const Outcome outcome = ask({failure(429, "quota", "Retry-After: 3600\r\n")});
    CHECK(outcome.failed().kind == FailureKind::Unreachable);
    CHECK(outcome.failed().detail.find("3600 s") != std::string::npos);
    CHECK(outcome.asked == 1);
}

TEST_CASE("500 is tried again with growing pauses; when it stays it is the server's") {
    CHECK(ask({failure(500, "oops"), failure(503, "oops"), well_behaved({"fine"})}).text() ==
          "fine");
    const Outcome always =
        ask({failure(500, "oops")}, {.stream = false, .retries = 4, .timeout = {}});
    CHECK(always.failed().kind == FailureKind::ServerError);
    CHECK(always.failed().http_status == 500);
    CHECK(always.failed().detail == "HTTP 500: oops (5 tries)");
    CHECK(always.asked == 5);
    REQUIRE(always.pauses.size() == 4);
    for (std::size_t i = 1; i < always.pauses.size(); ++i) {
        CHECK(always.pauses[i] > always.pauses[i - 1]);
    }
}

TEST_CASE("a 200 with an error in its body is the world's") {
    const Outcome always = ask({error_in_200("model is loading")});
    CHECK(always.failed().kind == FailureKind::Unreachable);
    CHECK(always.failed().detail.find("model is loading") != std::string::npos);
    CHECK(always.asked == 2);
    CHECK(ask({error_in_200("model is loading"), well_behaved({"x"})}).text() == "x");
}

TEST_CASE("truncated JSON is the world's, streamed or not") {
    CHECK(ask({cut_json_after({"half"})}).failed().kind == FailureKind::Unreachable);
    CHECK(ask({{http::answer(200, "{\"choices\":[{\"message\":")}}).failed().kind ==
          FailureKind::Unreachable);
    CHECK(ask({cut_json_after({"half"}), well_behaved({"whole"})}).text() == "whole");
}

TEST_CASE("a stream that ends without saying so is cut off, not short") {
    http::Steps steps = silence_after({"half"});
    steps.back() = http::send(http::last_chunk());
    const Outcome always = ask({steps}, {.stream = false, .retries = 5, .timeout = {}});
    CHECK(always.failed().kind == FailureKind::Unreachable);
    CHECK(always.asked == 2);
}

TEST_CASE("tries that came to nothing are counted where the endpoint counted them") {
    http::Steps counted = silence_after({"half"});
    counted.back() = http::send(http::chunk(usage_event({100, 0, 7})) + http::last_chunk());
    const Outcome failed = ask({counted});
    CHECK(failed.failed().lost == Counted{200, 14});
    const Outcome healed = ask({counted, well_behaved({"whole"}, {100, 0, 7})});
    CHECK(std::get<Response>(healed.events.back().what).lost == Counted{100, 7});
    CHECK(ask({failure(500, "x")}).failed().lost == Counted{});
}

TEST_CASE("a slow trickle is an answer as long as it moves") {
    const Outcome outcome = ask({trickle("slowly but surely", milliseconds(15))});
    CHECK(outcome.text() == "slowly but surely");
    CHECK(outcome.asked == 1);
}

TEST_CASE("a trickle past the deadline is the model's timeout, and not tried again") {
    const Outcome outcome = ask({trickle(std::string(500, 'x'), milliseconds(10))},
                                {.stream = false, .retries = 2, .timeout = milliseconds(150)});
    CHECK(outcome.failed().kind == FailureKind::Timeout);
    CHECK(outcome.asked == 1);
}

TEST_CASE("a dropped connection is tried again") {
    CHECK(ask({drop_after({"half"}), {http::close()}, well_behaved({"whole"})}).text() == "whole");
    CHECK(ask({drop_after({"half"})}).failed().kind == FailureKind::ServerError);
    CHECK(ask({{http::close()}}).failed().kind == FailureKind::Unreachable);
}

TEST_CASE("400 is the model's, once the barest request was refused too") {
    const Outcome outcome = ask({failure(400, "bad request")});
    CHECK(outcome.failed().kind == FailureKind::Rejected);
    CHECK(outcome.failed().http_status == 400);
    CHECK(outcome.failed().detail == "HTTP 400: bad request");
    CHECK(outcome.asked == 2);
    CHECK(outcome.learned.empty());
    CHECK(ask({failure(413, "too long")}).asked == 1);
}

// An endpoint that refuses a request, with these words, as long as it has this in it.
ScriptedUpstream refusing(const std::string& part, int status, const std::string& words) {
    return ScriptedUpstream([=](const http::Seen& seen, int) {
        return seen.body.find(part) != std::string::npos ? failure(status, words)
                                                         : well_behaved({"ok"});
    });
}

TEST_CASE("a form that is refused is put in another way, and what was learned is told") {
    struct Refusal {
        const char* part;
        int status;
        const char* words;
        const char* learned;
    };
    for (const Refusal& one :
         {Refusal{"presence_penalty", 400, "presencePenalty is not supported", "presence_penalty"},
          Refusal{"\"n\"", 422, "unknown field `n`", "n"},
          Refusal{"top_p", 500, "top-p is not supported here", "top_p"},
          Refusal{"temperature\":0", 400, "temperature does not support 0", "temperature"},
          Refusal{"stream\":true", 400, "streaming is not available", "stream"},
          Refusal{"seed", 400, "paramètre inconnu", "seed"},
          Refusal{"max_tokens", 400, "max_tokens is not supported", "max_tokens"}}) {
        CAPTURE(one.words);
        const Outcome outcome = ask(refusing(one.part, one.status, one.words));
        CHECK(outcome.text() == "ok");
        CHECK(outcome.asked == 2);
        REQUIRE(outcome.learned.size() == 1);
        CHECK(outcome.learned[0].first == "left_out");
        CHECK(outcome.learned[0].second.find(one.learned) != std::string::npos);
    }
}

TEST_CASE("an error in a 200 that complains of the form is mended too") {
    const ScriptedUpstream upstream([](const http::Seen& seen, int) {
        return seen.body.find("top_k") != std::string::npos
                   ? error_in_200("top_k: extra fields are not permitted")
                   : well_behaved({"ok"});
    });
    CHECK(ask(upstream).text() == "ok");
}

TEST_CASE("an error that only names a part of the request leaves it there") {
    const Outcome outcome = ask({failure(500, "the stream closed"), well_behaved({"x"})});
    CHECK(outcome.text() == "x");
    CHECK(outcome.learned.empty());
}

TEST_CASE("a prompt over the context is no refusal of max_tokens") {
    const Outcome outcome =
        ask({failure(400, "max_tokens: this model's maximum context length is 2048", "", "")});
    CHECK(outcome.failed().kind == FailureKind::ContextExceeded);
    CHECK(outcome.asked == 1);
}

TEST_CASE("401 and 404 are out of reach, at once, and an echoed key is hidden") {
    const Outcome outcome = ask({failure(401, "Incorrect API key provided: sk-secret.")});
    CHECK(outcome.failed().kind == FailureKind::Unreachable);
    CHECK(outcome.failed().detail == "HTTP 401: Incorrect API key provided: ***.");
    CHECK(outcome.asked == 1);
    CHECK(ask({failure(404, "no such model")}).failed().kind == FailureKind::Unreachable);
}

TEST_CASE("filtered content is a refusal, in the stream or as a status") {
    CHECK(ask({well_behaved({"I"}, {}, "content_filter")}).failed().kind == FailureKind::Refused);
    CHECK(ask({failure(400, "filtered", "", "content_filter")}).failed().kind ==
          FailureKind::Refused);
}

TEST_CASE("a prompt over the context has its own kind") {
    const Outcome outcome =
        ask({failure(400, "5000 tokens, 4096 fit", "", "context_length_exceeded")});
    CHECK(outcome.failed().kind == FailureKind::ContextExceeded);
    CHECK(outcome.failed().detail.find("4096") != std::string::npos);
}

TEST_CASE("no retry is begun that the deadline leaves no time for") {
    const ScriptedUpstream upstream(
        std::vector<http::Steps>{failure(503, "busy", "Retry-After: 5\r\n")});
    OpenSpec spec;
    spec.endpoint = upstream.base_url();
    spec.model = "small";
    const auto engine = open(spec);
    REQUIRE(engine);
    const auto client = (*engine)->open_client();
    Request request = request_for(1, "x");
    request.timeout = seconds(2);
    REQUIRE(client->post({request}));
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Event> events = events_until_ended(*client, 1, seconds(30));
    CHECK(std::chrono::steady_clock::now() - start < seconds(1));
    CHECK(std::get<Failed>(events.at(0).what).kind == FailureKind::ServerError);
}

TEST_CASE("a parameter that the endpoint names as unknown is left out from then on") {
    const ScriptedUpstream upstream([](const http::Seen& seen, int) {
        if (seen.body.find("\"top_k\"") != std::string::npos) {
            return failure(400, "Unrecognized request argument supplied: top_k");
        }
        if (seen.body.find("\"max_tokens\"") != std::string::npos) {
            return failure(400, "Use 'max_completion_tokens' instead.");
        }
        return well_behaved({"ok"});
    });
    OpenSpec spec;
    spec.endpoint = upstream.base_url();
    spec.model = "small";
    const auto engine = open(spec);
    REQUIRE(engine);
    const auto client = (*engine)->open_client();
    for (std::uint64_t id = 1; id <= 2; ++id) {
        REQUIRE(client->post({request_for(id, "x")}));
        const std::vector<Event> events = events_until_ended(*client, 1, seconds(30));
        CHECK(std::holds_alternative<Response>(events.at(0).what));
    }
    CHECK(upstream.completions().size() == 4);  // three to learn, one that knows
    CHECK(client->render(request_for(3, "x"))->find("top_k") == std::string::npos);
}

TEST_CASE("an engine can be destroyed in any stage of its work") {
    const ScriptedUpstream upstream([](const http::Seen&, int number) {
        switch (number % 4) {
            case 0:
                return silence_before_headers();
            case 1:
                return failure(503, "busy", "Retry-After: 30\r\n");
            case 2:
                return silence_after({"half"});
            default:
                return trickle("on and on and on", milliseconds(3));
        }
    });
    for (int round = 0; round < 20; ++round) {
        OpenSpec spec;
        spec.endpoint = upstream.base_url();
        spec.model = "small";
        spec.sequences = 6;
        const auto engine = open(spec);
        REQUIRE(engine);
        const auto client = (*engine)->open_client();
        std::vector<Request> batch;
        for (std::uint64_t id = 0; id < 12; ++id) {
            batch.push_back(request_for(id, "x"));
        }
        REQUIRE(client->post(batch));
        static_cast<void>(client->wait(milliseconds(round)));
    }
}

}  // namespace
}  // namespace palier::engine::openai
