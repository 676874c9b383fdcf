// The sequential tests of a verdict: betting martingales on scores x in [0, 1], consumed strictly in
// the seeded order. docs/guide/statistics.md explains them; the sources are Waudby-Smith and Ramdas,
// "Estimating means of bounded random variables by betting" (JRSS-B 2024), and Ville's inequality.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.h"

namespace palier::core {

enum class Decision { Undecided, Pass, Fail };

struct Interval {
    double low = 0;
    double high = 1;
    double level = 0;  // such as 0.98
};

// Twenty capitals that bet against "the mean is at most m" on x in [0, 1]; m may change between bets.
class Wealth {
   public:
    Wealth();
    // Multiplies capital g by 1 + (f_g / m)(x - m), f_g = 0.99 (g - 1/2) / 20; 0 < m <= 1.
    void bet(double x, double m);
    // Logarithm of the mean of the capitals.
    [[nodiscard]] double log_mean() const;

   private:
    std::vector<double> log_capitals_;
};

// Promise A: does the total over all N cases reach `need`? Exact at t = N; before that each wrong
// side is reached with probability at most 1 / bound (for the side that is wrong).
class TotalTest {
   public:
    // cases: N > 0. need: smallest passing total, 0 < need, in millionths; for 0/1 scores it is
    // rounded up to whole cases. bound: K / alpha.
    TotalTest(std::int64_t cases, Micros need, bool zero_one_scores, double bound);

    // The next case's score in the seeded order, in [0, k_one]; at most N calls. Adding after the
    // decision is allowed (for promise B's continuation) and does not change it.
    void add(Micros score);

    [[nodiscard]] Decision decision() const { return decision_; }
    [[nodiscard]] std::int64_t used() const { return static_cast<std::int64_t>(scores_.size()); }
    // Number of cases that had been consumed when the decision fell; 0 while undecided.
    [[nodiscard]] std::int64_t decided_at() const { return decided_at_; }
    [[nodiscard]] Micros need() const { return need_; }
    [[nodiscard]] Micros sum() const { return sum_; }

    // Anytime interval for the mean over the N cases: each one-sided test inverted over totals,
    // 1/bound a side, so that it excludes need/N exactly when a side is decided.
    // Level 1 - 2/bound. O(used x log N).
    [[nodiscard]] Interval anytime_interval() const;

   private:
    std::int64_t cases_;
    Micros need_;
    bool zero_one_;
    double log_bound_;
    double bound_;
    std::vector<Micros> scores_;
    Micros sum_ = 0;
    Wealth pass_side_, fail_side_;
    bool pass_dead_ = false, fail_dead_ = false;
    Decision decision_ = Decision::Undecided;
    std::int64_t decided_at_ = 0;
};

// Promise B: is the true mean above the threshold, cases as an i.i.d. sample? The same bets with a
// constant m. Undecided at the end is "too close".
class MeanTest {
   public:
    // threshold in (0, k_one]; bound: K / alpha.
    MeanTest(Micros threshold, double bound);
    void add(Micros score);
    // For "r of the topline": bets on (x - r y + r) / (1 + r) against r / (1 + r).
    static MeanTest of_topline(Micros share, double bound);
    void add_pair(Micros score, Micros topline_score);

    [[nodiscard]] Decision decision() const { return decision_; }
    [[nodiscard]] std::int64_t used() const { return used_; }

   private:
    MeanTest(double m, double share, double bound);
    void step(double x);

    double m_;
    double share_ = 0;
    double log_bound_;
    std::int64_t used_ = 0;
    Wealth pass_side_, fail_side_;
    Decision decision_ = Decision::Undecided;
};

// Cases that MeanTest needs for a pass when every answer is right (0.90 at K/alpha = 100: 62).
[[nodiscard]] std::int64_t cases_for_promise_b(Micros threshold, double bound);

// The absolute total that "share of the topline" means once the topline has been measured.
[[nodiscard]] Micros need_of(Micros threshold, std::int64_t cases);
[[nodiscard]] Micros need_of_topline(Micros share, Micros topline_total);

}  // namespace palier::core
