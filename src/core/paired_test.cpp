#include "core/statistics.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace palier::core {

TEST_CASE("McNemar's exact p-value is twice the smaller binomial tail, at most 1") {
    CHECK(mcnemar_exact(0, 0) == 1);
    CHECK(mcnemar_exact(3, 3) == 1);
    CHECK(mcnemar_exact(0, 5) == doctest::Approx(2.0 / 32));
    CHECK(mcnemar_exact(5, 0) == doctest::Approx(2.0 / 32));
    CHECK(mcnemar_exact(1, 9) == doctest::Approx(2.0 * 11 / 1024));
    CHECK(mcnemar_exact(400, 600) == doctest::Approx(2.8e-10).epsilon(0.05));
}

TEST_CASE("on 0/1 scores the exact permutation test is McNemar's") {
    Rng rng(61);
    for (int only_a = 0; only_a <= 8; ++only_a) {
        for (int only_b = 0; only_b <= 8; ++only_b) {
            std::vector<double> a(30, 1);
            std::vector<double> b(30, 1);
            for (int i = 0; i < only_a; ++i) {
                b[static_cast<std::size_t>(i)] = 0;
            }
            for (int i = 0; i < only_b; ++i) {
                a[static_cast<std::size_t>(29 - i)] = 0;
            }
            const double p = paired_permutation(a, b, 1000, rng);
            CHECK(p == doctest::Approx(mcnemar_exact(only_a, only_b)));
        }
    }
}

TEST_CASE("the random permutation test agrees with McNemar's on many pairs and is never 0") {
    Rng rng(62);
    std::vector<double> a(200, 1);
    std::vector<double> b(200, 1);
    for (std::size_t i = 0; i < 40; ++i) {
        (i < 28 ? b : a)[i] = 0;
    }
    CHECK(paired_permutation(a, b, 20000, rng) ==
          doctest::Approx(mcnemar_exact(28, 12)).epsilon(0.2));
    std::fill(a.begin(), a.end(), 1);
    std::fill(b.begin(), b.end(), 0);
    CHECK(paired_permutation(a, b, 999, rng) == doctest::Approx(0.001));
}

TEST_CASE("equal samples give 1, and the order of the two does not matter") {
    Rng rng(63);
    const std::vector<double> a{0.1, 0.2, 0.3, 0.9};
    const std::vector<double> b{0.4, 0.1, 0.3, 0.2};
    CHECK(paired_permutation(a, a, 100, rng) == 1);
    CHECK(paired_permutation({}, {}, 100, rng) == 1);
    CHECK(paired_permutation(a, b, 100, rng) == paired_permutation(b, a, 100, rng));
}

TEST_CASE("under the null hypothesis the permutation test rejects at most as often as it says") {
    Rng rng(64);
    int rejected = 0;
    for (int round = 0; round < 2000; ++round) {
        std::vector<double> a;
        std::vector<double> b;
        for (int i = 0; i < 12; ++i) {
            a.push_back(rng.uniform());
            b.push_back(rng.uniform());
        }
        rejected += paired_permutation(a, b, 100, rng) <= 0.05 ? 1 : 0;
    }
    // 100 expected; four standard deviations above.
    CHECK(rejected <= 140);
}

}  // namespace palier::core
