#include "engine/turns.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace palier::engine {
namespace {

std::vector<std::uint64_t> drained(Turns& turns) {
    std::vector<std::uint64_t> order;
    while (const auto work = turns.next()) {
        order.push_back(*work);
    }
    return order;
}

TEST_CASE("one client's work of one priority keeps its order") {
    Turns turns;
    CHECK(turns.empty());
    for (std::uint64_t work = 1; work <= 5; ++work) {
        turns.add(Priority::Bulk, 1, work);
    }
    CHECK_FALSE(turns.empty());
    CHECK(drained(turns) == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
    CHECK(turns.empty());
}

TEST_CASE("clients of one priority take turns, however much each has") {
    Turns turns;
    for (std::uint64_t work = 10; work < 14; ++work) {
        turns.add(Priority::FixedBatch, 1, work);
    }
    turns.add(Priority::FixedBatch, 2, 20);
    turns.add(Priority::FixedBatch, 3, 30);
    turns.add(Priority::FixedBatch, 3, 31);
    CHECK(drained(turns) == std::vector<std::uint64_t>{10, 20, 30, 11, 31, 12, 13});
}

TEST_CASE("of seven turns that all want, interactive work gets four, fixed two, bulk one") {
    Turns turns;
    for (std::uint64_t i = 0; i < 100; ++i) {
        turns.add(Priority::Bulk, 1, 3);
        turns.add(Priority::FixedBatch, 1, 2);
        turns.add(Priority::Interactive, 1, 1);
    }
    std::map<std::uint64_t, int> got;
    for (int turn = 0; turn < 70; ++turn) {
        ++got[*turns.next()];
    }
    CHECK(got[1] == 40);
    CHECK(got[2] == 20);
    CHECK(got[3] == 10);
}

TEST_CASE("a class that was idle has saved up no turns") {
    Turns turns;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        turns.add(Priority::Bulk, 1, 3);
    }
    for (int turn = 0; turn < 500; ++turn) {
        CHECK(*turns.next() == 3);
    }
    for (std::uint64_t i = 0; i < 100; ++i) {
        turns.add(Priority::Interactive, 2, 1);
    }
    int bulk = 0;
    for (int turn = 0; turn < 50; ++turn) {
        bulk += *turns.next() == 3 ? 1 : 0;
    }
    CHECK(bulk == 10);
}

TEST_CASE("nothing starves: work that waits is taken within a bounded number of turns") {
    Rng rng(4);
    for (int round = 0; round < 200; ++round) {
        Turns turns;
        std::map<std::uint64_t, std::uint64_t> waiting_since;
        std::uint64_t next = 0;
        std::uint64_t turn = 0;
        const std::uint64_t clients = 1 + rng.below(4);
        for (; turn < 400; ++turn) {
            // Never more than one piece for each client and class: then a turn comes round soon.
            const std::uint64_t client = rng.below(clients);
            const auto priority = static_cast<Priority>(rng.below(3));
            const std::uint64_t work = client * 3 + static_cast<std::uint64_t>(priority);
            if (waiting_since.emplace(work, turn).second) {
                turns.add(priority, client, work);
                ++next;
            }
            if (const auto taken = turns.next()) {
                CHECK(turn - waiting_since.at(*taken) <= 8 * clients + 8);
                waiting_since.erase(*taken);
                --next;
            }
        }
        CHECK(drained(turns).size() == next);
    }
}

}  // namespace
}  // namespace palier::engine
