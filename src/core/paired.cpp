#include "base/check.h"
#include "core/statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace palier::core {
namespace {

constexpr std::size_t k_exact_pairs_max = 16;

// Shares of sign patterns whose sum is at least as far from 0 as the observed one.
double exact_p_value(const std::vector<double>& differences, double observed) {
    const std::uint32_t patterns = std::uint32_t{1} << differences.size();
    std::uint32_t as_far = 0;
    for (std::uint32_t pattern = 0; pattern < patterns; ++pattern) {
        double sum = 0;
        for (std::size_t i = 0; i < differences.size(); ++i) {
            sum += (pattern >> i & 1U) != 0 ? -differences[i] : differences[i];
        }
        as_far += std::abs(sum) >= observed ? 1 : 0;
    }
    return static_cast<double>(as_far) / static_cast<double>(patterns);
}

double random_p_value(const std::vector<double>& differences,
                      double observed,
                      int permutations,
                      Rng& rng) {
    int as_far = 1;  // the observed one
    for (int i = 0; i < permutations; ++i) {
        double sum = 0;
        std::uint64_t bits = 0;
        for (std::size_t j = 0; j < differences.size(); ++j) {
            bits = j % 64 == 0 ? rng.next() : bits >> 1;
            sum += (bits & 1U) != 0 ? -differences[j] : differences[j];
        }
        as_far += std::abs(sum) >= observed ? 1 : 0;
    }
    return static_cast<double>(as_far) / (static_cast<double>(permutations) + 1);
}

}  // namespace

double mcnemar_exact(std::int64_t only_a, std::int64_t only_b) {
    PALIER_CHECK(only_a >= 0 && only_b >= 0, "counts of pairs are not negative");
    const std::int64_t pairs = only_a + only_b;
    double tail = 0;
    for (std::int64_t k = 0; k <= std::min(only_a, only_b); ++k) {
        tail += std::exp(log_binomial(pairs, k) - static_cast<double>(pairs) * std::numbers::ln2);
    }
    return std::min(1.0, 2 * tail);
}

double paired_permutation(std::span<const double> a,
                          std::span<const double> b,
                          int permutations,
                          Rng& rng) {
    PALIER_CHECK(a.size() == b.size(), "a paired test needs pairs");
    PALIER_CHECK(permutations > 0, "a permutation test needs permutations");
    std::vector<double> differences;
    double size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i]) {
            differences.push_back(a[i] - b[i]);
            size += std::abs(a[i] - b[i]);
        }
    }
    const double sum = std::accumulate(differences.begin(), differences.end(), 0.0);
    // A sum that differs by rounding alone counts as equal.
    const double observed = std::abs(sum) - 1e-12 * size;
    return differences.size() <= k_exact_pairs_max
               ? exact_p_value(differences, observed)
               : random_p_value(differences, observed, permutations, rng);
}

}  // namespace palier::core
