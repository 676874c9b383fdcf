#include "core/sequential.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace palier::core {
namespace {

// The capitals as their definition says, in logarithms.
struct PlainWealth {
    std::vector<double> logs = std::vector<double>(20, 0.0);

    void bet(double x, double m) {
        for (int g = 1; g <= 20; ++g) {
            const double f = 0.99 * (g - 0.5) / 20;
            logs[static_cast<std::size_t>(g - 1)] += std::log(1 + f / m * (x - m));
        }
    }
    [[nodiscard]] double log_mean() const {
        const double top = *std::max_element(logs.begin(), logs.end());
        double sum = 0;
        for (const double log : logs) {
            sum += std::exp(log - top);
        }
        return top + std::log(sum / 20);
    }
};

// One side of promise A as the definition says: true once the null hypothesis is rejected.
bool plain_side(std::int64_t cases,
                Micros null_total,
                double bound,
                const std::vector<Micros>& xs) {
    PlainWealth wealth;
    Micros sum = 0;
    for (std::size_t t = 0; t < xs.size(); ++t) {
        const Micros left = (cases - static_cast<std::int64_t>(t)) * k_one;
        const Micros null_left = null_total - sum;
        if (null_left < 0 || (null_left == 0 && xs[t] > 0)) {
            return true;
        }
        if (null_left > 0 && null_left <= left) {
            wealth.bet(static_cast<double>(xs[t]) / 1e6,
                       static_cast<double>(null_left) / static_cast<double>(left));
            if (wealth.log_mean() >= std::log(bound)) {
                return true;
            }
        }
        sum += xs[t];
    }
    return sum > null_total;
}

struct Sample {
    std::int64_t cases = 0;
    Micros need = 0;
    bool zero_one = true;
    double bound = 0;
    std::vector<Micros> scores;
};

// Scores around a random mean, and a needed total that is often near theirs.
Sample random_sample(Rng& rng, std::int64_t cases_max) {
    Sample sample;
    sample.cases = 1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(cases_max)));
    sample.zero_one = rng.below(2) == 0;
    sample.bound = 2 + rng.uniform() * (rng.below(2) == 0 ? 20 : 1000);
    const double mean = rng.uniform();
    Micros total = 0;
    for (std::int64_t i = 0; i < sample.cases; ++i) {
        const bool right = rng.uniform() < mean;
        const Micros partial = static_cast<Micros>(rng.below(k_one + 1));
        const Micros score = sample.zero_one || rng.below(2) == 0 ? (right ? k_one : 0) : partial;
        sample.scores.push_back(score);
        total += score;
    }
    const Micros all = sample.cases * k_one;
    const Micros near = total + static_cast<Micros>(rng.below(20 * k_one)) - 10 * k_one;
    const Micros any = static_cast<Micros>(rng.below(static_cast<std::uint64_t>(all))) + 1;
    sample.need = std::clamp<Micros>(rng.below(2) == 0 ? near : any, 1, all);
    return sample;
}

int run(TotalTest& test, const std::vector<Micros>& scores) {
    for (const Micros score : scores) {
        if (test.decision() != Decision::Undecided) {
            break;
        }
        test.add(score);
    }
    return static_cast<int>(test.used());
}

std::vector<Micros> zeros_and_ones(std::uint32_t bits, int count) {
    std::vector<Micros> scores;
    for (int i = 0; i < count; ++i) {
        scores.push_back((bits >> i & 1U) != 0 ? k_one : 0);
    }
    return scores;
}

}  // namespace

TEST_CASE("the wealth is the mean of twenty capitals, however small or large they become") {
    Rng rng(11);
    for (int round = 0; round < 50; ++round) {
        Wealth wealth;
        PlainWealth plain;
        const double m = std::pow(10, -6 * rng.uniform());
        const double mean = round % 3 == 0 ? 0 : round % 3 == 1 ? 1 : rng.uniform();
        for (int i = 0; i < 3000; ++i) {
            const double x = rng.uniform() < mean ? 1 : 0;
            wealth.bet(x, m);
            plain.bet(x, m);
        }
        const double expected = plain.log_mean();
        CHECK(wealth.log_mean() == doctest::Approx(expected).epsilon(1e-9));
        if (expected < 600 && expected > -600) {
            CHECK(wealth.reaches(std::exp(expected - 1e-6)));
            CHECK_FALSE(wealth.reaches(std::exp(expected + 1e-6)));
        }
    }
}

TEST_CASE("promise A decides as its definition says, at the same case") {
    Rng rng(12);
    int decided_early = 0;
    for (int round = 0; round < 3000; ++round) {
        const Sample sample = random_sample(rng, 60);
        TotalTest test(sample.cases, sample.need, sample.zero_one, sample.bound);
        run(test, sample.scores);
        REQUIRE(test.decision() != Decision::Undecided);

        const Micros need =
            sample.zero_one ? (sample.need + k_one - 1) / k_one * k_one : sample.need;
        CHECK(test.need() == need);
        const Micros null_pass = sample.zero_one ? need - k_one : need;
        const Micros null_fail = sample.cases * k_one - need;
        Decision expected = Decision::Undecided;
        std::vector<Micros> xs;
        std::vector<Micros> ys;
        while (expected == Decision::Undecided) {
            xs.push_back(sample.scores[xs.size()]);
            ys.push_back(k_one - xs.back());
            Micros sum = 0;
            for (const Micros x : xs) {
                sum += x;
            }
            if (static_cast<std::int64_t>(xs.size()) == sample.cases) {
                expected = sum >= need ? Decision::Pass : Decision::Fail;
            } else if (plain_side(sample.cases, null_pass, sample.bound, xs)) {
                expected = Decision::Pass;
            } else if (plain_side(sample.cases, null_fail, sample.bound, ys)) {
                expected = Decision::Fail;
            }
        }
        CHECK(test.decision() == expected);
        CHECK(test.decided_at() == static_cast<std::int64_t>(xs.size()));
        decided_early += test.decided_at() < sample.cases ? 1 : 0;
    }
    CHECK(decided_early > 1000);
}

TEST_CASE("promise A is wrong for at most alpha of all orders, counted one by one") {
    constexpr int n = 14;
    constexpr double bound = 5;
    for (int need = 1; need <= n; ++need) {
        std::vector<int> orders(n + 1, 0);
        std::vector<int> wrong(n + 1, 0);
        for (std::uint32_t bits = 0; bits < (1U << n); ++bits) {
            const std::vector<Micros> scores = zeros_and_ones(bits, n);
            const auto total = std::count(scores.begin(), scores.end(), k_one);
            TotalTest test(n, need * k_one, true, bound);
            run(test, scores);
            const Decision truth = total >= need ? Decision::Pass : Decision::Fail;
            ++orders[static_cast<std::size_t>(total)];
            wrong[static_cast<std::size_t>(total)] += test.decision() == truth ? 0 : 1;
        }
        for (std::size_t total = 0; total <= n; ++total) {
            CAPTURE(need);
            CAPTURE(total);
            CHECK(wrong[total] * bound <= orders[total]);
        }
    }
}

TEST_CASE("at the last case promise A is exact") {
    // A bound that no wealth reaches leaves only certainty.
    Rng rng(13);
    for (int round = 0; round < 500; ++round) {
        const Sample sample = random_sample(rng, 30);
        TotalTest test(sample.cases, sample.need, sample.zero_one, 1e300);
        run(test, sample.scores);
        Micros total = 0;
        for (const Micros score : sample.scores) {
            total += score;
        }
        CHECK((test.decision() == Decision::Pass) == (total >= test.need()));
    }
}

TEST_CASE("a total that is certain ends promise A before the last case") {
    TotalTest certain_pass(10, 4 * k_one, true, 1e9);
    CHECK(run(certain_pass, std::vector<Micros>(10, k_one)) == 4);
    CHECK(certain_pass.decision() == Decision::Pass);
    TotalTest certain_fail(10, 4 * k_one, true, 1e9);
    CHECK(run(certain_fail, std::vector<Micros>(10, 0)) == 7);
    CHECK(certain_fail.decision() == Decision::Fail);
    TotalTest all_needed(3, 3 * k_one, true, 1e9);
    CHECK(run(all_needed, {k_one, 0, k_one}) == 2);
    CHECK(all_needed.decision() == Decision::Fail);
}

TEST_CASE("for 0/1 scores the needed total is rounded up to whole cases, others keep millionths") {
    CHECK(TotalTest(100, need_of(550'000, 100), true, 20).need() == 55 * k_one);
    CHECK(TotalTest(101, need_of(550'000, 101), true, 20).need() == 56 * k_one);
    CHECK(TotalTest(101, need_of(550'000, 101), false, 20).need() == 55'550'000);
    CHECK(need_of_topline(950'000, 187 * k_one) == 177'650'000);
    CHECK(need_of_topline(333'333, 2) == 1);
    CHECK(need_of_topline(950'000, 0) == 0);
}

TEST_CASE("scores added after the decision are kept and do not change it") {
    TotalTest test(100, 50 * k_one, true, 20);
    while (test.decision() == Decision::Undecided) {
        test.add(k_one);
    }
    const std::int64_t at = test.decided_at();
    while (test.used() < 100) {
        test.add(0);
    }
    CHECK(test.decision() == Decision::Pass);
    CHECK(test.decided_at() == at);
    CHECK(test.sum() == at * k_one);
    const Interval interval = test.anytime_interval();
    CHECK(interval.low == static_cast<double>(at) / 100);
    CHECK(interval.high == interval.low);
}

TEST_CASE("the anytime interval agrees with the decision at every case") {
    Rng rng(14);
    for (int round = 0; round < 300; ++round) {
        const Sample sample = random_sample(rng, 120);
        TotalTest test(sample.cases, sample.need, sample.zero_one, sample.bound);
        const double need =
            static_cast<double>(test.need()) / static_cast<double>(sample.cases * k_one);
        Interval before = test.anytime_interval();
        CHECK(before.low == 0);
        CHECK(before.high == 1);
        CHECK(before.level == doctest::Approx(std::max(0.0, 1 - 2 / sample.bound)));
        for (const Micros score : sample.scores) {
            test.add(score);
            const Interval interval = test.anytime_interval();
            CHECK(interval.low <= interval.high);
            CHECK(interval.low >= before.low);
            CHECK(interval.high <= before.high);
            CHECK((interval.low >= need) == (test.decision() == Decision::Pass));
            CHECK((interval.high < need) == (test.decision() == Decision::Fail));
            if (test.decision() != Decision::Undecided) {
                break;
            }
            before = interval;
        }
    }
}

TEST_CASE("an order that speaks against its own decision leaves the range that is possible") {
    TotalTest test(400, 200 * k_one, true, 20);
    for (int i = 0; i < 150; ++i) {
        test.add(k_one);
    }
    REQUIRE(test.decision() == Decision::Pass);
    for (int i = 0; i < 240; ++i) {
        test.add(0);
    }
    const Interval interval = test.anytime_interval();
    CHECK(interval.low == 150.0 / 400);
    CHECK(interval.high == 160.0 / 400);
}

TEST_CASE(
    "promise B passes after 62 right answers in a row at 0.90 and K/alpha = 100, after 74 at 300") {
    CHECK(cases_for_promise_b(900'000, 100) == 62);
    CHECK(cases_for_promise_b(900'000, 300) == 74);
    CHECK(cases_for_promise_b(950'000, 300) == 153);
    CHECK(cases_for_promise_b(k_one, 300) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("promise B decides as its definition says, at the same case") {
    Rng rng(15);
    int decided = 0;
    for (int round = 0; round < 1000; ++round) {
        const bool paired = round % 2 == 1;
        const Micros threshold = 1 + static_cast<Micros>(rng.below(k_one - 1));
        const double bound = 2 + rng.uniform() * 300;
        const double r = static_cast<double>(threshold) / 1e6;
        const double m = paired ? r / (1 + r) : r;
        MeanTest test =
            paired ? MeanTest::of_topline(threshold, bound) : MeanTest(threshold, bound);
        PlainWealth pass;
        PlainWealth fail;
        Decision expected = Decision::Undecided;
        const double quality = rng.uniform();
        for (int i = 0; i < 200; ++i) {
            const Micros score =
                rng.uniform() < quality ? k_one : static_cast<Micros>(rng.below(k_one));
            const Micros topline =
                rng.below(4) != 0 ? k_one : static_cast<Micros>(rng.below(k_one));
            double x = static_cast<double>(score) / 1e6;
            if (paired) {
                x = (x - r * static_cast<double>(topline) / 1e6 + r) / (1 + r);
                test.add_pair(score, topline);
            } else {
                test.add(score);
            }
            pass.bet(x, m);
            fail.bet(1 - x, 1 - m);
            if (expected == Decision::Undecided && pass.log_mean() >= std::log(bound)) {
                expected = Decision::Pass;
            }
            if (expected == Decision::Undecided && fail.log_mean() >= std::log(bound)) {
                expected = Decision::Fail;
            }
            REQUIRE(test.decision() == expected);
        }
        CHECK(test.used() == 200);
        decided += expected == Decision::Undecided ? 0 : 1;
    }
    CHECK(decided > 500);
}

TEST_CASE("a threshold of 1 is missed at the first wrong answer and never proved") {
    MeanTest test(k_one, 100);
    for (int i = 0; i < 1000; ++i) {
        test.add(k_one);
    }
    CHECK(test.decision() == Decision::Undecided);
    test.add(k_one - 1);
    CHECK(test.decision() == Decision::Fail);
}

TEST_CASE("promise B against the topline needs no difference to pass when less than all is asked") {
    MeanTest test = MeanTest::of_topline(900'000, 100);
    std::int64_t used = 0;
    while (test.decision() == Decision::Undecided && used < 1000) {
        // Both wrong on every tenth case: no evidence either way from those.
        const Micros score = used % 10 == 0 ? 0 : k_one;
        test.add_pair(score, score);
        ++used;
    }
    CHECK(test.decision() == Decision::Pass);
    MeanTest worse = MeanTest::of_topline(900'000, 100);
    while (worse.decision() == Decision::Undecided) {
        worse.add_pair(0, k_one);
    }
    CHECK(worse.decision() == Decision::Fail);
}

}  // namespace palier::core
