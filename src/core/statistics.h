// Intervals, paired comparisons and quantiles for display and guarantees. Pure; all levels are
// confidence levels such as 0.95, all rates in [0, 1].
#pragma once

#include "base/rng.h"
#include "core/sequential.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace palier::core {

// Wilson 1927 score interval. For display.
[[nodiscard]] Interval wilson(std::int64_t successes, std::int64_t trials, double level);
// Clopper and Pearson 1934: covers at least its level. For guarantees.
[[nodiscard]] Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double level);

// BCa bootstrap (Efron 1987) of any statistic of the sample. `statistic` gets the indices of a
// resample (with replacement, same size). nullopt when the sample is empty. With all jackknife
// values equal it falls back to the percentile interval.
[[nodiscard]] std::optional<Interval> bca_bootstrap(
    std::size_t sample_size,
    const std::function<double(std::span<const std::size_t>)>& statistic,
    double level,
    int resamples,
    Rng& rng);

// Exact two-sided McNemar test: p-value for `only_a` against `only_b` discordant pairs.
[[nodiscard]] double mcnemar_exact(std::int64_t only_a, std::int64_t only_b);

// Two-sided paired permutation (sign-flip) test of mean(a - b) = 0; exact up to 16 non-zero pairs,
// else `permutations` random ones, counted with the observed one.
[[nodiscard]] double paired_permutation(std::span<const double> a,
                                        std::span<const double> b,
                                        int permutations,
                                        Rng& rng);

// A quantile with a distribution-free interval from order statistics (binomial argument). The
// sample is of quantities that cannot be negative, such as times: where it is too small for a lower
// bound, interval.low is 0.
struct Quantile {
    double value = 0;   // Hyndman and Fan type 7
    Interval interval;  // low/high in the unit of the sample; level reached, at least the one asked
    // false: the sample is too small for an upper bound at that level; interval.high is then its
    // largest value.
    bool bounded = true;
};
// 0 < p < 1; nullopt when the sample is empty.
[[nodiscard]] std::optional<Quantile> quantile(std::vector<double> sample, double p, double level);

[[nodiscard]] double normal_quantile(double p);  // inverse of the standard normal distribution
[[nodiscard]] double beta_quantile(double p, double a, double b);
[[nodiscard]] double log_binomial(std::int64_t n, std::int64_t k);

}  // namespace palier::core
