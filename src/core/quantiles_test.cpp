#include "core/statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace palier::core {
namespace {

std::vector<double> one_to(int n) {
    std::vector<double> sample;
    for (int i = n; i >= 1; --i) {
        sample.push_back(i);
    }
    return sample;
}

}  // namespace

TEST_CASE("the quantile is Hyndman and Fan's type 7") {
    CHECK_FALSE(quantile({}, 0.5, 0.95).has_value());
    CHECK(quantile({3}, 0.95, 0.95)->value == 3);
    CHECK(quantile({1, 2, 3, 4}, 0.5, 0.95)->value == doctest::Approx(2.5));
    CHECK(quantile(one_to(101), 0.95, 0.95)->value == doctest::Approx(96));
    CHECK(quantile(one_to(100), 0.95, 0.95)->value == doctest::Approx(95.05));
}

TEST_CASE("the interval of a median has the ranks of the tables") {
    // n = 100, p = 1/2: ranks 40 and 61 enclose the median with probability 96.5 %.
    const auto median = quantile(one_to(100), 0.5, 0.95);
    REQUIRE(median.has_value());
    CHECK(median->interval.low == 40);
    CHECK(median->interval.high == 61);
    CHECK(median->interval.level == doctest::Approx(0.9648).epsilon(1e-3));
    CHECK(median->bounded);
}

TEST_CASE("a P95 has an upper bound from 72 requests on at 95 %, from 59 on at 90 %") {
    CHECK_FALSE(quantile(one_to(71), 0.95, 0.95)->bounded);
    CHECK(quantile(one_to(72), 0.95, 0.95)->bounded);
    CHECK_FALSE(quantile(one_to(58), 0.95, 0.90)->bounded);
    CHECK(quantile(one_to(59), 0.95, 0.90)->bounded);
    CHECK(quantile(one_to(20), 0.95, 0.95)->interval.high == 20);
    CHECK(quantile({5}, 0.5, 0.95)->interval.low == 0);
}

TEST_CASE("whatever the distribution, the interval covers the quantile as often as it says") {
    Rng rng(71);
    for (const double p : {0.5, 0.95}) {
        const double truth = -std::log1p(-p);  // of the exponential distribution
        int covered = 0;
        double level = 1;
        constexpr int rounds = 4000;
        for (int round = 0; round < rounds; ++round) {
            std::vector<double> sample;
            for (int i = 0; i < 150; ++i) {
                sample.push_back(-std::log1p(-rng.uniform()));
            }
            const auto result = quantile(std::move(sample), p, 0.95);
            REQUIRE(result.has_value());
            CHECK(result->interval.low <= result->value);
            CHECK(result->value <= result->interval.high);
            covered += result->interval.low <= truth && truth <= result->interval.high ? 1 : 0;
            level = result->interval.level;
        }
        CHECK(level >= 0.95);
        // Four standard deviations of the count.
        CHECK(std::abs(covered - rounds * level) < 4 * std::sqrt(rounds * level * (1 - level)));
    }
}

}  // namespace palier::core
