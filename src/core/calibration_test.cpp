#include "core/calibration.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>

namespace palier::core {
namespace {

using doctest::Approx;

// Labels drawn from the softmax of the scores divided by `temperature`.
std::vector<Scored> drawn(double temperature, int cases) {
    Rng rng(7);
    std::vector<Scored> out;
    for (int i = 0; i < cases; ++i) {
        Scored item;
        for (int label = 0; label < 4; ++label) {
            item.scores.push_back(12 * rng.uniform());
        }
        double left = rng.uniform();
        for (const double log_p : log_softmax(item.scores, temperature)) {
            left -= std::exp(log_p);
            if (left <= 0 || item.right == 3) {
                break;
            }
            ++item.right;
        }
        out.push_back(item);
    }
    return out;
}

TEST_CASE("the temperature that scores were drawn with is found again") {
    for (const double truth : {0.3, 1.0, 2.7, 8.0}) {
        CAPTURE(truth);
        CHECK(fit_temperature(drawn(truth, 20'000)) == Approx(truth).epsilon(0.06));
    }
    CHECK(fit_temperature({}) == 1);
}

TEST_CASE("scores that were always right promise what so few cases can, and more cases more") {
    const std::vector<Scored> few(5, {{0, 1}, 1});
    CHECK(1 / fit_temperature(few) == Approx(std::log(6.0)).epsilon(0.001));
    const std::vector<Scored> many(500, {{0, 1}, 1});
    CHECK(1 / fit_temperature(many) == Approx(std::log(501.0)).epsilon(0.001));
}

TEST_CASE("log-softmax survives scores of any size") {
    const auto log_p = log_softmax(std::vector<double>{-1e300, 1e300});
    CHECK(log_p[1] == 0);
    CHECK(std::exp(log_p[0]) == 0);
}

TEST_CASE("Brier and ECE of two cases are those computed by hand") {
    ReliabilityTally tally;
    tally.add(std::vector{0.8, 0.2}, 0, 0);
    tally.add(std::vector{0.4, 0.6}, 0, 1);
    const Reliability result = tally.result();
    CHECK(result.cases == 2);
    CHECK(result.brier == Approx((0.04 + 0.04 + 0.36 + 0.36) / 2));
    REQUIRE(result.bins.size() == 2);
    CHECK(result.bins[0] == ReliabilityBin{1, 0.6, 0});
    CHECK(result.ece == Approx((0.6 + 0.2) / 2));
}

TEST_CASE("bins hold equally many cases, and calibrated probabilities have an ECE near 0") {
    ReliabilityTally tally;
    Rng rng(3);
    for (int i = 0; i < 30'000; ++i) {
        const double p = 0.5 + rng.uniform() / 2;
        tally.add(std::vector{p, 1 - p}, rng.uniform() < p ? 0U : 1U, 0);
    }
    const Reliability result = tally.result();
    REQUIRE(result.bins.size() == 15);
    for (const ReliabilityBin& bin : result.bins) {
        CHECK(bin.cases == 2'000);
    }
    CHECK(result.ece < 0.015);
}

TEST_CASE("the expected gain follows the power law through the last two points") {
    const std::vector<CurvePoint> halving{{100, 0.8}, {200, 0.9}};  // error 20/n
    CHECK(expected_gain(halving, 200) == Approx(0.05));
    CHECK(expected_gain(std::vector<CurvePoint>{{100, 0.9}, {200, 0.9}}, 100) == 0);
    CHECK(expected_gain(std::vector<CurvePoint>{{200, 0.9}}, 100) == 0);
    CHECK(expected_gain(std::vector<CurvePoint>{{100, 0.9}, {200, 1}}, 100) == 0);
}

TEST_CASE("a case whose right label is none of those offered counts as wrong") {
    ReliabilityTally tally;
    tally.add(std::vector{1.0, 0.0}, 2, 0);
    CHECK(tally.result().brier == 1);
    CHECK(tally.result().ece == 1);
}

}  // namespace
}  // namespace palier::core
