#include "base/check.h"
#include "core/special_functions.h"
#include "core/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace palier::core {
namespace {

using Statistic = std::function<double(std::span<const std::size_t>)>;

std::vector<double> replicates(std::size_t size,
                               const Statistic& statistic,
                               int resamples,
                               Rng& rng) {
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(resamples));
    std::vector<std::size_t> indices(size);
    for (int i = 0; i < resamples; ++i) {
        for (std::size_t& index : indices) {
            index = static_cast<std::size_t>(rng.below(size));
        }
        values.push_back(statistic(indices));
    }
    std::sort(values.begin(), values.end());
    return values;
}

// Skewness of the statistic by the jackknife (Efron 1987, section 6); nullopt when leaving out a
// case never changes it.
std::optional<double> acceleration(std::size_t size, const Statistic& statistic) {
    if (size < 2) {
        return std::nullopt;
    }
    std::vector<std::size_t> others(size - 1);
    std::iota(others.begin(), others.end(), std::size_t{1});
    std::vector<double> values;
    values.reserve(size);
    for (std::size_t left_out = 0; left_out < size; ++left_out) {
        values.push_back(statistic(others));
        if (left_out + 1 < size) {
            others[left_out] = left_out;
        }
    }
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(size);
    double squares = 0;
    double cubes = 0;
    for (const double value : values) {
        const double distance = mean - value;
        squares += distance * distance;
        cubes += distance * distance * distance;
    }
    const double spread = std::sqrt(squares / static_cast<double>(size));
    if (spread <= 1e-12 * std::max(1.0, std::abs(mean))) {
        return std::nullopt;
    }
    return cubes / (6 * std::pow(squares, 1.5));
}

// Hyndman and Fan type 7 of sorted values.
double quantile_of_sorted(const std::vector<double>& sorted, double p) {
    const double position = p * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double share = position - static_cast<double>(below);
    return sorted[below] + share * (sorted[above] - sorted[below]);
}

// Share of the replicates below the estimate, ties counted half: a statistic of few values, such as
// an accuracy, has many. Kept off 0 and 1, where its normal quantile is infinite.
double share_below(const std::vector<double>& sorted, double estimate) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), estimate);
    const double below = static_cast<double>(first - sorted.begin());
    const double equal = static_cast<double>(last - first);
    const double count = static_cast<double>(sorted.size());
    return std::clamp((below + equal / 2) / count, 0.5 / count, 1 - 0.5 / count);
}

}  // namespace

std::optional<Interval> bca_bootstrap(
    std::size_t sample_size, const Statistic& statistic, double level, int resamples, Rng& rng) {
    PALIER_CHECK(level > 0 && level < 1, "a confidence level lies between 0 and 1");
    PALIER_CHECK(resamples > 0, "a bootstrap needs resamples");
    if (sample_size == 0) {
        return std::nullopt;
    }
    const std::vector<double> sorted = replicates(sample_size, statistic, resamples, rng);
    const double tail = (1 - level) / 2;
    const std::optional<double> a = acceleration(sample_size, statistic);
    if (!a) {
        return Interval{
            quantile_of_sorted(sorted, tail), quantile_of_sorted(sorted, 1 - tail), level};
    }
    std::vector<std::size_t> all(sample_size);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const double z0 = normal_quantile(share_below(sorted, statistic(all)));
    const auto corrected = [&](double p) {
        const double z = z0 + normal_quantile(p);
        // Beyond its pole the correction would turn round; the end of the sample is meant.
        const double denominator = 1 - *a * z;
        if (denominator <= 0) {
            return z > 0 ? 1.0 : 0.0;
        }
        return normal_cdf(z0 + z / denominator);
    };
    return Interval{quantile_of_sorted(sorted, corrected(tail)),
                    quantile_of_sorted(sorted, corrected(1 - tail)),
                    level};
}

}  // namespace palier::core
