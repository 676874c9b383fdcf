#include "core/in_order.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <memory>
#include <numeric>
#include <vector>

namespace palier::core {

TEST_CASE("a late value holds back those behind it") {
    InOrder<char> gate;
    CHECK(gate.take() == std::nullopt);
    gate.put(1, 'b');
    gate.put(2, 'c');
    CHECK(gate.take() == std::nullopt);
    CHECK(gate.waiting() == 2);
    gate.put(0, 'a');
    CHECK(gate.take() == 'a');
    CHECK(gate.take() == 'b');
    CHECK(gate.next() == 2);
    CHECK(gate.take() == 'c');
    CHECK(gate.take() == std::nullopt);
    CHECK(gate.next() == 3);
    CHECK(gate.waiting() == 0);
}

TEST_CASE("a gate can start in the middle and hold values that only move") {
    InOrder<std::unique_ptr<int>> gate(40);
    gate.put(41, std::make_unique<int>(2));
    gate.put(40, std::make_unique<int>(1));
    CHECK(**gate.take() == 1);
    CHECK(**gate.take() == 2);
}

TEST_CASE("whatever the order of arrival, values leave in the order of their numbers") {
    Rng rng(21);
    for (int round = 0; round < 100; ++round) {
        std::vector<std::int64_t> arrival(1 + rng.below(50));
        std::iota(arrival.begin(), arrival.end(), std::int64_t{0});
        rng.shuffle(arrival);
        InOrder<std::int64_t> gate;
        std::int64_t expected = 0;
        for (const std::int64_t ordinal : arrival) {
            gate.put(ordinal, ordinal * 3);
            while (const auto value = gate.take()) {
                CHECK(*value == expected * 3);
                ++expected;
            }
        }
        CHECK(expected == static_cast<std::int64_t>(arrival.size()));
    }
}

}  // namespace palier::core
