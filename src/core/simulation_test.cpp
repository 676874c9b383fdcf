// What the guarantees are worth, by simulation: error rates of promises A and B, cases used,
// coverage of the intervals. Everything is seeded; the figures are printed for
// docs/guide/statistics.md.

#include "base/rng.h"
#include "core/in_order.h"
#include "core/sequential.h"
#include "core/statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

namespace palier::core {
namespace {

constexpr int k_ladders = 10'000;
constexpr std::int64_t k_cases = 500;
constexpr Micros k_threshold = 850'000;
constexpr Micros k_need = k_threshold * k_cases;  // 425 right answers
constexpr int k_right_needed = 425;

// Numbers of right answers among k_cases, one a candidate.
using Ladder = std::array<int, 8>;
constexpr Ladder k_descending{485, 475, 465, 450, 420, 375, 300, 225};
constexpr Ladder k_at_threshold{425, 425, 425, 425, 425, 425, 425, 425};
constexpr Ladder k_one_below{424, 424, 424, 424, 424, 424, 424, 424};
constexpr Ladder k_not_monotone{420, 475, 300, 450, 225, 424, 485, 375};

// How the answers of one System reach its test.
enum class Consume { SeededOrder, CompletionOrder };

struct Outcome {
    Decision decision = Decision::Undecided;
    std::int64_t used = 0;   // consumed by the test
    std::int64_t asked = 0;  // started, those still in flight at the end included
};

// `in_flight` requests at a time, started in the seeded order; a wrong answer takes three times as
// long as a right one. Stops at the decision.
Outcome prove(const std::vector<Micros>& scores, double bound, int in_flight, Consume consume) {
    struct Finish {
        std::int64_t at;  // in units of a right answer's time; ties end in the order of their start
        std::int64_t ordinal;
        bool operator>(const Finish& other) const {
            return at != other.at ? at > other.at : ordinal > other.ordinal;
        }
    };
    TotalTest test(k_cases, k_need, true, bound);
    InOrder<Micros> gate;
    std::priority_queue<Finish, std::vector<Finish>, std::greater<>> running;
    std::int64_t asked = 0;
    const auto start = [&](std::int64_t now) {
        if (asked < k_cases) {
            const bool right = scores[static_cast<std::size_t>(asked)] == k_one;
            running.push({now + (right ? 1 : 3), asked});
            ++asked;
        }
    };
    for (int i = 0; i < in_flight; ++i) {
        start(0);
    }
    while (test.decision() == Decision::Undecided) {
        const Finish finish = running.top();
        running.pop();
        start(finish.at);
        const Micros score = scores[static_cast<std::size_t>(finish.ordinal)];
        if (consume == Consume::CompletionOrder) {
            test.add(score);
            continue;
        }
        gate.put(finish.ordinal, score);
        while (test.decision() == Decision::Undecided) {
            const auto next = gate.take();
            if (!next) {
                break;
            }
            test.add(*next);
        }
    }
    return {test.decision(), test.decided_at(), asked};
}

std::vector<Micros> random_order(int right, Rng& rng) {
    std::vector<Micros> scores(static_cast<std::size_t>(k_cases), 0);
    std::fill_n(scores.begin(), right, k_one);
    rng.shuffle(scores);
    return scores;
}

struct Tally {
    double wrong = 0;  // share of the ladders with at least one wrong verdict
    double used = 0;   // share of K N
    double asked = 0;
};

// Every second ladder has 8, every other 16 requests in flight.
Tally climb_many(const Ladder& ladder, double alpha, Consume consume, Rng& rng) {
    const double bound = static_cast<double>(ladder.size()) / alpha;
    int wrong = 0;
    std::int64_t used = 0;
    std::int64_t asked = 0;
    for (int i = 0; i < k_ladders; ++i) {
        const int in_flight = i % 2 == 0 ? 8 : 16;
        bool any_wrong = false;
        for (const int right : ladder) {
            const Outcome outcome = prove(random_order(right, rng), bound, in_flight, consume);
            const Decision truth = right >= k_right_needed ? Decision::Pass : Decision::Fail;
            any_wrong = any_wrong || outcome.decision != truth;
            used += outcome.used;
            asked += outcome.asked;
        }
        wrong += any_wrong ? 1 : 0;
    }
    const double all = static_cast<double>(k_ladders * k_cases * std::ssize(ladder));
    return {static_cast<double>(wrong) / k_ladders,
            static_cast<double>(used) / all,
            static_cast<double>(asked) / all};
}

struct Scenario {
    const char* name;
    Ladder ladder;
};

}  // namespace

TEST_CASE(
    "a ladder has a wrong verdict with probability at most alpha, in any order of completion") {
    const std::array scenarios{Scenario{".97 .95 .93 .90 .84 .75 .60 .45", k_descending},
                               Scenario{"eight exactly at the threshold", k_at_threshold},
                               Scenario{"eight one case below the threshold", k_one_below},
                               Scenario{"not monotone", k_not_monotone}};
    std::printf(
        "10,000 ladders of 8 candidates, N = 500, threshold .85, K = 8, 8 or 16 in flight:\n");
    Rng rng(2026);
    for (const double alpha : {0.05, 0.01}) {
        for (const Scenario& scenario : scenarios) {
            const Tally tally = climb_many(scenario.ladder, alpha, Consume::SeededOrder, rng);
            std::printf("  alpha %.0f %%, %-36s wrong %5.2f %%  used %4.1f %%  asked %4.1f %%\n",
                        100 * alpha,
                        scenario.name,
                        100 * tally.wrong,
                        100 * tally.used,
                        100 * tally.asked);
            CAPTURE(alpha);
            CAPTURE(scenario.name);
            CHECK(tally.wrong <= alpha);
            if (scenario.ladder == k_descending) {
                CHECK(tally.used <= (alpha == 0.05 ? 0.32 : 0.36));
            }
        }
    }
}

TEST_CASE("consumed in the order of completion, the same answers break the bound") {
    Rng rng(2027);
    for (const int in_flight : {8, 16}) {
        // One candidate, one case below the threshold: a pass is wrong.
        int wrong = 0;
        for (int i = 0; i < k_ladders; ++i) {
            const std::vector<Micros> scores = random_order(k_right_needed - 1, rng);
            const Outcome outcome = prove(scores, 1 / 0.05, in_flight, Consume::CompletionOrder);
            wrong += outcome.decision == Decision::Pass ? 1 : 0;
        }
        const double share = static_cast<double>(wrong) / k_ladders;
        std::printf("completion order, alpha 5 %%, K = 1, %2d in flight: false pass %.1f %%\n",
                    in_flight,
                    100 * share);
        CHECK(share > 0.10);
    }
    const Tally eight = climb_many(k_one_below, 0.05, Consume::CompletionOrder, rng);
    std::printf(
        "completion order, alpha 5 %%, K = 8, eight one case below: wrong ladders %.1f %%\n",
        100 * eight.wrong);
    CHECK(eight.wrong > 0.10);
}

TEST_CASE("scores between 0 and 1 keep the bound too") {
    // F1-like scores: a third are partial. The threshold is put at the true total, and just above.
    Rng rng(2028);
    for (const double alpha : {0.05, 0.01}) {
        int wrong_fail = 0;
        int wrong_pass = 0;
        for (int i = 0; i < k_ladders; ++i) {
            std::vector<Micros> scores;
            Micros total = 0;
            for (int j = 0; j < 300; ++j) {
                const std::uint64_t kind = rng.below(10);
                const auto partial = static_cast<Micros>(rng.below(k_one));
                scores.push_back(kind < 6 ? k_one : kind < 9 ? partial : 0);
                total += scores.back();
            }
            TotalTest at(300, total, false, 1 / alpha);
            TotalTest above(300, total + 1, false, 1 / alpha);
            for (const Micros score : scores) {
                at.add(score);
                above.add(score);
            }
            wrong_fail += at.decision() == Decision::Pass ? 0 : 1;
            wrong_pass += above.decision() == Decision::Fail ? 0 : 1;
        }
        std::printf(
            "scores in [0, 1], N = 300, alpha %.0f %%: false fail %.2f %%, false pass %.2f %%\n",
            100 * alpha,
            0.01 * wrong_fail,
            0.01 * wrong_pass);
        CHECK(wrong_fail <= alpha * k_ladders);
        CHECK(wrong_pass <= alpha * k_ladders);
    }
}

TEST_CASE("each side of promise B is wrong with probability at most alpha at the threshold") {
    Rng rng(2029);
    for (const double alpha : {0.05, 0.01}) {
        std::array<int, 3> absolute{};  // by Decision
        std::array<int, 3> paired{};
        for (int i = 0; i < k_ladders; ++i) {
            MeanTest alone(k_threshold, 1 / alpha);
            MeanTest against = MeanTest::of_topline(950'000, 1 / alpha);
            for (int j = 0; j < 1000; ++j) {
                alone.add(rng.uniform() < 0.85 ? k_one : 0);
                // The topline is right in 90 % of the cases; the candidate in 90 % of those and in
                // 45 % of the others, which makes 85.5 % = 0.95 x 90 %.
                const bool topline = rng.uniform() < 0.90;
                const bool right = rng.uniform() < (topline ? 0.90 : 0.45);
                against.add_pair(right ? k_one : 0, topline ? k_one : 0);
            }
            ++absolute[static_cast<std::size_t>(alone.decision())];
            ++paired[static_cast<std::size_t>(against.decision())];
        }
        for (const auto& [name, counts] :
             {std::pair{"absolute", absolute}, std::pair{"against the topline", paired}}) {
            const int pass = counts[static_cast<std::size_t>(Decision::Pass)];
            const int fail = counts[static_cast<std::size_t>(Decision::Fail)];
            std::printf(
                "promise B at the threshold, 1,000 cases, alpha %.0f %%, %-20s "
                "pass %.2f %%, fail %.2f %%\n",
                100 * alpha,
                name,
                100.0 * pass / k_ladders,
                100.0 * fail / k_ladders);
            CHECK(pass <= alpha * k_ladders);
            CHECK(fail <= alpha * k_ladders);
        }
    }
}

TEST_CASE("the anytime interval covers the mean of all cases at least as often as its level says") {
    Rng rng(2030);
    constexpr int rounds = 2'000;
    for (const double alpha : {0.05, 0.01}) {
        int missed = 0;
        double width = 0;
        for (int i = 0; i < rounds; ++i) {
            const int right = 250 + static_cast<int>(rng.below(251));
            const std::vector<Micros> scores = random_order(right, rng);
            TotalTest test(k_cases, k_need, true, 1 / alpha);
            for (const Micros score : scores) {
                test.add(score);
                if (test.decision() != Decision::Undecided) {
                    break;
                }
            }
            const Interval interval = test.anytime_interval();
            const double mean = static_cast<double>(right) / k_cases;
            missed += interval.low <= mean && mean <= interval.high ? 0 : 1;
            width += (interval.high - interval.low) / rounds;
        }
        const double covered = 1 - static_cast<double>(missed) / rounds;
        std::printf(
            "anytime interval at the decision, level %.0f %%: covers %.2f %%, mean width %.1f "
            "points\n",
            100 * (1 - 2 * alpha),
            100 * covered,
            100 * width);
        CHECK(covered >= 1 - 2 * alpha);
    }
}

TEST_CASE("the coverage of the BCa interval is printed") {
    struct Kind {
        const char* name;
        std::function<double(Rng&)> draw;
        double mean;
    };
    const std::array kinds{
        Kind{"0/1 scores, .85", [](Rng& r) { return r.uniform() < 0.85 ? 1.0 : 0.0; }, 0.85},
        Kind{"F1-like scores, .75",
             [](Rng& r) { return r.uniform() < 0.5 ? 1.0 : r.uniform(); },
             0.75},
        Kind{"exponential times", [](Rng& r) { return -std::log1p(-r.uniform()); }, 1.0}};
    Rng rng(2031);
    constexpr int rounds = 1'000;
    for (const std::size_t n : {std::size_t{50}, std::size_t{200}}) {
        for (const Kind& kind : kinds) {
            int covered = 0;
            std::vector<double> sample(n);
            const auto mean = [&](std::span<const std::size_t> indices) {
                double sum = 0;
                for (const std::size_t index : indices) {
                    sum += sample[index];
                }
                return sum / static_cast<double>(indices.size());
            };
            for (int i = 0; i < rounds; ++i) {
                std::generate(sample.begin(), sample.end(), [&] { return kind.draw(rng); });
                const auto interval = bca_bootstrap(n, mean, 0.95, 1'000, rng);
                REQUIRE(interval.has_value());
                covered += interval->low <= kind.mean && kind.mean <= interval->high ? 1 : 0;
            }
            const double share = static_cast<double>(covered) / rounds;
            std::printf(
                "BCa, level 95 %%, n = %3zu, %-20s covers %.1f %%\n", n, kind.name, 100 * share);
            // An approximate interval: far off would be a fault in the code, not in the method.
            CHECK(share > 0.88);
            CHECK(share < 0.99);
        }
    }
}

}  // namespace palier::core
