#include "learn/logistic.h"

#include "base/rng.h"
#include "core/calibration.h"
#include "learn/lbfgs.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

namespace palier::learn {
namespace {

using doctest::Approx;

TEST_CASE("L-BFGS finds the bottom of Rosenbrock's valley") {
    std::vector<double> x{-1.2, 1};
    minimise(
        [](std::span<const double> at, std::span<double> gradient) {
            const double bend = at[1] - at[0] * at[0];
            gradient[0] = -400 * at[0] * bend - 2 * (1 - at[0]);
            gradient[1] = 200 * bend;
            return 100 * bend * bend + (1 - at[0]) * (1 - at[0]);
        },
        x,
        1e-8,
        200);
    CHECK(x[0] == Approx(1));
    CHECK(x[1] == Approx(1));
}

TEST_CASE("a start at the minimum stays there") {
    std::vector<double> x{0};
    minimise(
        [](std::span<const double> at, std::span<double> gradient) {
            gradient[0] = 2 * at[0];
            return at[0] * at[0];
        },
        x,
        1e-9,
        10);
    CHECK(x[0] == 0);
}

struct Points {
    std::vector<std::array<double, 3>> at;
    std::vector<std::size_t> of;
    [[nodiscard]] Gram gram() const {
        Gram gram(at.size());
        for (std::size_t i = 0; i < at.size(); ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                gram.set(i, j, at[i][0] * at[j][0] + at[i][1] * at[j][1] + at[i][2] * at[j][2]);
            }
        }
        return gram;
    }
};

// Three clouds that overlap.
Points clouds(std::size_t count) {
    Rng rng(11);
    Points points;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t of = i % 3;
        std::array<double, 3> at{};
        for (std::size_t d = 0; d < 3; ++d) {
            at[d] = (d == of ? 1.0 : 0.0) + 2 * rng.uniform() - 1;
        }
        points.at.push_back(at);
        points.of.push_back(of);
    }
    return points;
}

// Of the objective, in the weights themselves, which the minimum makes 0: an independent check.
double steepness(const Points& points, const Layer& layer, double strength) {
    std::array<std::array<double, 3>, 3> weights{};
    for (std::size_t i = 0; i < points.at.size(); ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            for (std::size_t d = 0; d < 3; ++d) {
                weights[k][d] += layer.coefficients[i * 3 + k] * points.at[i][d];
            }
        }
    }
    std::array<std::array<double, 3>, 3> gradient = weights;
    for (std::size_t i = 0; i < points.at.size(); ++i) {
        std::vector<double> scores(layer.bias);
        for (std::size_t k = 0; k < 3; ++k) {
            for (std::size_t d = 0; d < 3; ++d) {
                scores[k] += weights[k][d] * points.at[i][d];
            }
        }
        const auto log_p = core::log_softmax(scores);
        for (std::size_t k = 0; k < 3; ++k) {
            const double off = std::exp(log_p[k]) - (points.of[i] == k ? 1 : 0);
            for (std::size_t d = 0; d < 3; ++d) {
                gradient[k][d] += strength * off * points.at[i][d];
            }
        }
    }
    double most = 0;
    for (const auto& of_class : gradient) {
        for (const double value : of_class) {
            most = std::max(most, std::abs(value));
        }
    }
    return most / (strength * static_cast<double>(points.at.size()));
}

TEST_CASE("the layer is at the minimum of its objective, for every strength of the path") {
    const Points points = clouds(120);
    const std::array<double, 4> strengths{0.01, 0.1, 1, 100};
    const auto layers = fit_layers(points.gram(), points.of, 3, strengths);
    REQUIRE(layers.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(strengths[i]);
        CHECK(steepness(points, layers[i], strengths[i]) < 1e-3);
    }
}

TEST_CASE("a weaker penalty fits the examples closer") {
    const Points points = clouds(60);
    const Gram gram = points.gram();
    const auto layers = fit_layers(gram, points.of, 3, std::array<double, 2>{0.01, 100});
    double losses[2] = {0, 0};
    for (std::size_t i = 0; i < 60; ++i) {
        std::vector<double> products;
        for (std::size_t j = 0; j < 60; ++j) {
            products.push_back(gram.at(i, j));
        }
        for (std::size_t s = 0; s < 2; ++s) {
            losses[s] -= core::log_softmax(layers[s].scores(products))[points.of[i]];
        }
    }
    CHECK(losses[1] < losses[0]);
}

TEST_CASE("examples without any difference give the shares of their classes") {
    const Gram gram(4);
    const auto layer = fit_layers(gram, std::array<std::size_t, 4>{0, 0, 0, 1}, 2, std::array{1.0});
    const auto log_p = core::log_softmax(layer[0].scores(std::array<double, 4>{0, 0, 0, 0}));
    CHECK(std::exp(log_p[0]) == Approx(0.75).epsilon(0.01));
}

TEST_CASE("an example that stands there twice breaks nothing") {
    Points points = clouds(30);
    points.at[1] = points.at[0];
    points.of[1] = points.of[0];
    const auto layers = fit_layers(points.gram(), points.of, 3, std::array{1.0});
    CHECK(steepness(points, layers[0], 1) < 1e-3);
}

}  // namespace
}  // namespace palier::learn
