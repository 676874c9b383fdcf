#include "core/prediction_powered.h"

#include "core/statistics.h"

#include <doctest/doctest.h>

namespace palier::core {
namespace {

constexpr double k_level = 0.95;

CorrectedRate found(const std::vector<JudgedGroup>& groups) {
    Rng rng(1);
    return corrected_rate(groups, k_level, rng);
}

}  // namespace

TEST_CASE("a judge that says good too often is put right by the part that people rated") {
    // Of what it calls good people find 60 of 80 good, of the rest 2 of 20.
    const CorrectedRate rate = found({{400, 80, 60}, {100, 20, 2}});
    CHECK(rate.judge_alone == doctest::Approx(0.8));
    CHECK(*rate.people == doctest::Approx(0.62));
    CHECK(*rate.value == doctest::Approx(0.62));  // its parts are rated in proportion
    CHECK(rate.bounds.low > 0.5);
    CHECK(rate.bounds.high < 0.75);
    const Interval people = clopper_pearson(62, 100, 2 * k_level - 1);
    CHECK(rate.bounds.high - rate.bounds.low < people.high - people.low);
}

TEST_CASE("where the rated part is luckier than all, the judge tells") {
    // A judge that is never wrong, and a rated part with more good answers than the rest.
    const CorrectedRate rate = found({{300, 70, 70}, {200, 30, 0}});
    CHECK(*rate.people == doctest::Approx(0.7));
    // By hand: lambda = 1 / (1 + 100/400) = 0.8; 0.7 + 0.8 x (230/400 - 70/100).
    CHECK(*rate.lambda == doctest::Approx(0.8));
    CHECK(*rate.value == doctest::Approx(0.6));
    CHECK(rate.bounds.low < 0.6);
    CHECK(rate.bounds.high > 0.6);
}

TEST_CASE("a judge that says the same of every answer leaves what people say") {
    const CorrectedRate rate = found({{500, 40, 30}, {0, 0, 0}});
    const Interval people = clopper_pearson(30, 40, 2 * k_level - 1);
    CHECK(*rate.lambda == 0);
    CHECK(*rate.value == doctest::Approx(0.75));
    CHECK(rate.bounds.low == doctest::Approx(people.low).epsilon(0.01));
    CHECK(rate.bounds.high == doctest::Approx(people.high).epsilon(0.01));
}

TEST_CASE("forty good ratings of forty are no certainty") {
    const CorrectedRate rate = found({{500, 40, 40}, {0, 0, 0}});
    CHECK(*rate.value == 1);
    CHECK(rate.bounds.low == doctest::Approx(clopper_pearson(40, 40, 0.9).low).epsilon(0.01));
    CHECK(rate.bounds.high == 1);
}

TEST_CASE("a group that nobody rated may be all good or all bad") {
    const CorrectedRate rate = found({{400, 50, 50}, {100, 0, 0}});
    CHECK(rate.bounds.low < 0.8);
    CHECK(rate.bounds.low > 0.6);
    CHECK(rate.bounds.high > 0.99);
}

TEST_CASE("without a rating there is the judge alone, and no bound") {
    const CorrectedRate rate = found({{400, 0, 0}, {100, 0, 0}});
    CHECK(rate.judge_alone == doctest::Approx(0.8));
    CHECK_FALSE(rate.value);
    CHECK_FALSE(rate.people);
    CHECK(rate.bounds.low == 0);
    CHECK(rate.bounds.high == 1);
    CHECK(found({{0, 0, 0}, {0, 0, 0}}).judged == 0);
}

TEST_CASE("equal seeds give equal bounds") {
    const std::vector<JudgedGroup> groups{{400, 80, 60}, {80, 15, 2}, {20, 5, 3}};
    CHECK(found(groups).bounds.low == found(groups).bounds.low);
    CHECK(found(groups).bounds.high == found(groups).bounds.high);
}

}  // namespace palier::core
