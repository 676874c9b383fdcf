#include "core/rating.h"

#include <doctest/doctest.h>

namespace palier::core {
namespace {

GivenAnswer given(std::size_t system, const std::string& key, Micros score) {
    return {system, "c-" + key, key, false, score};
}

}  // namespace

TEST_CASE("one look at a text rates it for every System that said it") {
    const std::vector<GivenAnswer> answers{
        given(0, "same", k_one), given(1, "same", k_one), given(1, "other", 0)};
    const RatingSummary found = summarise(
        2, answers, {{"same", "ann", Opinion::Good, ""}, {"other", "ann", Opinion::Bad, ""}}, 0.95);
    CHECK(found.systems[0].rated == 1);
    CHECK(found.systems[0].good == 1);
    CHECK(found.systems[1].rated == 2);
    CHECK(found.systems[1].good == 1);
    CHECK(found.systems[1].share.low > 0);
    CHECK(found.systems[1].share.high < 1);
    CHECK(found.texts == 2);
    CHECK(found.rated_texts == 2);
}

TEST_CASE("a skipped text says nothing of its System") {
    const RatingSummary found =
        summarise(1, {given(0, "a", k_one)}, {{"a", "ann", Opinion::Skipped, ""}}, 0.95);
    CHECK(found.systems[0].answers == 1);
    CHECK(found.systems[0].rated == 0);
    CHECK(found.systems[0].share.low == 0);
    CHECK(found.systems[0].share.high == 1);
    CHECK(found.skipped_texts == 1);
}

TEST_CASE("a text on which people are divided is disputed, and not good") {
    const std::vector<Rating> ratings{{"a", "ann", Opinion::Good, ""},
                                      {"a", "bob", Opinion::Bad, ""},
                                      {"b", "ann", Opinion::Good, ""},
                                      {"b", "bob", Opinion::Bad, ""},
                                      {"b", "eve", Opinion::Good, ""}};
    const RatingSummary found = summarise(1, {given(0, "a", 0), given(0, "b", 0)}, ratings, 0.95);
    CHECK(found.systems[0].rated == 2);
    CHECK(found.systems[0].good == 1);
    CHECK(found.systems[0].disputed == 1);
    REQUIRE(found.raters.size() == 3);  // ann-bob, ann-eve, bob-eve
    CHECK(found.raters[0].first == "ann");
    CHECK(found.raters[0].second == "bob");
    CHECK(found.raters[0].agreement.cases == 2);
    CHECK(found.raters[0].agreement.equal == 0);
    CHECK(found.raters[1].agreement.equal == 1);
    CHECK(found.by_rater.at("ann") == 2);
    CHECK(found.by_rater.at("eve") == 1);
}

TEST_CASE("people and the grader agree by text; empty answers count for the System only") {
    std::vector<GivenAnswer> answers{
        given(0, "a", k_one), given(0, "b", 400'000), given(0, "c", 500'000), given(0, "d", 0)};
    answers.back().empty = true;
    const RatingSummary found = summarise(1,
                                          answers,
                                          {{"a", "ann", Opinion::Good, ""},
                                           {"b", "ann", Opinion::Bad, ""},
                                           {"c", "ann", Opinion::Bad, ""},
                                           {"d", "ann", Opinion::Bad, ""}},
                                          0.95);
    CHECK(found.with_grader.cases == 3);
    CHECK(found.with_grader.equal == 2);  // the grader takes half a score for right
    CHECK(found.systems[0].rated == 4);
    CHECK(found.systems[0].empty == 1);
    CHECK(found.texts == 3);
}

TEST_CASE("ratings of texts that nobody gave are passed over") {
    const RatingSummary found =
        summarise(1,
                  {given(0, "a", k_one)},
                  {{"gone", "ann", Opinion::Good, ""}, {"gone", "bob", Opinion::Good, ""}},
                  0.95);
    CHECK(found.rated_texts == 0);
    CHECK(found.raters.empty());
    CHECK(found.by_rater.empty());
}

TEST_CASE("an opinion is read back from its word") {
    for (const Opinion opinion : {Opinion::Good, Opinion::Bad, Opinion::Skipped}) {
        CHECK(opinion_from(name_of(opinion)) == opinion);
    }
    CHECK_FALSE(opinion_from("Good"));
    CHECK_FALSE(opinion_from(""));
}

}  // namespace palier::core
