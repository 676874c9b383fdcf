#include "core/statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace palier::core {
namespace {

double mean_of(const std::vector<double>& sample, std::span<const std::size_t> indices) {
    double sum = 0;
    for (const std::size_t index : indices) {
        sum += sample[index];
    }
    return indices.empty() ? 0 : sum / static_cast<double>(indices.size());
}

}  // namespace

TEST_CASE("an empty sample has no bootstrap interval") {
    Rng rng(51);
    const auto statistic = [](std::span<const std::size_t>) { return 0.0; };
    CHECK_FALSE(bca_bootstrap(0, statistic, 0.95, 100, rng).has_value());
}

TEST_CASE("the bootstrap interval of a symmetric sample is near the normal one") {
    std::vector<double> sample;
    for (int i = 0; i < 400; ++i) {
        sample.push_back(normal_quantile((i + 0.5) / 400));
    }
    Rng rng(52);
    const auto interval = bca_bootstrap(
        sample.size(), [&](auto indices) { return mean_of(sample, indices); }, 0.95, 4000, rng);
    REQUIRE(interval.has_value());
    CHECK(interval->low == doctest::Approx(-1.96 / 20).epsilon(0.08));
    CHECK(interval->high == doctest::Approx(1.96 / 20).epsilon(0.08));
    CHECK(interval->level == 0.95);
}

TEST_CASE("the interval of a skewed sample leans towards its long tail") {
    std::vector<double> sample;
    for (int i = 0; i < 60; ++i) {
        sample.push_back(-std::log((i + 0.5) / 60));
    }
    Rng rng(53);
    const auto interval = bca_bootstrap(
        sample.size(), [&](auto indices) { return mean_of(sample, indices); }, 0.95, 4000, rng);
    double mean = 0;
    for (const double value : sample) {
        mean += value / 60;
    }
    REQUIRE(interval.has_value());
    CHECK(interval->high - mean > 1.1 * (mean - interval->low));
}

TEST_CASE("a sample without variation, or of one case, gives the percentile interval") {
    Rng rng(54);
    for (const std::size_t size : {std::size_t{1}, std::size_t{20}}) {
        const std::vector<double> sample(size, 0.7);
        const auto interval = bca_bootstrap(
            size, [&](auto indices) { return mean_of(sample, indices); }, 0.95, 200, rng);
        REQUIRE(interval.has_value());
        CHECK(interval->low == doctest::Approx(0.7));
        CHECK(interval->high == doctest::Approx(0.7));
    }
}

TEST_CASE("the same seed gives the same interval, and it lies within the sample's range") {
    Rng data(55);
    for (int round = 0; round < 30; ++round) {
        std::vector<double> sample(2 + data.below(30));
        for (double& value : sample) {
            value = data.below(3) == 0 ? data.uniform() : 1;
        }
        const auto statistic = [&](auto indices) { return mean_of(sample, indices); };
        Rng first(round);
        Rng second(round);
        const auto a = bca_bootstrap(sample.size(), statistic, 0.9, 300, first);
        const auto b = bca_bootstrap(sample.size(), statistic, 0.9, 300, second);
        REQUIRE(a.has_value());
        REQUIRE(b.has_value());
        CHECK(a->low == b->low);
        CHECK(a->high == b->high);
        CHECK(a->low <= a->high);
        CHECK(a->low >= *std::min_element(sample.begin(), sample.end()) - 1e-12);
        CHECK(a->high <= 1 + 1e-12);
    }
}

}  // namespace palier::core
