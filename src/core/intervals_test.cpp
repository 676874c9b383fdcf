#include "core/statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace palier::core {
namespace {

using Method = Interval (*)(std::int64_t, std::int64_t, double);

double binomial_probability(std::int64_t n, std::int64_t k, double p) {
    return std::exp(log_binomial(n, k) + static_cast<double>(k) * std::log(p) +
                    static_cast<double>(n - k) * std::log1p(-p));
}

// Probability that the interval of a binomial sample covers p: a sum over all samples, not a
// simulation.
double coverage(const std::vector<Interval>& by_successes, double p) {
    const auto n = static_cast<std::int64_t>(by_successes.size()) - 1;
    double sum = 0;
    for (std::int64_t k = 0; k <= n; ++k) {
        const Interval& interval = by_successes[static_cast<std::size_t>(k)];
        sum += interval.low <= p && p <= interval.high ? binomial_probability(n, k, p) : 0;
    }
    return sum;
}

std::vector<Interval> all_intervals(Method method, std::int64_t n, double level) {
    std::vector<Interval> intervals;
    for (std::int64_t k = 0; k <= n; ++k) {
        intervals.push_back(method(k, n, level));
    }
    return intervals;
}

}  // namespace

TEST_CASE("Wilson intervals are those of the literature") {
    const Interval interval = wilson(85, 100, 0.95);
    CHECK(interval.low == doctest::Approx(0.76716).epsilon(1e-4));
    CHECK(interval.high == doctest::Approx(0.90694).epsilon(1e-4));
    CHECK(wilson(0, 20, 0.95).low == 0);
    CHECK(wilson(20, 20, 0.95).high == 1);
    CHECK(wilson(0, 0, 0.95).low == 0);
    CHECK(wilson(0, 0, 0.95).high == 1);
}

TEST_CASE("Clopper-Pearson intervals are those of the literature") {
    // With no success, the upper end solves (1 - p)^n = 2.5 %; with one in ten, by tables.
    CHECK(clopper_pearson(0, 10, 0.95).high == doctest::Approx(1 - std::pow(0.025, 0.1)));
    CHECK(clopper_pearson(0, 10, 0.95).low == 0);
    CHECK(clopper_pearson(1, 10, 0.95).low == doctest::Approx(0.0025286).epsilon(1e-4));
    CHECK(clopper_pearson(1, 10, 0.95).high == doctest::Approx(0.4450161).epsilon(1e-5));
    CHECK(clopper_pearson(10, 10, 0.95).high == 1);
    CHECK(clopper_pearson(0, 0, 0.95).high == 1);
}

TEST_CASE(
    "both intervals mirror each other for successes and failures, and shrink with the level") {
    for (const Method method : {Method{wilson}, Method{clopper_pearson}}) {
        for (std::int64_t k = 0; k <= 40; ++k) {
            const Interval one = method(k, 40, 0.95);
            const Interval other = method(40 - k, 40, 0.95);
            CHECK(one.low == doctest::Approx(1 - other.high));
            CHECK(one.high == doctest::Approx(1 - other.low));
            const Interval narrow = method(k, 40, 0.8);
            CHECK(narrow.low >= one.low);
            CHECK(narrow.high <= one.high);
        }
    }
}

TEST_CASE("Clopper-Pearson covers at least its level, Wilson within 3 points of it") {
    double clopper_least = 1;
    double wilson_least = 1;
    double wilson_most = 0;
    for (const std::int64_t n : {30, 50, 100, 200, 500}) {
        const auto guaranteed = all_intervals(clopper_pearson, n, 0.95);
        const auto shown = all_intervals(wilson, n, 0.95);
        for (const double p : {0.50, 0.60, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.98}) {
            CAPTURE(n);
            CAPTURE(p);
            const double exact = coverage(guaranteed, p);
            const double near = coverage(shown, p);
            CHECK(exact >= 0.95);
            CHECK(std::abs(near - 0.95) <= 0.03);
            clopper_least = std::min(clopper_least, exact);
            wilson_least = std::min(wilson_least, near);
            wilson_most = std::max(wilson_most, near);
        }
    }
    std::printf(
        "coverage at level 95 %%, exact: Clopper-Pearson at least %.1f %%, "
        "Wilson %.1f to %.1f %%\n",
        100 * clopper_least,
        100 * wilson_least,
        100 * wilson_most);
}

}  // namespace palier::core
