#include "core/judged.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::core {
namespace {

using enum RuleVerdict;

// A hundred answers of one System: the judge calls the first eighty good; people rate every second
// one and find those of the first seventy good.
struct World {
    std::vector<GivenAnswer> answers;
    std::vector<Rating> ratings;
    JudgedTexts verdicts;
    std::int64_t test_cases = 100;
    bool on_dev = false;

    World() {
        for (int i = 0; i < 100; ++i) {
            const std::string key = std::to_string(i);
            answers.push_back({0, "c" + key, key, false, 0});
            verdicts[key] = {Holds, i < 80 ? Holds : Broken};
            if (i % 2 == 0) {
                ratings.push_back({key, "ann", i < 70 ? Opinion::Good : Opinion::Bad, ""});
            }
        }
    }
    [[nodiscard]] JudgedSummary summary() const {
        return summarise_judged({1, 2, answers, ratings, verdicts, 0.01, on_dev, test_cases});
    }
    [[nodiscard]] bool lacks_promise(NoPromise why) const {
        const auto reasons = summary().systems[0].why_not;
        return std::ranges::find(reasons, why) != reasons.end();
    }
};

}  // namespace

TEST_CASE("a judge is measured against people before anything is said of Systems") {
    const JudgedSummary found = World().summary();
    CHECK(found.quality.agreement.cases == 50);
    CHECK(found.quality.agreement.equal == 45);  // 70 to 79 are bad, and it calls them good
    CHECK(found.quality.sensitivity.found == 35);
    CHECK(found.quality.sensitivity.of == 35);
    CHECK(found.quality.specificity.found == 10);
    CHECK(found.quality.specificity.of == 15);
    CHECK(found.quality.specificity.share.low < 10.0 / 15);
    CHECK(found.broken == std::vector<std::int64_t>{0, 20});
}

TEST_CASE("with ratings the judged rate is corrected, and its bound promised") {
    const JudgedSystem system = World().summary().systems[0];
    CHECK(system.rate.judge_alone == doctest::Approx(0.8));
    CHECK(*system.rate.value == doctest::Approx(0.7));
    CHECK(system.rate.bounds.low < 0.7);
    CHECK(system.rate.bounds.low > 0.45);
    CHECK(system.rate.bounds.level == doctest::Approx(0.99));
    CHECK(system.why_not.empty());
}

TEST_CASE("without a rating nothing is promised, and there is no bound") {
    World world;
    world.ratings.clear();
    world.answers[0].empty = true;  // bad by rule, which is no rating by people
    const JudgedSystem system = world.summary().systems[0];
    CHECK_FALSE(system.rate.value);
    CHECK(system.rate.bounds.low == 0);
    CHECK(world.lacks_promise(NoPromise::NoRating));
}

TEST_CASE("what was chosen, stopped, left out or skipped is no promise") {
    World world;
    SUBCASE("answers to dev cases") {
        world.on_dev = true;
        CHECK(world.lacks_promise(NoPromise::Chosen));
    }
    SUBCASE("a climb that stopped early") {
        world.test_cases = 101;
        CHECK(world.lacks_promise(NoPromise::StoppedEarly));
    }
    SUBCASE("answers that nobody has judged") {
        world.verdicts.erase("7");
        CHECK(world.lacks_promise(NoPromise::NotJudged));
        CHECK(world.summary().systems[0].judged == 99);
    }
    SUBCASE("a judge without a verdict on more than a tenth") {
        for (int i = 0; i < 10; ++i) {
            world.verdicts[std::to_string(i)] = {Holds, None};
        }
        CHECK_FALSE(world.lacks_promise(NoPromise::NoVerdict));
        world.verdicts["10"] = {None, None};
        CHECK(world.lacks_promise(NoPromise::NoVerdict));
        CHECK(world.summary().systems[0].no_verdict == 11);
        CHECK(world.summary().quality.no_verdict == 6);
    }
    SUBCASE("people who skipped more than a tenth") {
        for (int i = 0; i < 6; ++i) {
            world.ratings[static_cast<std::size_t>(i)].opinion = Opinion::Skipped;
        }
        CHECK(world.lacks_promise(NoPromise::Skipped));
    }
}

TEST_CASE("one broken rule is bad, whatever the judge could not say of another") {
    CHECK(judged_good({Holds, Holds}) == true);
    CHECK(judged_good({None, Broken}) == false);
    CHECK_FALSE(judged_good({Holds, None}));
    CHECK_FALSE(judged_good({}));
}

TEST_CASE("empty answers are bad without a look, and known to be") {
    World world;
    for (int i = 50; i < 100; ++i) {
        world.answers[static_cast<std::size_t>(i)].empty = true;
    }
    const JudgedSystem system = world.summary().systems[0];
    CHECK(system.good == 50);
    CHECK(*system.rate.value < 0.55);
    CHECK(system.rate.bounds.high < 0.7);
}

TEST_CASE("of a group of cases only the first answer counts for the rate") {
    World world;
    for (std::size_t i = 1; i < 40; ++i) {
        world.answers[i].independent = false;
    }
    const JudgedSystem system = world.summary().systems[0];
    CHECK(system.answers == 100);
    CHECK(system.independent == 61);
    CHECK(system.rate.judged == 61);
}

TEST_CASE("several Systems share alpha") {
    World world;
    const std::size_t one = world.answers.size();
    for (std::size_t i = 0; i < one; ++i) {
        world.answers.push_back(world.answers[i]);
        world.answers.back().system = 1;
    }
    const auto found =
        summarise_judged({2, 2, world.answers, world.ratings, world.verdicts, 0.01, false, 100});
    CHECK(found.systems[0].rate.bounds.level == doctest::Approx(0.995));
    CHECK(found.systems[0].rate.bounds.low == found.systems[1].rate.bounds.low);
    CHECK(found.texts == 100);
}

TEST_CASE("a verdict is read back from its word") {
    for (const RuleVerdict verdict : {Holds, Broken, None}) {
        CHECK(rule_verdict_from(name_of(verdict)) == verdict);
    }
    CHECK_FALSE(rule_verdict_from("yes"));
}

}  // namespace palier::core
