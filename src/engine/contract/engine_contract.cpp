#include "engine/contract/engine_contract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

namespace palier::engine::contract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds k_long = seconds(60);

std::vector<Request> batch_of(const Subject& subject, std::uint64_t first_id) {
    std::vector<Request> batch;
    for (const std::string& input : subject.inputs) {
        batch.push_back(request_of(subject, first_id + batch.size(), input));
    }
    return batch;
}

Request long_request(const Subject& subject, std::uint64_t id) {
    Request request = subject.long_request();
    request.id = id;
    return request;
}

std::string everything_said(const std::vector<Event>& events) {
    std::string all;
    for (const Event& event : events) {
        if (const auto* token = std::get_if<Token>(&event.what)) {
            all += token->text;
        } else if (const auto* response = std::get_if<Response>(&event.what)) {
            all += response->text;
        } else {
            all += std::get<Failed>(event.what).detail;
        }
        all += '\n';
    }
    return all;
}

void check_response(const Response& response, const Facts& facts) {
    CHECK(response.prompt_tokens.value_or(0) >= 0);
    CHECK(response.output_tokens.value_or(0) >= 0);
    CHECK(response.cached_tokens.value_or(0) >= 0);
    if (response.cached_tokens) {
        CHECK(response.cached_tokens <= response.prompt_tokens);
    }
    CHECK(response.ttft_ms.has_value() == facts.has_latency);
    CHECK(response.total_ms.has_value() == facts.has_latency);
    if (facts.has_latency) {
        CHECK(*response.ttft_ms >= 0);
        CHECK(*response.total_ms >= *response.ttft_ms);
    }
}

void check_every_request_ends_once(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    const std::vector<Request> batch = batch_of(subject, 100);
    REQUIRE(client->post(batch));
    const std::vector<Event> events = events_until_ended(*client, batch.size(), k_long);
    const auto ends = ends_in(events);
    REQUIRE(ends.size() == batch.size());
    for (const Request& request : batch) {
        CAPTURE(request.id);
        const Response* response = response_in(ends, request.id);
        REQUIRE(response != nullptr);
        check_response(*response, engine->facts());
        CHECK(response->scores.size() == subject.labels.size());
    }
    CHECK_MESSAGE(client->wait(Nanoseconds{0}).empty(), "an event after the last one");
    if (!subject.secret.empty()) {
        CHECK(everything_said(events).find(subject.secret) == std::string::npos);
    }
}

void check_tokens(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    std::vector<Request> batch{request_of(subject, 1, subject.inputs[0]),
                               request_of(subject, 2, subject.inputs[1])};
    batch[0].stream_tokens = true;
    REQUIRE(client->post(batch));
    const std::vector<Event> events = events_until_ended(*client, 2, k_long);
    const auto ends = ends_in(events);
    const Response* response = response_in(ends, 1);
    REQUIRE(response != nullptr);
    std::string joined;
    for (const Event& event : events) {
        if (!event.is_last()) {
            CHECK_MESSAGE(event.id == 1, "tokens for a request that wants none");
            joined += std::get<Token>(event.what).text;
        }
    }
    CHECK(joined == (subject.streams ? response->text : ""));
}

void check_batches_in_order(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    const std::vector<Request> first = batch_of(subject, 1);
    const std::vector<Request> second = batch_of(subject, 1001);
    REQUIRE(client->post(first));
    REQUIRE(client->post(second));
    std::size_t of_the_first = 0;
    bool mixed = false;
    for (const Event& event : events_until_ended(*client, first.size() + second.size(), k_long)) {
        if (event.is_last() && event.id < 1001) {
            ++of_the_first;
        } else if (event.is_last()) {
            mixed = mixed || of_the_first < first.size();
        }
    }
    CHECK(of_the_first == first.size());
    CHECK_FALSE((mixed && subject.ends_in_batch_order));
}

void check_same_answers(const Subject& subject) {
    std::vector<std::map<std::uint64_t, std::string>> runs;
    for (int run = 0; run < 2; ++run) {
        const auto engine = subject.open();
        const auto client = engine->open_client();
        REQUIRE(client->post(batch_of(subject, 1)));
        std::map<std::uint64_t, std::string> texts;
        for (const auto& [id, event] :
             ends_in(events_until_ended(*client, subject.inputs.size(), k_long))) {
            REQUIRE(std::holds_alternative<Response>(event.what));
            texts[id] = said_in(std::get<Response>(event.what));
        }
        runs.push_back(std::move(texts));
    }
    CHECK(runs[0] == runs[1]);
}

void check_ids_may_return(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    for (int round = 0; round < 3; ++round) {
        REQUIRE(client->post({request_of(subject, 7, subject.inputs[0])}));
        CHECK(ends_in(events_until_ended(*client, 1, k_long)).count(7) == 1);
    }
}

void check_wait_when_idle(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    const auto start = std::chrono::steady_clock::now();
    CHECK(client->wait(seconds(30)).empty());
    REQUIRE(client->post({}));
    CHECK(client->wait(seconds(30)).empty());
    CHECK(std::chrono::steady_clock::now() - start < seconds(10));
}

void check_unknown_ids(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    client->cancel(42);
    REQUIRE(client->post({request_of(subject, 1, subject.inputs[0])}));
    client->cancel(42);
    const auto ends = ends_in(events_until_ended(*client, 1, k_long));
    CHECK(response_in(ends, 1) != nullptr);
    client->cancel(1);
    CHECK_MESSAGE(client->wait(Nanoseconds{0}).empty(), "a cancel after the end gave an event");
}

void check_patience(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    REQUIRE(client->post({long_request(subject, 1)}));
    const std::vector<Event> events = client->wait(milliseconds(20));
    CHECK_MESSAGE(ends_in(events).empty(), "the long request is too short for this test");
    client->cancel(1);
    CHECK(ends_in(events_until_ended(*client, 1, k_long)).count(1) == 1);
}

void check_cancel(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    // As many long ones as it takes at once, then one that stays in the queue.
    std::vector<Request> batch;
    for (int i = 0; i <= subject.at_once; ++i) {
        batch.push_back(long_request(subject, 10 + static_cast<std::uint64_t>(i)));
    }
    const std::uint64_t queued = batch.back().id;
    REQUIRE(client->post(batch));
    CHECK(ends_in(client->wait(milliseconds(20))).empty());
    client->cancel(queued);
    auto ends = ends_in(events_until_ended(*client, 1, k_long));
    REQUIRE(failure_in(ends, queued) != nullptr);
    CHECK(failure_in(ends, queued)->kind == FailureKind::Cancelled);
    for (std::size_t i = 0; i + 1 < batch.size(); ++i) {
        client->cancel(batch[i].id);
        client->cancel(batch[i].id);  // a second time changes nothing
    }
    ends = ends_in(events_until_ended(*client, batch.size() - 1, k_long));
    REQUIRE(ends.size() == batch.size() - 1);
    for (const auto& [id, event] : ends) {
        const Failed* failed = std::get_if<Failed>(&event.what);
        REQUIRE(failed != nullptr);
        CHECK(failed->kind == FailureKind::Cancelled);
    }
    // What was cancelled leaves the engine usable.
    REQUIRE(client->post({request_of(subject, 10, subject.inputs[0])}));
    ends = ends_in(events_until_ended(*client, 1, k_long));
    CHECK(response_in(ends, 10) != nullptr);
}

void check_cancel_leaves_the_others(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    std::vector<Request> batch{long_request(subject, 1), request_of(subject, 2, subject.inputs[0])};
    REQUIRE(client->post(batch));
    client->cancel(1);
    const auto ends = ends_in(events_until_ended(*client, 2, k_long));
    REQUIRE(failure_in(ends, 1) != nullptr);
    CHECK(failure_in(ends, 1)->kind == FailureKind::Cancelled);
    CHECK(response_in(ends, 2) != nullptr);
}

void check_deadline(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    Request request = long_request(subject, 1);
    request.timeout = milliseconds(60);
    REQUIRE(client->post({request, request_of(subject, 2, subject.inputs[0])}));
    const auto ends = ends_in(events_until_ended(*client, 2, k_long));
    REQUIRE(failure_in(ends, 1) != nullptr);
    CHECK(failure_in(ends, 1)->kind == FailureKind::Timeout);
    CHECK_FALSE(failure_in(ends, 1)->detail.empty());
    CHECK(response_in(ends, 2) != nullptr);
}

void check_cancel_from_another_thread(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    REQUIRE(client->post({long_request(subject, 1)}));
    std::thread other([&] {
        std::this_thread::sleep_for(milliseconds(20));
        client->cancel(1);
        static_cast<void>(engine->counters());
        static_cast<void>(engine->facts().model);
    });
    const auto ends = ends_in(events_until_ended(*client, 1, k_long));
    other.join();
    // An engine whose clock runs ahead of the thread may have answered already.
    CHECK(ends.count(1) == 1);
}

void check_destruction(const Subject& subject) {
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < 3; ++round) {
        const auto engine = subject.open();
        const auto client = engine->open_client();
        std::vector<Request> batch = batch_of(subject, 100);
        if (subject.long_request) {
            batch.push_back(long_request(subject, 1));
        }
        REQUIRE(client->post(batch));
        if (round == 1) {
            static_cast<void>(client->wait(milliseconds(5)));
        }
    }
    CHECK(std::chrono::steady_clock::now() - start < seconds(30));
}

void check_alone(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    if (!engine->facts().has_latency) {
        return;
    }
    REQUIRE(client->post({request_of(subject, 1, subject.inputs[0])}));
    auto ends = ends_in(events_until_ended(*client, 1, k_long));
    REQUIRE(response_in(ends, 1) != nullptr);
    CHECK(response_in(ends, 1)->alone);
    REQUIRE(client->post(
        {request_of(subject, 2, subject.inputs[0]), request_of(subject, 3, subject.inputs[1])}));
    ends = ends_in(events_until_ended(*client, 2, k_long));
    for (const std::uint64_t id : {std::uint64_t{2}, std::uint64_t{3}}) {
        REQUIRE(response_in(ends, id) != nullptr);
        CHECK_FALSE(response_in(ends, id)->alone);
    }
}

void check_counters(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    const Counters before = engine->counters();
    CHECK(before.decodes == 0);
    CHECK(before.tokens_computed == 0);
    REQUIRE(client->post(batch_of(subject, 1)));
    static_cast<void>(events_until_ended(*client, subject.inputs.size(), k_long));
    const Counters after = engine->counters();
    CHECK(after.sequences_decoded >= after.decodes);
    if (engine->facts().has_latency) {
        CHECK(after.tokens_computed > 0);
    }
    REQUIRE(client->post({request_of(subject, 1, subject.inputs[0])}));
    static_cast<void>(events_until_ended(*client, 1, k_long));
    CHECK(engine->counters().decodes >= after.decodes);
    CHECK(engine->counters().tokens_computed >= after.tokens_computed);
    CHECK(engine->counters().tokens_reused >= after.tokens_reused);
}

void check_facts_and_render(const Subject& subject) {
    const auto engine = subject.open();
    const auto client = engine->open_client();
    const Facts facts = engine->facts();
    CHECK_FALSE(facts.engine.empty());
    CHECK_FALSE(facts.build.empty());
    CHECK_FALSE(facts.model.empty());
    CHECK_FALSE(facts.model_identity.empty());
    CHECK_FALSE((facts.recorded && facts.has_latency));
    std::string said = facts.build + facts.model + facts.model_identity;
    for (const auto& [name, value] : facts.notes) {
        said += name + value;
    }
    const Request request = request_of(subject, 1, subject.inputs[0]);
    const Result<std::string> text = client->render(request);
    CHECK(text.has_value() == subject.renders);
    if (text) {
        CHECK(text->find(subject.inputs[0]) != std::string::npos);
        CHECK(*client->render(request) == *text);
        CHECK(engine->counters().tokens_computed == 0);
        said += *text;
    }
    if (!subject.secret.empty()) {
        CHECK(said.find(subject.secret) == std::string::npos);
    }
}

void check_quick_promises(const Subject& subject) {
    SUBCASE("every request ends once, with its id") {
        check_every_request_ends_once(subject);
    }
    SUBCASE("tokens come only where asked for and make up the text") {
        check_tokens(subject);
    }
    SUBCASE("batches are worked on in the order posted") {
        check_batches_in_order(subject);
    }
    SUBCASE("an id may be used again after its end") {
        check_ids_may_return(subject);
    }
    SUBCASE("wait returns at once when nothing is under way") {
        check_wait_when_idle(subject);
    }
    SUBCASE("unknown ids are ignored by cancel") {
        check_unknown_ids(subject);
    }
    SUBCASE("an engine with work under way can be destroyed") {
        check_destruction(subject);
    }
    SUBCASE("alone is said of what was alone, and of nothing else") {
        check_alone(subject);
    }
    SUBCASE("counters begin at zero and never fall") {
        check_counters(subject);
    }
    SUBCASE("facts are stated and a prompt is shown") {
        check_facts_and_render(subject);
    }
}

}  // namespace

Request request_for(std::uint64_t id, const std::string& input) {
    Request request;
    request.id = id;
    request.messages = {{"system", "Answer in a few words."}, {"user", input}};
    request.input = input;
    request.sampling.max_tokens = 8;
    return request;
}

Ends ends_in(const std::vector<Event>& events) {
    Ends ends;
    for (const Event& event : events) {
        if (event.is_last()) {
            CHECK_MESSAGE(ends.count(event.id) == 0, "two last events of one request");
            ends.emplace(event.id, event);
        } else {
            CHECK_MESSAGE(ends.count(event.id) == 0, "a token after the last event");
        }
    }
    return ends;
}

const Failed* failure_in(const Ends& ends, std::uint64_t id) {
    const auto found = ends.find(id);
    return found == ends.end() ? nullptr : std::get_if<Failed>(&found->second.what);
}

const Response* response_in(const Ends& ends, std::uint64_t id) {
    const auto found = ends.find(id);
    return found == ends.end() ? nullptr : std::get_if<Response>(&found->second.what);
}

std::vector<Event> events_until_ended(Client& client, std::size_t count, Nanoseconds patience) {
    const auto limit = std::chrono::steady_clock::now() + patience;
    std::vector<Event> all;
    while (count > 0 && std::chrono::steady_clock::now() < limit) {
        std::vector<Event> events = client.wait(milliseconds(100));
        for (Event& event : events) {
            count -= event.is_last() && count > 0 ? 1 : 0;
            all.push_back(std::move(event));
        }
    }
    CHECK_MESSAGE(count == 0, "requests without an end");
    return all;
}

void check_contract(const Subject& subject) {
    CAPTURE(subject.name);
    REQUIRE(subject.inputs.size() >= 6);
    check_quick_promises(subject);
    check_kinds(subject);
    check_clients(subject);
    check_refusals(subject);
    if (subject.same_answers) {
        SUBCASE("the same batch gives the same answers") {
            check_same_answers(subject);
        }
    }
    if (subject.long_request) {
        SUBCASE("wait returns when its patience ends") {
            check_patience(subject);
        }
        SUBCASE("queued and running requests can be cancelled") {
            check_cancel(subject);
        }
        SUBCASE("a cancel leaves the others alone") {
            check_cancel_leaves_the_others(subject);
        }
        SUBCASE("a request past its deadline is a timeout") {
            check_deadline(subject);
        }
        SUBCASE("another thread may cancel") {
            check_cancel_from_another_thread(subject);
        }
    }
}

}  // namespace palier::engine::contract
