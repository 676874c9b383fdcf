#include "core/cases_needed.h"

#include "base/rng.h"

#include <algorithm>
#include <vector>

namespace palier::core {
namespace {

constexpr std::uint64_t k_seed = 20'260'101;

// used: 0 = undecided at the cap.
CasesUsed summary_of(std::vector<std::int64_t> used) {
    std::sort(used.begin(), used.end(), [](std::int64_t a, std::int64_t b) {
        return a != 0 && (b == 0 || a < b);
    });
    const auto at = [&](std::size_t tenths) -> std::optional<std::int64_t> {
        const std::int64_t value = used[used.size() * tenths / 10 - 1];
        return value == 0 ? std::nullopt : std::optional(value);
    };
    return {at(5), at(9)};
}

}  // namespace

CasesUsed cases_for_promise_b_at(Micros threshold, Micros quality, double bound) {
    Rng rng(k_seed);
    std::vector<std::int64_t> used;
    for (int run = 0; run < k_simulated_runs; ++run) {
        MeanTest test(threshold, bound);
        while (test.decision() == Decision::Undecided && test.used() < k_most_simulated_cases) {
            const bool right = static_cast<Micros>(rng.below(k_one)) < quality;
            test.add(right ? k_one : 0);
        }
        used.push_back(test.decision() == Decision::Undecided ? 0 : test.used());
    }
    return summary_of(std::move(used));
}

CasesUsed cases_for_promise_a_at(std::int64_t cases,
                                 Micros threshold,
                                 Micros quality,
                                 double bound) {
    Rng rng(k_seed);
    const std::int64_t right =
        std::clamp<std::int64_t>((cases * quality + k_one / 2) / k_one, std::int64_t{0}, cases);
    std::vector<Micros> scores(static_cast<std::size_t>(cases), 0);
    std::fill_n(scores.begin(), right, k_one);
    std::vector<std::int64_t> used;
    for (int run = 0; run < k_simulated_runs; ++run) {
        rng.shuffle(scores);
        TotalTest test(cases, need_of(threshold, cases), true, bound);
        for (const Micros score : scores) {
            test.add(score);
            if (test.decision() != Decision::Undecided) {
                break;
            }
        }
        used.push_back(test.used());
    }
    return summary_of(std::move(used));
}

}  // namespace palier::core
