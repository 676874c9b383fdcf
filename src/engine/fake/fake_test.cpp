#include "engine/fake/fake.h"

#include "engine/codes.h"
#include "engine/contract/engine_contract.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::engine::fake {
namespace {

using contract::events_until_ended;
using contract::request_for;
using std::chrono::milliseconds;
using std::chrono::seconds;

Answer upper_case(const Request& request) {
    if (request.kind == Kind::Score) {
        Response response;
        response.scores.assign(request.labels.size(), {-1.5, 2});
        return response;
    }
    if (request.kind == Kind::State) {
        Response response;
        response.state = {1.0F, static_cast<float>(request.input.front())};
        return response;
    }
    if (!request.labels.empty()) {
        return request.labels.front();
    }
    std::string text = "ANSWER TO " + request.input;
    return text;
}

contract::Subject subject(Options options) {
    contract::Subject subject;
    subject.name = "fake";
    subject.open = [options] {
        return std::make_unique<FakeEngine>(
            [](const Request& request) {
                Answer answer = upper_case(request);
                answer.latency =
                    request.input == "long" ? Nanoseconds(seconds(600)) : milliseconds(2);
                answer.first_token = milliseconds(1);
                return answer;
            },
            options,
            plain_facts("fake", {Capability::HiddenState}));
    };
    subject.inputs = {"one", "two", "three", "four", "five", "six", "seven"};
    subject.long_request = [] { return request_for(0, "long"); };
    subject.at_once = options.at_once;
    return subject;
}

TEST_CASE("the fake engine keeps the contract, one request at a time") {
    contract::check_contract(subject({}));
}

TEST_CASE("the fake engine keeps the contract, four at a time in a shuffled order") {
    Options options;
    options.at_once = 4;
    options.shuffle = 3;
    contract::Subject shuffled = subject(options);
    shuffled.ends_in_batch_order = false;
    contract::check_contract(shuffled);
}

TEST_CASE("latencies pass on the fake clock") {
    FakeClock clock;
    Options options;
    options.clock = &clock;
    FakeEngine engine(
        [](const Request&) {
            Answer answer("two words");
            answer.latency = seconds(2);
            answer.first_token = milliseconds(500);
            return answer;
        },
        options);
    const auto client = engine.open_client();
    REQUIRE(client->post({request_for(1, "a"), request_for(2, "b")}));
    CHECK(client->wait(seconds(1)).empty());
    CHECK(clock.now() == seconds(1));
    std::vector<Event> events = client->wait(seconds(60));
    REQUIRE(events.size() == 1);
    CHECK(clock.now() == seconds(2));
    CHECK(std::get<Response>(events[0].what).ttft_ms.value() == doctest::Approx(500));
    CHECK(std::get<Response>(events[0].what).total_ms.value() == doctest::Approx(2000));
    events = client->wait(seconds(60));
    REQUIRE(events.size() == 1);
    CHECK(std::get<Response>(events[0].what).ttft_ms.value() ==
          doctest::Approx(2500));  // with the queue
    CHECK(clock.now() == seconds(4));
}

TEST_CASE("the first token comes before the rest") {
    FakeEngine engine([](const Request&) {
        Answer answer("first then rest");
        answer.latency = seconds(2);
        answer.first_token = seconds(1);
        return answer;
    });
    const auto client = engine.open_client();
    Request request = request_for(1, "a");
    request.stream_tokens = true;
    REQUIRE(client->post({request}));
    const std::vector<Event> events = client->wait(seconds(10));
    REQUIRE(events.size() == 1);
    CHECK(std::get<Token>(events[0].what).text == "first ");
    CHECK(client->wait(seconds(10)).size() == 2);
}

TEST_CASE("a shuffle changes the order of the ends, within what is under way, by its seed") {
    const auto order = [](std::optional<std::uint64_t> seed) {
        Options options;
        options.at_once = 8;
        options.shuffle = seed;
        FakeEngine engine([](const Request&) { return Answer("x"); }, options);
        const auto client = engine.open_client();
        std::vector<Request> batch;
        for (std::uint64_t id = 0; id < 64; ++id) {
            batch.push_back(request_for(id, "i"));
        }
        CHECK(client->post(batch).has_value());
        std::vector<std::uint64_t> ids;
        for (const Event& event : events_until_ended(*client, 64, seconds(5))) {
            ids.push_back(event.id);
        }
        return ids;
    };
    const std::vector<std::uint64_t> plain = order(std::nullopt);
    CHECK(std::is_sorted(plain.begin(), plain.end()));
    const std::vector<std::uint64_t> shuffled = order(1);
    CHECK_FALSE(std::is_sorted(shuffled.begin(), shuffled.end()));
    CHECK(order(1) == order(1));
    CHECK(order(1) != order(2));
}

TEST_CASE("token counts are those of the script, else of words, else unknown") {
    const auto response = [](bool usage) {
        Options options;
        options.usage = usage;
        FakeEngine engine(
            [](const Request&) {
                Response scripted;
                scripted.text = "three short words";
                scripted.prompt_tokens = 40;
                return Answer(scripted);
            },
            options);
        const auto client = engine.open_client();
        CHECK(client->post({request_for(1, "a")}));
        return std::get<Response>(events_until_ended(*client, 1, seconds(1)).at(0).what);
    };
    CHECK(response(true).prompt_tokens == 40);
    CHECK(response(true).output_tokens == 3);
    CHECK(response(true).cached_tokens == 0);
    CHECK(response(false).prompt_tokens == 40);
    CHECK_FALSE(response(false).output_tokens);
    CHECK_FALSE(response(false).cached_tokens);
}

TEST_CASE("scripted failures come as they are") {
    FakeEngine engine(
        [](const Request&) { return Answer(Failed{FailureKind::ServerError, "boom", 503}); });
    const auto client = engine.open_client();
    REQUIRE(client->post({request_for(1, "a")}));
    const std::vector<Event> events = client->wait(seconds(1));
    REQUIRE(events.size() == 1);
    CHECK(std::get<Failed>(events[0].what).http_status == 503);
}

TEST_CASE("a closed engine refuses what is posted and ends what is under way") {
    FakeEngine engine([](const Request&) { return Answer("x"); });
    const auto client = engine.open_client();
    REQUIRE(client->post({request_for(1, "a")}));
    engine.close(Error(engine::codes::unreachable));
    const Result<void> refused = client->post({request_for(2, "b")});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == engine::codes::unreachable);
    CHECK(client->wait(seconds(1)).size() == 1);
}

TEST_CASE("a deadline in the queue counts too") {
    FakeEngine engine([](const Request&) {
        Answer answer("x");
        answer.latency = seconds(10);
        return answer;
    });
    const auto client = engine.open_client();
    Request second = request_for(2, "b");
    second.timeout = seconds(3);
    REQUIRE(client->post({request_for(1, "a"), second}));
    std::vector<Event> events = client->wait(seconds(60));
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == 2);
    CHECK(std::get<Failed>(events[0].what).kind == FailureKind::Timeout);
    events = client->wait(seconds(60));
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == 1);
}

TEST_CASE("scripted openings, failures and peaks are found by name, path or model") {
    FakeEngines engines;
    engines.add("small.gguf", Script([](const Request&) { return Answer("s"); }));
    engines.fail("gone", Error(engine::codes::unreachable, {{"host", "gone.example"}}));
    engines.set_peak_memory("small.gguf", std::optional<std::uint64_t>(123));
    OpenSpec spec;
    spec.path = "small.gguf";
    const auto opened = engines.open(spec);
    REQUIRE(opened);
    CHECK((*opened)->facts().model == "small.gguf");
    CHECK(**engines.peak_memory(spec, {}) == 123);
    OpenSpec missing;
    missing.model = "gone";
    CHECK(engines.open(missing).error().code == engine::codes::unreachable);
    CHECK_FALSE(*engines.peak_memory(missing, {}));
    CHECK(engines.opened() == std::vector<std::string>{"small.gguf", "gone"});
}

TEST_CASE("a hundred thousand answers come quickly") {
    Options options;
    options.at_once = 16;
    FakeEngine engine([](const Request&) { return Answer("x"); }, options);
    const auto client = engine.open_client();
    const auto start = std::chrono::steady_clock::now();
    std::size_t ended = 0;
    for (std::uint64_t batch = 0; batch < 1000; ++batch) {
        std::vector<Request> requests;
        for (std::uint64_t i = 0; i < 100; ++i) {
            requests.push_back(request_for(batch * 100 + i, "input"));
        }
        REQUIRE(client->post(std::move(requests)));
        ended += client->wait(seconds(1)).size();
    }
    CHECK(ended == 100'000);
    const double us =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
    MESSAGE("fake engine: " << us / 100'000 << " us a request");
    CHECK(us / 100'000 < 200);
}

}  // namespace
}  // namespace palier::engine::fake
