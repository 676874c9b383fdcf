// The sequential tests of a verdict: betting martingales on scores x in [0, 1], consumed strictly
// in the seeded order. docs/guide/statistics.md explains them; the sources are Waudby-Smith and
// Ramdas, "Estimating means of bounded random variables by betting" (JRSS-B 2024), and Ville's
// inequality.
#pragma once

#include "base/units.h"

#include <array>
#include <cstdint>
#include <vector>

namespace palier::core {

enum class Decision { Undecided, Pass, Fail };

struct Interval {
    double low = 0;
    double high = 1;
    double level = 0;  // such as 0.98
};

// Twenty capitals that bet against "the mean is at most m" on x in [0, 1]; m may change between
// bets.
class Wealth {
   public:
    Wealth();
    // Multiplies capital g by 1 + (f_g / m)(x - m), f_g = 0.99 (g - 1/2) / 20; 0 < m <= 1.
    void bet(double x, double m);
    // Logarithm of the mean of the capitals.
    [[nodiscard]] double log_mean() const;
    // Has the mean of the capitals reached `bound`? Cheaper than log_mean().
    [[nodiscard]] bool reaches(double bound) const;

   private:
    void normalise();

    static constexpr std::size_t k_capitals = 20;
    // Capital g is factors_[g] x 2^exponents_[g]; an exponent stays 0 until its factor could leave
    // the range of a double. scales_[g] = 2^exponents_[g] for exponents up to 0, else 1; it may be
    // rounded to 0, where the capital is far too small to count against a bound above 1.
    std::array<double, k_capitals> factors_;
    std::array<double, k_capitals> scales_;
    std::array<std::int32_t, k_capitals> exponents_{};
    bool grown_ = false;  // an exponent has been above 0
    int bets_since_check_ = 0;
};

// One side of TotalTest: bets against "the total over all N cases is at most `null_total`".
class TotalSide {
   public:
    // null_total: N m0, in millionths, 0 <= null_total. bound: K / alpha.
    TotalSide(std::int64_t cases, Micros null_total, double bound);
    // The next case's x, in [0, k_one]; at most N calls. Ignored once it is decided.
    void add(Micros x);
    // The null hypothesis is rejected; stays so.
    [[nodiscard]] bool decided() const { return decided_; }

   private:
    std::int64_t left_;  // cases not yet added
    Micros null_left_;   // N m0 - S: what those may still add up to under the null hypothesis
    double bound_;
    bool decided_ = false;
    Wealth wealth_;
};

// Promise A: does the total over all N cases reach `need`? Exact at t = N; before that each wrong
// side is reached with probability at most 1 / bound (for the side that is wrong).
class TotalTest {
   public:
    // cases: N > 0. need: smallest passing total, 0 < need <= N, in millionths; for 0/1 scores it
    // is rounded up to whole cases. bound: K / alpha, > 1.
    TotalTest(std::int64_t cases, Micros need, bool zero_one_scores, double bound);

    // The next case's score in the seeded order, in [0, k_one] (0 or k_one for 0/1 scores); at most
    // N calls. Adding after the decision is allowed (for promise B's continuation) and does not
    // change it.
    void add(Micros score);

    [[nodiscard]] Decision decision() const { return decision_; }
    [[nodiscard]] std::int64_t used() const { return static_cast<std::int64_t>(scores_.size()); }
    // Number of cases that had been consumed when the decision fell; 0 while undecided.
    [[nodiscard]] std::int64_t decided_at() const { return decided_at_; }
    [[nodiscard]] Micros need() const { return need_; }
    [[nodiscard]] Micros sum() const { return sum_; }

    // Anytime interval for the mean over the N cases: each one-sided test inverted over totals,
    // 1/bound a side, level 1 - 2/bound. It agrees with the decision: pass exactly when
    // low >= need/N, fail exactly when high < need/N. At t = N it is the mean itself. Where cases
    // were added after the decision and now speak against it (probability at most 2/bound), it is
    // the range that is still possible: from "all others score 0" to "all others score 1".
    // O(used x log N).
    [[nodiscard]] Interval anytime_interval() const;

   private:
    [[nodiscard]] Micros largest_total_reached() const;
    [[nodiscard]] Micros smallest_total_missed() const;

    std::int64_t cases_;
    Micros unit_;  // step between two totals: a case for 0/1 scores, else a millionth
    Micros need_;
    double bound_;
    std::vector<Micros> scores_;
    Micros sum_ = 0;
    TotalSide pass_side_, fail_side_;
    Decision decision_ = Decision::Undecided;
    std::int64_t decided_at_ = 0;
};

// Promise B: is the true mean above the threshold, cases as an i.i.d. sample? The same bets with a
// constant m. Undecided at the end is "too close". Cases added after the decision do not change it.
class MeanTest {
   public:
    // threshold in (0, k_one]; bound: K / alpha, > 1.
    MeanTest(Micros threshold, double bound);
    void add(Micros score);
    // For "r of the topline": bets on (x - r y + r) / (1 + r) against r / (1 + r).
    static MeanTest of_topline(Micros share, double bound);
    // Only for a test made by of_topline, and add() only for the other kind.
    void add_pair(Micros score, Micros topline_score);

    [[nodiscard]] Decision decision() const { return decision_; }
    [[nodiscard]] std::int64_t used() const { return used_; }

   private:
    MeanTest(double m, Micros share, double bound);
    void step(double x);

    double m_;
    Micros share_ = 0;  // 0: absolute threshold
    double bound_;
    std::int64_t used_ = 0;
    Wealth pass_side_, fail_side_;
    Decision decision_ = Decision::Undecided;
};

// Cases that MeanTest needs for a pass when every answer is right (0.90 at K/alpha = 100: 62). The
// largest std::int64_t for threshold = k_one: no sample proves a mean above 1.
[[nodiscard]] std::int64_t cases_for_promise_b(Micros threshold, double bound);

// The absolute total that a threshold means over `cases` cases: threshold x cases, exactly.
[[nodiscard]] Micros need_of(Micros threshold, std::int64_t cases);
// The absolute total that "share of the topline" means once the topline has been measured, rounded
// up to a whole millionth.
[[nodiscard]] Micros need_of_topline(Micros share, Micros topline_total);

}  // namespace palier::core
