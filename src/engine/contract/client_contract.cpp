// The contract's part about several clients of one engine.
#include "engine/codes.h"
#include "engine/contract/engine_contract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace palier::engine::contract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds k_long = seconds(60);

Request long_request(const Subject& subject, std::uint64_t id) {
    Request request = subject.long_request();
    request.id = id;
    return request;
}

std::string text_of(const Ends& ends, std::uint64_t id) {
    const Response* response = response_in(ends, id);
    REQUIRE(response != nullptr);
    return said_in(*response);
}

void check_same_ids(const Subject& subject) {
    const auto engine = subject.open();
    const auto one = engine->open_client();
    const auto other = engine->open_client();
    REQUIRE(one->post(
        {request_of(subject, 1, subject.inputs[0]), request_of(subject, 2, subject.inputs[1])}));
    REQUIRE(other->post(
        {request_of(subject, 2, subject.inputs[2]), request_of(subject, 1, subject.inputs[3])}));
    const Ends of_one = ends_in(events_until_ended(*one, 2, k_long));
    const Ends of_other = ends_in(events_until_ended(*other, 2, k_long));
    CHECK(one->wait(Nanoseconds{0}).empty());
    CHECK(other->wait(Nanoseconds{0}).empty());
    if (subject.same_answers) {
        const auto alone = [&](const std::string& input) {
            REQUIRE(one->post({request_of(subject, 7, input)}));
            return text_of(ends_in(events_until_ended(*one, 1, k_long)), 7);
        };
        CHECK(text_of(of_one, 1) == alone(subject.inputs[0]));
        CHECK(text_of(of_one, 2) == alone(subject.inputs[1]));
        CHECK(text_of(of_other, 2) == alone(subject.inputs[2]));
        CHECK(text_of(of_other, 1) == alone(subject.inputs[3]));
    }
}

void check_streams_apart(const Subject& subject) {
    const auto engine = subject.open();
    const auto one = engine->open_client();
    const auto other = engine->open_client();
    Request streamed = request_of(subject, 1, subject.inputs[0]);
    streamed.stream_tokens = true;
    REQUIRE(one->post({streamed}));
    REQUIRE(other->post({request_of(subject, 1, subject.inputs[1])}));
    for (const Event& event : events_until_ended(*other, 1, k_long)) {
        CHECK_MESSAGE(event.is_last(), "a token of another client's request");
    }
    static_cast<void>(events_until_ended(*one, 1, k_long));
}

void check_id_under_way(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    const Result<void> twice = client->post(
        {request_of(subject, 1, subject.inputs[0]), request_of(subject, 1, subject.inputs[1])});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == engine::codes::id_under_way);
    CHECK_MESSAGE(client->wait(Nanoseconds{0}).empty(), "a refused batch was started");
    if (!subject.long_request) {
        return;
    }
    REQUIRE(client->post({long_request(subject, 1)}));
    const Result<void> again = client->post(
        {request_of(subject, 2, subject.inputs[0]), request_of(subject, 1, subject.inputs[1])});
    REQUIRE_FALSE(again);
    CHECK(again.error().code == engine::codes::id_under_way);
    client->cancel(1);
    const Ends ends = ends_in(events_until_ended(*client, 1, k_long));
    CHECK(ends.count(2) == 0);
    REQUIRE(client->post({request_of(subject, 1, subject.inputs[0])}));
    CHECK(response_in(ends_in(events_until_ended(*client, 1, k_long)), 1) != nullptr);
}

void check_idle_beside_a_busy_one(const Subject& subject) {
    const auto engine = subject.open();
    const auto busy = engine->open_client();
    const auto idle = engine->open_client();
    REQUIRE(busy->post({long_request(subject, 1)}));
    const auto start = std::chrono::steady_clock::now();
    CHECK(idle->wait(seconds(30)).empty());
    CHECK(std::chrono::steady_clock::now() - start < seconds(10));
}

void check_cancel_stays_inside(const Subject& subject) {
    const auto engine = subject.open();
    const auto one = engine->open_client();
    const auto other = engine->open_client();
    REQUIRE(one->post({long_request(subject, 1)}));
    REQUIRE(other->post({request_of(subject, 1, subject.inputs[0])}));
    one->cancel(1);
    const Ends of_one = ends_in(events_until_ended(*one, 1, k_long));
    REQUIRE(failure_in(of_one, 1) != nullptr);
    CHECK(failure_in(of_one, 1)->kind == FailureKind::Cancelled);
    CHECK(response_in(ends_in(events_until_ended(*other, 1, k_long)), 1) != nullptr);
}

void check_closing_ends_the_work(const Subject& subject) {
    const auto engine = subject.open();
    auto leaving = engine->open_client();
    const auto staying = engine->open_client();
    std::vector<Request> batch;
    for (int i = 0; i <= subject.at_once; ++i) {
        batch.push_back(long_request(subject, static_cast<std::uint64_t>(i)));
    }
    REQUIRE(leaving->post(batch));
    REQUIRE(staying->post({request_of(subject, 1, subject.inputs[0])}));
    static_cast<void>(leaving->wait(milliseconds(5)));
    const auto start = std::chrono::steady_clock::now();
    leaving.reset();
    CHECK(response_in(ends_in(events_until_ended(*staying, 1, k_long)), 1) != nullptr);
    CHECK(std::chrono::steady_clock::now() - start < seconds(10));
    CHECK(staying->wait(Nanoseconds{0}).empty());
    const auto fresh = engine->open_client();
    CHECK_MESSAGE(fresh->wait(Nanoseconds{0}).empty(), "mail of the one that has gone");
}

// While somebody holds every place, one client queues far more than the other; once the places are
// free, they take turns.
void check_turns(const Subject& subject) {
    const auto engine = subject.open();
    auto first = engine->open_client();
    const auto many = engine->open_client();
    const auto one = engine->open_client();
    std::vector<Request> holding;
    for (int i = 0; i < subject.at_once; ++i) {
        holding.push_back(long_request(subject, static_cast<std::uint64_t>(i)));
    }
    REQUIRE(first->post(holding));
    const std::size_t count = 4 * static_cast<std::size_t>(subject.at_once) + 8;
    const auto start = std::chrono::steady_clock::now();
    const auto since_start = [start] {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count();
    };
    std::vector<double> posted_ms;
    for (std::size_t i = 0; i < count; ++i) {
        posted_ms.push_back(since_start());
        REQUIRE(many->post({request_of(subject, i, subject.inputs[i % subject.inputs.size()])}));
    }
    REQUIRE(one->post({request_of(subject, 1, subject.inputs[0])}));
    const double one_posted_ms = since_start();
    first.reset();
    const Ends of_one = ends_in(events_until_ended(*one, 1, k_long));
    const Ends of_many = ends_in(events_until_ended(*many, count, k_long));
    REQUIRE(response_in(of_one, 1) != nullptr);
    double last_ms = 0;
    for (const auto& [id, event] : of_many) {
        REQUIRE(response_in(of_many, id) != nullptr);
        last_ms = std::max(last_ms, posted_ms[id] + response_in(of_many, id)->total_ms.value_or(0));
    }
    CHECK(one_posted_ms + response_in(of_one, 1)->total_ms.value_or(0) < last_ms);
}

void check_engine_first(const Subject& subject) {
    auto engine = subject.open();
    const auto client = engine->open_client();
    if (subject.long_request) {
        REQUIRE(client->post({long_request(subject, 1)}));
    }
    engine.reset();
    client->cancel(1);
    CHECK(client->wait(seconds(30)).empty());
    const Result<void> posted = client->post({request_of(subject, 2, subject.inputs[0])});
    REQUIRE_FALSE(posted);
    CHECK(posted.error().code == engine::codes::closed);
    CHECK(client->render(request_of(subject, 2, subject.inputs[0])).error().code ==
          engine::codes::closed);
    CHECK_FALSE(client->facts().engine.empty());
}

void check_several_threads(const Subject& subject) {
    const auto engine = subject.open();
    std::vector<std::thread> threads;
    std::vector<std::size_t> ended(3, 0);
    for (std::size_t number = 0; number < ended.size(); ++number) {
        threads.emplace_back([&, number] {
            for (int round = 0; round < 3; ++round) {
                const auto client = engine->open_client();
                for (std::uint64_t id = 0; id < 3; ++id) {
                    if (!client->post({request_of(subject, id, subject.inputs[id])})) {
                        return;
                    }
                }
                std::size_t left = 3;
                while (left > 0) {
                    for (const Event& event : client->wait(seconds(1))) {
                        left -= event.is_last() ? 1 : 0;
                    }
                }
                ended[number] += 3;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(ended == std::vector<std::size_t>(3, 9));
}

}  // namespace

void check_clients(const Subject& subject) {
    SUBCASE("two clients may use the same ids, and each gets its own answers") {
        check_same_ids(subject);
    }
    SUBCASE("tokens go to the client that asked") {
        check_streams_apart(subject);
    }
    SUBCASE("an id under way is an error, and nothing of its batch is started") {
        check_id_under_way(subject);
    }
    SUBCASE("an engine that goes before its clients leaves them safe") {
        check_engine_first(subject);
    }
    SUBCASE("clients work from several threads at once") {
        check_several_threads(subject);
    }
    if (subject.long_request) {
        SUBCASE("a client without work does not wait for another's") {
            check_idle_beside_a_busy_one(subject);
        }
        SUBCASE("a cancel in one client leaves the same id of the other") {
            check_cancel_stays_inside(subject);
        }
        SUBCASE("closing a client ends what it had under way") {
            check_closing_ends_the_work(subject);
        }
        SUBCASE("clients take turns") {
            check_turns(subject);
        }
    }
}

}  // namespace palier::engine::contract
