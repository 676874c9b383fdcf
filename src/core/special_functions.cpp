#include "core/special_functions.h"

#include "base/check.h"
#include "core/statistics.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace palier::core {
namespace {

// Continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by the modified
// Lentz method. Converges fast for x < (a + 1) / (a + b + 2), in about sqrt(max(a, b)) steps.
double beta_fraction(double x, double a, double b) {
    constexpr double tiny = 1e-300;
    constexpr double enough = 1e-16;
    constexpr int steps_max = 1'000'000;
    const auto not_zero = [](double value) { return std::abs(value) < tiny ? tiny : value; };
    double c = 1;
    double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int step = 1; step < steps_max; ++step) {
        const double m = step;
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / not_zero(1 + even * d);
        c = not_zero(1 + even / c);
        result *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / not_zero(1 + odd * d);
        c = not_zero(1 + odd / c);
        const double change = d * c;
        result *= change;
        if (std::abs(change - 1) < enough) {
            break;
        }
    }
    return result;
}

// The x in [low, high] at which `below`, true on the left of it, becomes false: halved until two
// neighbouring doubles are left, or 200 times (far below any probability that means something).
template <class Predicate>
double bisect(double low, double high, Predicate below) {
    for (int i = 0; i < 200; ++i) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        (below(middle) ? low : high) = middle;
    }
    return low + (high - low) / 2;
}

}  // namespace

double log_gamma(double x) {
    PALIER_CHECK(x > 0, "the logarithm of the gamma function is asked for positive numbers only");
    // Stirling's series is exact to a double's precision from about 10 on; below, Gamma(x + 1) =
    // x Gamma(x) leads there.
    double product = 1;
    while (x < 15) {
        product *= x;
        x += 1;
    }
    const double y = 1 / (x * x);
    const double series =
        (1.0 / 12 + y * (-1.0 / 360 + y * (1.0 / 1260 + y * (-1.0 / 1680 + y * (1.0 / 1188))))) / x;
    return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + series -
           std::log(product);
}

double normal_cdf(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double beta_cdf(double x, double a, double b) {
    PALIER_CHECK(a > 0 && b > 0, "a beta distribution needs positive parameters");
    if (x <= 0) {
        return 0;
    }
    if (x >= 1) {
        return 1;
    }
    const double log_front =
        a * std::log(x) + b * std::log1p(-x) + log_gamma(a + b) - log_gamma(a) - log_gamma(b);
    if (x < (a + 1) / (a + b + 2)) {
        return std::exp(log_front) * beta_fraction(x, a, b) / a;
    }
    return 1 - std::exp(log_front) * beta_fraction(1 - x, b, a) / b;
}

double normal_quantile(double p) {
    if (p <= 0) {
        return -std::numeric_limits<double>::infinity();
    }
    if (p >= 1) {
        return std::numeric_limits<double>::infinity();
    }
    // The lower tail, where the distribution function keeps its relative precision.
    if (p > 0.5) {
        return -normal_quantile(1 - p);
    }
    return bisect(-40, 0, [p](double x) { return normal_cdf(x) < p; });
}

double beta_quantile(double p, double a, double b) {
    if (p <= 0) {
        return 0;
    }
    if (p >= 1) {
        return 1;
    }
    return bisect(0, 1, [=](double x) { return beta_cdf(x, a, b) < p; });
}

double log_binomial(std::int64_t n, std::int64_t k) {
    PALIER_CHECK(k >= 0 && k <= n, "a binomial coefficient needs 0 <= k <= n");
    const auto log_factorial = [](std::int64_t i) { return log_gamma(static_cast<double>(i) + 1); };
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

}  // namespace palier::core
