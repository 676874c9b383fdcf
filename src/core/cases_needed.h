// How many test cases a verdict needs: the sequential tests of sequential.h run on simulated
// answers. Pure and seeded: the same arguments give the same figures.
#pragma once

#include "core/sequential.h"

#include <cstdint>
#include <optional>

namespace palier::core {

// Cases used until a decision, over the simulated runs; nullopt: not reached within the cap by that
// share of the runs.
struct CasesUsed {
    std::optional<std::int64_t> median;
    std::optional<std::int64_t> nine_in_ten;
};

inline constexpr int k_simulated_runs = 200;
inline constexpr std::int64_t k_most_simulated_cases = 20'000;

// Promise B for a System whose true share of right answers is `quality` (0/1 scores, independent
// cases): until the test decides, for either side. nullopt above k_most_simulated_cases.
[[nodiscard]] CasesUsed cases_for_promise_b_at(Micros threshold, Micros quality, double bound);

// Promise A on a set of `cases` of which the System gets the nearest whole number to quality x
// cases right, in random order: until the test decides. Always within `cases`, as A is exact there.
// cases > 0, 0 < threshold.
[[nodiscard]] CasesUsed cases_for_promise_a_at(std::int64_t cases,
                                               Micros threshold,
                                               Micros quality,
                                               double bound);

}  // namespace palier::core
