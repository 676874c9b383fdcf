#include "core/special_functions.h"

#include "base/rng.h"
#include "core/statistics.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace palier::core {

TEST_CASE("log_gamma gives factorials, halves and large values") {
    CHECK(log_gamma(1) == doctest::Approx(0).epsilon(1e-14));
    CHECK(log_gamma(5) == doctest::Approx(std::log(24)).epsilon(1e-14));
    CHECK(log_gamma(0.5) == doctest::Approx(std::log(std::sqrt(std::numbers::pi))).epsilon(1e-13));
    double log_factorial = 0;
    for (int i = 1; i <= 2000; ++i) {
        log_factorial += std::log(i);
        CHECK(log_gamma(i + 1.0) == doctest::Approx(log_factorial).epsilon(1e-12));
    }
}

TEST_CASE("binomial coefficients follow Pascal's triangle") {
    for (std::int64_t n = 1; n < 60; ++n) {
        for (std::int64_t k = 1; k < n; ++k) {
            const double sum =
                std::exp(log_binomial(n - 1, k - 1)) + std::exp(log_binomial(n - 1, k));
            CHECK(std::exp(log_binomial(n, k)) == doctest::Approx(sum).epsilon(1e-11));
        }
    }
    CHECK(log_binomial(7, 0) == doctest::Approx(0));
    CHECK(log_binomial(7, 7) == doctest::Approx(0));
}

TEST_CASE("normal quantiles are those of the tables and invert the distribution function") {
    CHECK(normal_quantile(0.5) == doctest::Approx(0));
    CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-13));
    CHECK(normal_quantile(0.995) == doctest::Approx(2.5758293035489004).epsilon(1e-13));
    CHECK(normal_quantile(1e-10) == doctest::Approx(-6.361340902404056).epsilon(1e-12));
    CHECK(normal_quantile(0) == -std::numeric_limits<double>::infinity());
    CHECK(normal_quantile(1) == std::numeric_limits<double>::infinity());
    Rng rng(41);
    for (int i = 0; i < 1000; ++i) {
        const double p = rng.uniform();
        CHECK(normal_cdf(normal_quantile(p)) == doctest::Approx(p).epsilon(1e-12));
    }
}

TEST_CASE("the beta distribution function is the binomial tail for whole parameters") {
    Rng rng(42);
    for (int round = 0; round < 200; ++round) {
        const auto n = static_cast<std::int64_t>(1 + rng.below(300));
        const auto k = static_cast<std::int64_t>(1 + rng.below(static_cast<std::uint64_t>(n)));
        const double x = rng.uniform();
        double tail = 0;
        for (std::int64_t i = k; i <= n; ++i) {
            const double logarithm = log_binomial(n, i) + static_cast<double>(i) * std::log(x) +
                                     static_cast<double>(n - i) * std::log1p(-x);
            tail += std::exp(logarithm);
        }
        const double a = static_cast<double>(k);
        const double b = static_cast<double>(n - k + 1);
        CHECK(std::abs(beta_cdf(x, a, b) - tail) < 1e-11);
    }
}

TEST_CASE("beta quantiles invert the distribution function") {
    CHECK(beta_quantile(0.3, 1, 1) == doctest::Approx(0.3).epsilon(1e-14));
    CHECK(beta_quantile(0.25, 0.5, 0.5) ==
          doctest::Approx(std::pow(std::sin(std::numbers::pi / 8), 2)).epsilon(1e-12));
    CHECK(beta_quantile(0, 2, 3) == 0);
    CHECK(beta_quantile(1, 2, 3) == 1);
    Rng rng(43);
    for (int round = 0; round < 300; ++round) {
        const double a = 0.5 + rng.uniform() * 400;
        const double b = 0.5 + rng.uniform() * 400;
        const double p = rng.uniform();
        CHECK(beta_cdf(beta_quantile(p, a, b), a, b) == doctest::Approx(p).epsilon(1e-9));
    }
}

}  // namespace palier::core
