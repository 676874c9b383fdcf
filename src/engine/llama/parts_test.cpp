// The parts of the engine that need no model.
#include "base/rng.h"
#include "base/text.h"
#include "engine/codes.h"
#include "engine/llama/chat.h"
#include "engine/llama/cores.h"
#include "engine/llama/desk.h"
#include "engine/llama/labels.h"
#include "engine/llama/log_softmax.h"
#include "engine/llama/text_stream.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

using palier::FakeClock;
using palier::Nanoseconds;
using palier::Rng;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace engine = palier::engine;
namespace llama = palier::engine::llama;

TEST_CASE("log_sum_exp agrees with a sum in double") {
    Rng rng(7);
    for (const std::size_t size : {1U, 3U, 16U, 17U, 513U, 151'936U}) {
        std::vector<float> logits(size);
        double sum = 0;
        for (float& logit : logits) {
            logit = static_cast<float>((rng.uniform() - 0.7) * 60);
            sum += std::exp(static_cast<double>(logit));
        }
        CHECK(llama::log_sum_exp(logits) == doctest::Approx(std::log(sum)).epsilon(1e-6));
    }
    const std::vector<float> far{1000.0F, -1000.0F, 999.0F};
    CHECK(llama::log_sum_exp(far) == doctest::Approx(1000 + std::log1p(std::exp(-1.0))));
    CHECK(llama::log_sum_exp({}) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("the first of the largest is chosen") {
    std::vector<float> logits(100, 1.0F);
    logits[37] = 2.0F;
    logits[80] = 2.0F;
    CHECK(llama::index_of_largest(logits) == 37);
}

TEST_CASE("labels are not scored inside a thought that the template opens") {
    const std::string template_text =
        "{{ messages[0].content }}{% if enable_thinking %} thinks{% endif %}<think>{{ '\\n' }}";
    const auto format = llama::ChatFormat::make(template_text, "", "", false);
    REQUIRE(format);
    const std::vector<engine::Message> messages{{"user", "hello"}};
    const auto text = [&](const llama::ChatFormat::Wish& wish) {
        return format->render(messages, wish)->text;
    };
    CHECK(text({false, false}) == "hello<think>\n");
    CHECK(text({true, false}) == "hello thinks<think>\n");
    CHECK(text({false, true}) == "hello<think>\n\n</think>\n\n");
    const auto closed = llama::ChatFormat::make("{{ messages[0].content }}", "", "", false);
    REQUIRE(closed);
    CHECK(closed->render(messages, {false, true})->text == "hello");
}

TEST_CASE("a stop string is never shown, wherever tokens cut it") {
    llama::TextStream stream({"STOP", "###"});
    std::string shown;
    for (const char* token : {"one S", "TO", "x ST", "O", "P two", " three"}) {
        shown += stream.feed(token);
        CHECK(shown.find("STOP") == std::string::npos);
    }
    CHECK(shown + stream.finish() == "one STOx ");
    CHECK(stream.stopped());
    CHECK(stream.text() == "one STOx ");
}

TEST_CASE("what looked like a stop string is given back at the end") {
    llama::TextStream stream({"\n\n"});
    CHECK(stream.feed("a\n") == "a");
    CHECK(stream.finish() == "\n");
    CHECK(stream.text() == "a\n");
    CHECK_FALSE(stream.stopped());
}

TEST_CASE("text is whole characters, whatever bytes come") {
    llama::TextStream stream({});
    CHECK(stream.feed("\xC3") == "");
    CHECK(stream.feed("\xA9") == "é");
    CHECK(stream.feed("\xFFx") == "\xEF\xBF\xBDx");
    CHECK(stream.feed("\xE2\x82") == "");
    CHECK(stream.finish() == "");  // an incomplete character is dropped

    Rng rng(11);
    for (int round = 0; round < 2000; ++round) {
        llama::TextStream any({"ab", "\xC3\xA9"});
        std::string shown;
        for (int token = 0; token < 20; ++token) {
            std::string bytes(static_cast<std::size_t>(rng.below(4)), '\0');
            for (char& byte : bytes) {
                byte = rng.below(2) == 0 ? static_cast<char>(rng.next())
                                         : static_cast<char>('a' + rng.below(2));
            }
            const std::string piece = any.feed(bytes);
            CHECK(palier::is_valid_utf8(piece));
            shown += piece;
        }
        shown += any.finish();
        CHECK(shown == any.text());
        CHECK(shown.find("ab") == std::string::npos);
    }
}

TEST_CASE("labels share their common beginnings in the tree") {
    const llama::LabelTree tree = llama::tree_of({{1, 2, 3}, {1, 2, 4}, {5}, {1, 6}, {5}});
    CHECK(tree.nodes.size() == 7);
    CHECK(tree.longest() == 3);
    const std::vector<std::size_t> tips = tree.tips();
    REQUIRE(tips.size() == 1);  // after 1 2; the node of 1 is on its way
    CHECK(tree.path_to(tips[0]).size() == 2);
    CHECK(tree.nodes[tips[0]].token == 2);
    for (const llama::LabelTree::Node& node : tree.nodes) {
        if (node.token == 5) {
            CHECK(node.labels == std::vector<std::size_t>{2, 4});
        }
    }
    CHECK(llama::tree_of({}).tips().empty());
    CHECK(llama::tree_of({{}}).nodes[0].labels.size() == 1);
}

TEST_CASE("there is a core to compute on, and not more than asked for") {
    CHECK(llama::threads_to_use(0) >= 1);
    CHECK(llama::threads_to_use(1) == 1);
    CHECK(llama::threads_to_use(100'000) <=
          static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

namespace {

const engine::Facts k_able = [] {
    engine::Facts facts;
    facts.capabilities = {engine::Capability::Generate};
    return facts;
}();

engine::Request request(std::uint64_t id) {
    engine::Request made;
    made.id = id;
    return made;
}

engine::FailureKind failure(const engine::Event& event) {
    return std::get<engine::Failed>(event.what).kind;
}

}  // namespace

TEST_CASE("batches leave the desk in the order posted, without what was cancelled") {
    FakeClock clock;
    llama::Desk desk(clock);
    const auto box = desk.open_box();
    REQUIRE(desk.post(box, {request(1), request(2)}, k_able));
    REQUIRE(desk.post(box, {request(3)}, k_able));
    desk.cancel(box, 2);
    desk.cancel(box, 99);
    const auto events = desk.wait(box, std::chrono::nanoseconds(0));
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == 2);
    CHECK(failure(events[0]) == engine::FailureKind::Cancelled);
    auto first = desk.next_fixed();
    REQUIRE(first->size() == 1);
    CHECK(first->front()->request.id == 1);
    auto second = desk.next_fixed();
    CHECK(second->front()->request.id == 3);
    CHECK_FALSE(desk.next_fixed());
    CHECK(desk.wait_for_work(true));
    desk.close();
    CHECK_FALSE(desk.wait_for_work(true));
    CHECK(desk.post(box, {request(4)}, k_able).error().code == engine::codes::closed);
}

TEST_CASE("of one post, fixed requests stay together and the others wait one by one") {
    FakeClock clock;
    llama::Desk desk(clock);
    const auto box = desk.open_box();
    std::vector<engine::Request> batch{request(1), request(2), request(3), request(4)};
    batch[1].priority = engine::Priority::Interactive;
    batch[3].priority = engine::Priority::Bulk;
    REQUIRE(desk.post(box, batch, k_able));
    const auto fixed = desk.next_fixed();
    REQUIRE(fixed);
    REQUIRE(fixed->size() == 2);
    CHECK(fixed->back()->request.id == 3);
    CHECK_FALSE(desk.next_fixed());
    desk.cancel(box, 4);
    const auto open = desk.take_open(5);
    REQUIRE(open.size() == 1);
    CHECK(open.front()->request.id == 2);
    CHECK(desk.take_open(5).empty());
}

TEST_CASE("only a request that had the engine to itself was alone") {
    FakeClock clock;
    llama::Desk desk(clock);
    const auto box = desk.open_box();
    const auto answer = [&](std::uint64_t id, const llama::TicketPtr& ticket) {
        REQUIRE(desk.start(ticket));
        desk.finish(ticket, {});
        for (const engine::Event& event : desk.wait(box, std::chrono::nanoseconds(0))) {
            if (event.id == id) {
                return std::get<engine::Response>(event.what).alone;
            }
        }
        return false;
    };
    REQUIRE(desk.post(box, {request(1)}, k_able));
    CHECK(answer(1, desk.next_fixed()->front()));
    REQUIRE(desk.post(box, {request(2)}, k_able));
    REQUIRE(desk.post(box, {request(3)}, k_able));
    CHECK_FALSE(answer(2, desk.next_fixed()->front()));
    CHECK_FALSE(answer(3, desk.next_fixed()->front()));
    REQUIRE(desk.post(box, {request(4), request(5)}, k_able));
    const auto pair = desk.next_fixed();
    CHECK_FALSE(answer(4, pair->front()));
    CHECK_FALSE(answer(5, pair->back()));
}

TEST_CASE("computing stops when nobody waits for its result any more") {
    FakeClock clock;
    llama::Desk desk(clock);
    const auto box = desk.open_box();
    engine::Request late = request(1);
    late.timeout = seconds(5);
    REQUIRE(desk.post(box, {late, request(2)}, k_able));
    const auto batch = desk.next_fixed();
    for (const llama::TicketPtr& ticket : *batch) {
        REQUIRE(desk.start(ticket));
    }
    desk.watch(*batch);
    clock.advance(seconds(6));
    CHECK_FALSE(desk.should_abort());  // 2 has no deadline
    desk.cancel(box, 2);
    CHECK(desk.should_abort());
    CHECK(desk.is_over(batch->front()));
    CHECK(desk.is_over(batch->back()));
    const auto events = desk.wait(box, std::chrono::nanoseconds(0));
    REQUIRE(events.size() == 2);
    CHECK(failure(events[0]) == engine::FailureKind::Timeout);
    CHECK(failure(events[1]) == engine::FailureKind::Cancelled);
    desk.watch({});
    CHECK_FALSE(desk.should_abort());
}

TEST_CASE("a deadline passes in the queue too") {
    palier::SystemClock clock;
    llama::Desk desk(clock);
    const auto box = desk.open_box();
    engine::Request late = request(1);
    late.timeout = milliseconds(1);
    REQUIRE(desk.post(box, {late}, k_able));
    const auto events = desk.wait(box, seconds(10));
    REQUIRE(events.size() == 1);
    CHECK(failure(events[0]) == engine::FailureKind::Timeout);
    CHECK(desk.wait(box, seconds(10)).empty());  // nothing is under way: returns at once
}
