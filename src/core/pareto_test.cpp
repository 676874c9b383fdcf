#include "core/pareto.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::core {

TEST_CASE("a point dominates when it is nowhere worse and somewhere better") {
    const ParetoPoint good{0.9, 1.0, 100.0};
    CHECK(dominates(good, {0.9, 1.0, 200.0}));
    CHECK(dominates(good, {0.8, 2.0, 200.0}));
    CHECK_FALSE(dominates(good, good));
    CHECK_FALSE(dominates(good, {0.8, 0.5, 100.0}));
    CHECK_FALSE(dominates({0.8, 2.0, 200.0}, good));
}

TEST_CASE("an axis that one of the two lacks is left out") {
    CHECK(dominates({0.9, std::nullopt, 100.0}, {0.8, 0.1, 100.0}));
    CHECK(dominates({0.9, 0.2, 100.0}, {0.8, 0.1, std::nullopt}) == false);
    CHECK(dominates({0.9, std::nullopt, std::nullopt}, {0.8, 0.1, 1.0}));
    CHECK_FALSE(dominates({0.9, std::nullopt, 5.0}, {0.9, 1.0, std::nullopt}));
}

TEST_CASE("equal points are in the set together and an empty set is empty") {
    const std::vector<ParetoPoint> points{{0.9, 1.0, 1.0}, {0.9, 1.0, 1.0}, {0.8, 1.0, 1.0}};
    CHECK(pareto_set(points) == std::vector<bool>{true, true, false});
    CHECK(pareto_set({}).empty());
}

TEST_CASE("with all axes measured, each point outside the set is dominated by one inside it") {
    Rng rng(31);
    const auto coarse = [&] { return static_cast<double>(rng.below(8)); };
    for (int round = 0; round < 200; ++round) {
        std::vector<ParetoPoint> points(1 + rng.below(20));
        for (ParetoPoint& point : points) {
            point = {coarse(), coarse(), coarse()};
        }
        const std::vector<bool> in_set = pareto_set(points);
        for (std::size_t i = 0; i < points.size(); ++i) {
            bool beaten_by_member = false;
            bool beaten = false;
            for (std::size_t j = 0; j < points.size(); ++j) {
                const ParetoPoint& a = points[j];
                const ParetoPoint& b = points[i];
                const bool no_worse =
                    a.quality >= b.quality && *a.cost <= *b.cost && *a.latency <= *b.latency;
                const bool differs =
                    a.quality != b.quality || *a.cost != *b.cost || *a.latency != *b.latency;
                beaten = beaten || (no_worse && differs);
                beaten_by_member = beaten_by_member || (no_worse && differs && in_set[j]);
            }
            CHECK(in_set[i] == !beaten);
            CHECK(in_set[i] == !beaten_by_member);
        }
    }
}

}  // namespace palier::core
