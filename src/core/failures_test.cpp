#include "core/failures.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <set>

namespace palier::core {
namespace {

GradedCase said(std::string expected, std::string answered) {
    GradedCase one;
    one.case_id = expected + ">" + answered;
    one.grade.score = expected == answered ? k_one : 0;
    one.expected = std::move(expected);
    one.grade.parsed = std::move(answered);
    return one;
}

GradedCase broken(std::string expected, Failure failure) {
    GradedCase one = said(std::move(expected), "");
    one.grade.failure = failure;
    return one;
}

void add(std::vector<GradedCase>& cases, int times, const GradedCase& one) {
    cases.insert(cases.end(), static_cast<std::size_t>(times), one);
}

}  // namespace

TEST_CASE("a System that is always right has neither failures nor a pattern") {
    const Failures found = failures_of({said("a", "a"), said("b", "b")});
    CHECK(found.asked == 2);
    CHECK(found.cases.empty());
    CHECK(found.telling.empty());
    CHECK_FALSE(found.pattern);
    CHECK(failures_of({}).asked == 0);
}

TEST_CASE("a confusion is told with how often it happened where it could") {
    std::vector<GradedCase> cases;
    add(cases, 6, said("normal", "urgent"));
    add(cases, 2, said("normal", "normal"));
    add(cases, 9, said("urgent", "urgent"));
    add(cases, 1, said("urgent", "normal"));
    const Failures found = failures_of(cases);
    CHECK(found.cases.size() == 7);
    REQUIRE(found.pattern);
    CHECK(found.pattern->kind == Pattern::Kind::Confused);
    CHECK(found.pattern->expected == "normal");
    CHECK(found.pattern->answered == "urgent");
    CHECK(found.pattern->times == 6);
    CHECK(found.pattern->of == 8);
}

TEST_CASE("one answer for everything is told as such, not as the largest of its confusions") {
    std::vector<GradedCase> cases;
    add(cases, 3, said("a", "urgent"));
    add(cases, 3, said("b", "urgent"));
    add(cases, 2, said("c", "urgent"));
    add(cases, 1, said("c", "a"));
    const Failures found = failures_of(cases);
    REQUIRE(found.pattern);
    CHECK(found.pattern->kind == Pattern::Kind::Answered);
    CHECK(found.pattern->answered == "urgent");
    CHECK(found.pattern->times == 8);
    CHECK(found.pattern->of == 9);
}

TEST_CASE("two alike are no pattern, nor is a small part of the failures") {
    CHECK_FALSE(failures_of({said("a", "b"), said("a", "b"), said("b", "c")}).pattern);
    std::vector<GradedCase> cases;
    for (char c = 'd'; c < 'q'; ++c) {
        add(cases, 1, said("a", std::string(1, c)));
    }
    add(cases, 3, said("a", "b"));
    CHECK_FALSE(failures_of(cases).pattern);
}

TEST_CASE("answers that cannot be used, and fields, have their patterns too") {
    std::vector<GradedCase> cases{said("a", "b")};
    add(cases, 4, broken("a", Failure::Truncated));
    const Failures cut = failures_of(cases);
    REQUIRE(cut.pattern);
    CHECK(cut.pattern->kind == Pattern::Kind::Failed);
    CHECK(cut.pattern->failure == Failure::Truncated);
    CHECK(cut.pattern->times == 4);

    GradedCase order = said("{}", "{\"total\":1}");
    order.grade.fields["total"] = {0, 1, 1};
    order.grade.fields["name"] = {1, 0, 0};
    const Failures wrong = failures_of({order, order, order});
    REQUIRE(wrong.pattern);
    CHECK(wrong.pattern->kind == Pattern::Kind::Field);
    CHECK(wrong.pattern->answered == "total");
}

TEST_CASE("the telling three are of different kinds, the pattern's first") {
    std::vector<GradedCase> cases;
    add(cases, 1, said("b", "c"));
    add(cases, 1, broken("c", Failure::Timeout));
    add(cases, 4, said("a", "b"));
    add(cases, 2, said("b", "a"));
    const Failures found = failures_of(cases);
    REQUIRE(found.telling.size() == 3);
    CHECK(found.cases[found.telling[0]].case_id == "a>b");
    CHECK(found.cases[found.telling[1]].case_id == "b>a");
    CHECK(found.cases[found.telling[2]].case_id == "b>c");
}

TEST_CASE("of one kind a case that the topline gets right is shown, and the shorter one") {
    GradedCase shared = said("a", "b"), own = shared, short_own = shared;
    shared.case_id = "shared";
    shared.elsewhere_right = false;
    own.case_id = "own";
    own.elsewhere_right = true;
    own.input = "a long message";
    short_own.case_id = "short";
    short_own.elsewhere_right = true;
    short_own.input = "short";
    const Failures found = failures_of({shared, own, short_own});
    REQUIRE(found.telling.size() == 3);
    CHECK(found.cases[found.telling[0]].case_id == "short");
    CHECK(found.cases[found.telling[1]].case_id == "own");
    CHECK(found.cases[found.telling[2]].case_id == "shared");
}

TEST_CASE(
    "whatever the answers, the telling ones are failures, each once, and as many as there are") {
    Rng rng(5);
    for (int round = 0; round < 300; ++round) {
        std::vector<GradedCase> cases;
        const std::uint64_t count = rng.below(12);
        for (std::uint64_t i = 0; i < count; ++i) {
            GradedCase one = said(std::string(1, static_cast<char>('a' + rng.below(3))),
                                  std::string(1, static_cast<char>('a' + rng.below(3))));
            if (rng.below(5) == 0) {
                one.grade.failure = Failure::InvalidAnswer;
                one.grade.score = 0;
            }
            cases.push_back(one);
        }
        const Failures found = failures_of(cases);
        CHECK(found.telling.size() == std::min<std::size_t>(3, found.cases.size()));
        CHECK(std::set<std::size_t>(found.telling.begin(), found.telling.end()).size() ==
              found.telling.size());
        for (const std::size_t i : found.telling) {
            CHECK(found.cases.at(i).grade.score < k_one);
        }
        if (found.pattern) {
            CHECK(found.pattern->times >= 3);
            CHECK(found.pattern->times <= found.pattern->of);
        }
    }
}

}  // namespace palier::core
