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

TEST_CASE("a label is as sure as it was right, with few answers nearer to what all were") {
    LabelPrecision precision(3);
    for (int i = 0; i < 8; ++i) {
        precision.add(0, true);
    }
    precision.add(1, false);
    precision.add(1, false);
    const double share = 9.0 / 12;  // 8 of 10, one right and one wrong added
    CHECK(precision.of(0) == Approx((8 + 2 * share) / 10));
    CHECK(precision.of(1) == Approx(2 * share / 4));
    CHECK(precision.of(2) == Approx(share));
}

TEST_CASE("what one answer taught can be left out again") {
    LabelPrecision all(2);
    LabelPrecision others(2);
    for (int i = 0; i < 6; ++i) {
        all.add(static_cast<std::size_t>(i % 2), i > 3);
        others.add(static_cast<std::size_t>(i % 2), i > 3);
    }
    all.add(1, true);
    CHECK(all.without(1, true) == Approx(others.of(1)));
    CHECK(all.without(0, false) != Approx(all.of(0)));
}

TEST_CASE("on its own new answers the precision of a label is a calibrated probability") {
    Rng rng(11);
    const std::vector<double> truth{0.9, 0.6, 0.3};
    LabelPrecision precision(truth.size());
    ReliabilityTally tally;
    for (int i = 0; i < 4'000; ++i) {
        const std::size_t label = rng.below(truth.size());
        const bool right = rng.uniform() < truth[label];
        if (i < 1'000) {
            precision.add(label, right);
        } else {
            tally.add(spread(precision.of(label), label, truth.size()),
                      right ? label : (label + 1) % truth.size(),
                      label);
        }
    }
    CHECK(tally.result().ece < 0.05);
}

TEST_CASE(
    "an answer that is no label believes in none, which costs what is certain and wrong half") {
    CHECK(brier_of({}, 0) == 1);
    CHECK(brier_of(spread(1, 1, 2), 0) == 2);
    CHECK(brier_of(spread(0.7, 0, 4), 0) == Approx(0.09 + 3 * 0.01));
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
