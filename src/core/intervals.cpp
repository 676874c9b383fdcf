#include "base/check.h"
#include "core/statistics.h"

#include <algorithm>
#include <cmath>

namespace palier::core {
namespace {

void check_counts(std::int64_t successes, std::int64_t trials, double level) {
    PALIER_CHECK(trials >= 0 && successes >= 0 && successes <= trials, "successes out of trials");
    PALIER_CHECK(level > 0 && level < 1, "a confidence level lies between 0 and 1");
}

}  // namespace

Interval wilson(std::int64_t successes, std::int64_t trials, double level) {
    check_counts(successes, trials, level);
    if (trials == 0) {
        return {0, 1, level};
    }
    const double n = static_cast<double>(trials);
    const double rate = static_cast<double>(successes) / n;
    const double z = normal_quantile((1 + level) / 2);
    const double shrink = 1 + z * z / n;
    const double centre = (rate + z * z / (2 * n)) / shrink;
    const double half = z / shrink * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
    // The ends are exactly 0 and 1 there; rounding would leave 1e-17.
    return {successes == 0 ? 0 : std::max(0.0, centre - half),
            successes == trials ? 1 : std::min(1.0, centre + half),
            level};
}

Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double level) {
    check_counts(successes, trials, level);
    const double k = static_cast<double>(successes);
    const double n = static_cast<double>(trials);
    const double tail = (1 - level) / 2;
    return {successes == 0 ? 0 : beta_quantile(tail, k, n - k + 1),
            successes == trials ? 1 : beta_quantile(1 - tail, k + 1, n - k),
            level};
}

}  // namespace palier::core
