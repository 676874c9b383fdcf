#include "base/check.h"
#include "core/statistics.h"

#include <algorithm>
#include <cmath>

namespace palier::core {

// With B ~ Binomial(n, p), the order statistics x_(l) and x_(u) enclose the quantile with
// probability at least P(l <= B <= u - 1), whatever the distribution (David and Nagaraja, Order
// Statistics, 7.1).
std::optional<Quantile> quantile(std::vector<double> sample, double p, double level) {
    PALIER_CHECK(p > 0 && p < 1, "a quantile lies between 0 and 1");
    PALIER_CHECK(level > 0 && level < 1, "a confidence level lies between 0 and 1");
    if (sample.empty()) {
        return std::nullopt;
    }
    std::sort(sample.begin(), sample.end());
    const auto n = static_cast<std::int64_t>(sample.size());
    const auto ordered = [&](std::int64_t rank) {
        return sample[static_cast<std::size_t>(rank - 1)];
    };

    Quantile result;
    const double position = p * static_cast<double>(n - 1);
    const auto below = static_cast<std::int64_t>(position);
    const double share = position - static_cast<double>(below);
    const double first = ordered(below + 1);
    const double second = ordered(std::min(below + 2, n));
    // Not interpolated where it cannot matter: between infinite values that would be no number.
    result.value = share > 0 && second != first ? first + share * (second - first) : first;

    const double tail = (1 - level) / 2;
    const auto probability = [&](std::int64_t k) {
        return std::exp(log_binomial(n, k) + static_cast<double>(k) * std::log(p) +
                        static_cast<double>(n - k) * std::log1p(-p));
    };
    std::int64_t lower = 0;  // largest l with P(B < l) <= tail; 0 = none
    double missed_below = 0;
    for (double sum = probability(0); sum <= tail; sum += probability(lower)) {
        missed_below = sum;
        ++lower;
    }
    std::int64_t upper = n + 1;  // smallest u with P(B >= u) <= tail; n + 1 = none
    double missed_above = 0;
    for (double sum = probability(n); sum <= tail; sum += probability(upper - 1)) {
        missed_above = sum;
        --upper;
    }
    result.bounded = upper <= n;
    result.interval.low = lower >= 1 ? ordered(lower) : 0;
    result.interval.high = ordered(std::min(upper, n));
    result.interval.level = 1 - missed_below - missed_above;
    return result;
}

}  // namespace palier::core
