#include "core/agreement.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>

namespace palier::core {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

// A table of counts, row = first reading.
Pairs pairs_of(const std::vector<std::vector<int>>& counts) {
    Pairs pairs;
    for (std::size_t row = 0; row < counts.size(); ++row) {
        for (std::size_t column = 0; column < counts[row].size(); ++column) {
            pairs.insert(pairs.end(), static_cast<std::size_t>(counts[row][column]), {row, column});
        }
    }
    return pairs;
}

}  // namespace

TEST_CASE("kappa is agreement beyond chance") {
    // By hand: 35 of 50 agree, chance gives 0.5 x 0.6 + 0.5 x 0.4 = 0.5.
    const Agreement found = agreement_of(pairs_of({{20, 5}, {10, 15}}), 0.95);
    CHECK(found.cases == 50);
    CHECK(found.equal == 35);
    REQUIRE(found.kappa);
    CHECK(*found.kappa == doctest::Approx(0.4));
    CHECK(found.share.low < 0.7);
    CHECK(found.share.high > 0.7);
}

TEST_CASE("kappa's interval has the width that repeated sampling shows") {
    const std::vector<std::vector<int>> table{{44, 5, 1}, {7, 20, 3}, {9, 5, 6}};
    const Pairs population = pairs_of(table);
    const Agreement found = agreement_of(population, 0.95);
    REQUIRE(found.kappa_interval);
    Rng rng(5);
    double sum = 0, squares = 0;
    constexpr int k_samples = 4000;
    for (int sample = 0; sample < k_samples; ++sample) {
        Pairs drawn;
        for (std::size_t i = 0; i < population.size(); ++i) {
            drawn.push_back(population[rng.below(population.size())]);
        }
        const double kappa = agreement_of(drawn, 0.95).kappa.value_or(0);
        sum += kappa;
        squares += kappa * kappa;
    }
    const double deviation = std::sqrt(squares / k_samples - std::pow(sum / k_samples, 2));
    const double half = (found.kappa_interval->high - found.kappa_interval->low) / 2;
    CHECK(half == doctest::Approx(1.96 * deviation).epsilon(0.05));
}

TEST_CASE("full agreement on a few cases is no proof of full agreement") {
    const Agreement found = agreement_of(pairs_of({{10, 0}, {0, 10}}), 0.95);
    REQUIRE(found.kappa_interval);
    CHECK(*found.kappa == doctest::Approx(1));
    CHECK(found.kappa_interval->high == doctest::Approx(1));
    CHECK(found.kappa_interval->low < 0.7);
    CHECK(found.kappa_interval->low > 0.6);
}

TEST_CASE("readings that agree less than chance have a kappa below zero") {
    const Agreement found = agreement_of(pairs_of({{0, 10}, {10, 0}}), 0.95);
    REQUIRE(found.kappa);
    CHECK(*found.kappa == doctest::Approx(-1));
    CHECK(found.kappa_interval->low >= -1);
}

TEST_CASE("kappa is not defined without cases or with one label only") {
    CHECK_FALSE(agreement_of({}, 0.95).kappa);
    CHECK(agreement_of({}, 0.95).share.high == 1);
    const Agreement one_label = agreement_of(pairs_of({{30}}), 0.95);
    CHECK_FALSE(one_label.kappa);
    CHECK_FALSE(one_label.kappa_interval);
    CHECK(one_label.equal == 30);
}

}  // namespace palier::core
