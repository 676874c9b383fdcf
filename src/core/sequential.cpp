#include "core/sequential.h"

#include "base/check.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace palier::core {
namespace {

// A bet multiplies a capital by at least 1 - 0.99 and at most by 1 + 1/m, where m is no smaller
// than a millionth of a case over ten million cases: between two checks, this many bets keep a
// capital that starts within the two limits inside the range of a double (1e-60 x 0.01^16 and
// 1e60 x 1e13^16).
constexpr int k_bets_between_checks = 16;
constexpr double k_smallest_factor = 1e-60;
constexpr double k_largest_factor = 1e60;

// f_g, g = 1..20.
constexpr auto k_fractions = [] {
    std::array<double, 20> fractions{};
    for (std::size_t i = 0; i < fractions.size(); ++i) {
        fractions[i] = 0.99 * (static_cast<double>(i) + 0.5) / 20;
    }
    return fractions;
}();

// The first number in (no, yes] for which `holds`, which is false at `no`, true at `yes` and
// changes once; both are multiples of `unit`, and so is the answer.
template <class Predicate>
Micros first_that_holds(Micros no, Micros yes, Micros unit, Predicate holds) {
    while (yes - no > unit) {
        const Micros middle = no + (yes - no) / unit / 2 * unit;
        (holds(middle) ? yes : no) = middle;
    }
    return yes;
}

}  // namespace

Wealth::Wealth() {
    static_assert(k_fractions.size() == k_capitals);
    factors_.fill(1);
    scales_.fill(1);
}

void Wealth::bet(double x, double m) {
    const double gain = (x - m) / m;
    for (std::size_t g = 0; g < k_capitals; ++g) {
        factors_[g] *= 1 + k_fractions[g] * gain;
    }
    if (++bets_since_check_ == k_bets_between_checks) {
        bets_since_check_ = 0;
        normalise();
    }
}

void Wealth::normalise() {
    for (std::size_t g = 0; g < k_capitals; ++g) {
        if (factors_[g] < k_smallest_factor || factors_[g] > k_largest_factor) {
            int shift = 0;
            factors_[g] = std::frexp(factors_[g], &shift);
            exponents_[g] += shift;
            scales_[g] = std::ldexp(1, std::min(exponents_[g], 0));
            grown_ = grown_ || exponents_[g] > 0;
        }
    }
}

double Wealth::log_mean() const {
    const std::int32_t largest = *std::max_element(exponents_.begin(), exponents_.end());
    double sum = 0;
    for (std::size_t g = 0; g < k_capitals; ++g) {
        sum += std::ldexp(factors_[g], exponents_[g] - largest);
    }
    return std::log(sum / static_cast<double>(k_capitals)) + largest * std::log(2.0);
}

bool Wealth::reaches(double bound) const {
    if (grown_) {
        return log_mean() >= std::log(bound);
    }
    // Four sums side by side: this is called for every case, and one sum would wait for itself.
    std::array<double, 4> sums{};
    for (std::size_t g = 0; g < k_capitals; g += sums.size()) {
        for (std::size_t lane = 0; lane < sums.size(); ++lane) {
            sums[lane] += factors_[g + lane] * scales_[g + lane];
        }
    }
    const double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return sum / static_cast<double>(k_capitals) >= bound;
}

TotalSide::TotalSide(std::int64_t cases, Micros null_total, double bound)
    : left_(cases), null_left_(null_total), bound_(bound) {}

void TotalSide::add(Micros x) {
    PALIER_CHECK(left_ > 0, "more scores than cases");
    // With m = null_left_ / left_: m > 1 cannot win any more, and m = 0 waits for the first x > 0,
    // which takes null_left_ below 0.
    if (!decided_ && null_left_ > 0 && null_left_ <= left_ * k_one) {
        const double m = static_cast<double>(null_left_) / static_cast<double>(left_ * k_one);
        wealth_.bet(static_cast<double>(x) / static_cast<double>(k_one), m);
        decided_ = wealth_.reaches(bound_);
    }
    null_left_ -= x;
    --left_;
    decided_ = decided_ || null_left_ < 0;
}

TotalTest::TotalTest(std::int64_t cases, Micros need, bool zero_one_scores, double bound)
    : cases_(cases),
      unit_(zero_one_scores ? k_one : 1),
      need_((need + unit_ - 1) / unit_ * unit_),
      bound_(bound),
      pass_side_(cases, zero_one_scores ? need_ - unit_ : need_, bound),
      fail_side_(cases, cases * k_one - need_, bound) {
    PALIER_CHECK(cases > 0, "a test needs cases");
    PALIER_CHECK(need > 0 && need <= cases * k_one, "the needed total must be in (0, N]");
    PALIER_CHECK(bound > 1, "K / alpha must be above 1");
}

void TotalTest::add(Micros score) {
    PALIER_CHECK(used() < cases_, "more scores than cases");
    PALIER_CHECK(score >= 0 && score <= k_one && score % unit_ == 0, "a score out of its range");
    scores_.push_back(score);
    sum_ += score;
    if (decision_ != Decision::Undecided) {
        return;
    }
    pass_side_.add(score);
    fail_side_.add(k_one - score);
    if (used() == cases_) {
        decision_ = sum_ >= need_ ? Decision::Pass : Decision::Fail;
    } else if (pass_side_.decided()) {
        decision_ = Decision::Pass;
    } else if (fail_side_.decided()) {
        decision_ = Decision::Fail;
    }
    if (decision_ != Decision::Undecided) {
        decided_at_ = used();
    }
}

// The largest T for which the PASS side of "does the total reach T?" is decided. Each capital falls
// as T grows, so that bisection finds it. Every T below the sum so far is decided, and none above
// N.
Micros TotalTest::largest_total_reached() const {
    const Micros offset = unit_ == k_one ? unit_ : 0;
    const auto open = [&](Micros total) {
        TotalSide side(cases_, total - offset, bound_);
        for (const Micros score : scores_) {
            side.add(score);
        }
        return !side.decided();
    };
    const Micros from = std::max<Micros>(0, unit_ == k_one ? sum_ : sum_ - 1);
    return first_that_holds(from, cases_ * k_one + offset, unit_, open) - unit_;
}

// The smallest T for which the FAIL side of "does the total reach T?" is decided.
Micros TotalTest::smallest_total_missed() const {
    const auto missed = [&](Micros total) {
        TotalSide side(cases_, cases_ * k_one - total, bound_);
        for (const Micros score : scores_) {
            side.add(k_one - score);
        }
        return side.decided();
    };
    const Micros possible = sum_ + (cases_ - used()) * k_one;
    // Above N there is nothing to test: such a total is missed.
    return first_that_holds(0, possible + unit_, unit_, [&](Micros total) {
        return total > possible || missed(total);
    });
}

Interval TotalTest::anytime_interval() const {
    const double whole = static_cast<double>(cases_ * k_one);
    Micros low = sum_;
    Micros high = sum_ + (cases_ - used()) * k_one;
    if (used() < cases_) {
        // Up to the decision the two cannot cross: one score moves the capitals of both sides up
        // for different totals, the lower ones for PASS, the higher ones for FAIL.
        const Micros reached = largest_total_reached();
        const Micros below_missed = smallest_total_missed() - unit_;
        if (reached <= below_missed) {
            low = reached;
            high = below_missed;
        }
    }
    return {static_cast<double>(low) / whole,
            static_cast<double>(high) / whole,
            std::max(0.0, 1 - 2 / bound_)};
}

MeanTest::MeanTest(Micros threshold, double bound)
    : MeanTest(static_cast<double>(threshold) / static_cast<double>(k_one), 0, bound) {}

MeanTest::MeanTest(double m, Micros share, double bound) : m_(m), share_(share), bound_(bound) {
    PALIER_CHECK(m > 0 && m <= 1, "the threshold must be in (0, 1]");
    PALIER_CHECK(bound > 1, "K / alpha must be above 1");
}

MeanTest MeanTest::of_topline(Micros share, double bound) {
    PALIER_CHECK(share > 0 && share <= k_one, "the share must be in (0, 1]");
    return {static_cast<double>(share) / static_cast<double>(k_one + share), share, bound};
}

void MeanTest::add(Micros score) {
    PALIER_CHECK(share_ == 0, "a test against the topline needs pairs");
    PALIER_CHECK(score >= 0 && score <= k_one, "a score out of its range");
    step(static_cast<double>(score) / static_cast<double>(k_one));
}

void MeanTest::add_pair(Micros score, Micros topline_score) {
    PALIER_CHECK(share_ > 0, "a test against an absolute threshold takes single scores");
    PALIER_CHECK(score >= 0 && score <= k_one && topline_score >= 0 && topline_score <= k_one,
                 "a score out of its range");
    const Micros numerator = score * k_one - share_ * topline_score + share_ * k_one;
    step(static_cast<double>(numerator) / static_cast<double>(k_one * (k_one + share_)));
}

void MeanTest::step(double x) {
    ++used_;
    if (decision_ != Decision::Undecided) {
        return;
    }
    pass_side_.bet(x, m_);
    if (pass_side_.reaches(bound_)) {
        decision_ = Decision::Pass;
        return;
    }
    // A threshold of 1 is missed for certain by the first score below it.
    if (m_ < 1) {
        fail_side_.bet(1 - x, 1 - m_);
    }
    if (m_ < 1 ? fail_side_.reaches(bound_) : x < 1) {
        decision_ = Decision::Fail;
    }
}

std::int64_t cases_for_promise_b(Micros threshold, double bound) {
    if (threshold >= k_one) {
        return std::numeric_limits<std::int64_t>::max();
    }
    MeanTest test(threshold, bound);
    while (test.decision() == Decision::Undecided) {
        test.add(k_one);
    }
    return test.used();
}

Micros need_of(Micros threshold, std::int64_t cases) {
    return threshold * cases;
}

Micros need_of_topline(Micros share, Micros topline_total) {
    __extension__ using Wide = __int128;
    const Wide product = static_cast<Wide>(share) * topline_total;
    return static_cast<Micros>((product + k_one - 1) / k_one);
}

}  // namespace palier::core
