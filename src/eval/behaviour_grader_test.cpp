#include "base/text.h"
#include "eval/codes.h"
#include "eval/dataset.h"
#include "eval/grader.h"
#include "eval/split.h"
#include "eval/test_graders.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

core::Case with_texts() {
    core::Case item = expecting({"\\b[0-9]{5}\\b"});
    item.accepts = {"75001", "00000"};
    item.refuses = {"7500", "750011", "abcde"};
    return item;
}

core::Grade graded(const core::Case& item, std::string_view answer) {
    const auto grader = grader_of(generating("regex_behaviour"));
    REQUIRE(grader->check(item));
    return grader->grade_text(item, answer);
}

TEST_CASE("a pattern is right when it matches the same texts as an expected one") {
    const core::Case item = expecting({"([0-9])+", "none"});
    CHECK(graded(item, "```\n^\\d+$\n```").score == k_one);
    CHECK(graded(item, "none").score == k_one);
    CHECK(graded(item, "[0-9]*").score == 0);
    CHECK(graded(item, "/[0-9]+/g").score == k_one);
    // Word edges are not followed, and make no difference here.
    CHECK(graded(item, "\\b[0-9]+\\b").score == k_one);
    CHECK(graded(item, "\\b[0-9]+\\b").parsed == "\\b[0-9]+\\b");
}

TEST_CASE("texts of the case decide alone where there are some") {
    CHECK(graded(with_texts(), "[0-9]{5}").score == k_one);
    CHECK(graded(with_texts(), "[07][05][0-9]{3}").score == k_one);
    CHECK(graded(with_texts(), "[0-9]{4,5}").score == 0);
    CHECK(graded(with_texts(), ".*").score == 0);
}

TEST_CASE("a pattern that RE2 refuses is a failure of its kind, with RE2's words") {
    const core::Grade broken = graded(expecting({"a"}), "(a");
    CHECK(broken.failure == core::Failure::PatternError);
    CHECK(broken.failure_detail == "missing ): (a");
    CHECK(broken.parsed == "(a");
    CHECK(broken.metrics.at("regex_compiles") == 0);
    CHECK(graded(expecting({"a"}), "(?=a)a").failure == core::Failure::PatternError);
    // Too many states: refused by RE2, and no time is lost on it.
    CHECK(graded(expecting({"a"}), "((a{1,100}){1,100}){1,100}").failure ==
          core::Failure::PatternError);
    CHECK(graded(expecting({"a"}), "").failure == core::Failure::InvalidAnswer);
    const auto compiles = grader_of(generating("regex_compiles"));
    CHECK(compiles->grade_text(expecting({"a"}), "b").score == k_one);
}

TEST_CASE("a pattern that would explode elsewhere is judged in linear time") {
    const std::string evil = "(a+)+b";
    core::Case item = expecting({evil});
    item.accepts = {std::string(200, 'a') + "b"};
    item.refuses = {std::string(20'000, 'a')};
    CHECK(graded(item, evil).score == k_one);
    CHECK(graded(expecting({"a+b"}), evil).score == k_one);
}

TEST_CASE("a case that cannot decide is refused with its line") {
    const auto grader = grader_of(generating("regex_behaviour"));
    const auto refused = [&](const core::Case& item) {
        const auto checked = grader->check(item);
        REQUIRE_FALSE(checked);
        CHECK(filled("{line} {id}", checked.error().args) == "4 line-4");
        return checked.error();
    };
    CHECK(refused(expecting({"a", "("})).code == codes::broken_expected_pattern);
    CHECK(refused(expecting({"\\bdog"})).code == codes::expected_pattern_not_followed);
    core::Case one_sided = with_texts();
    one_sided.refuses.clear();
    const Error sided = refused(one_sided);
    CHECK(sided.code == codes::one_sided_examples);
    CHECK(filled("{there} {missing}", sided.args) == "accepts refuses");
    core::Case wrong = with_texts();
    wrong.refuses.emplace_back("12345");
    const Error misjudges = refused(wrong);
    CHECK(misjudges.code == codes::expected_pattern_misjudges);
    CHECK(filled("{text}", misjudges.args) == "12345");
}

TEST_CASE("the texts of a case are read from its record and are part of it") {
    const std::string text = R"({"input":"a","expected":"b","accepts":["b",5],"refuses":"c"}
{"input":"a","expected":"b","accepts":["b"],"refuses":["d"]}
)";
    const auto data = read_dataset_text(text, "cases.jsonl", generating("regex_behaviour"));
    REQUIRE(data);
    CHECK(data->cases[0].accepts == std::vector<std::string>{"b", "5"});
    CHECK(data->cases[0].refuses == std::vector<std::string>{"c"});
    CHECK(content_hash(data->cases[0]) != content_hash(data->cases[1]));
    CHECK(read_dataset_text(text, "cases.jsonl", generating("exact"))->cases[0].accepts.empty());
    CHECK(read_dataset_text(R"({"input":"a","expected":"b","accepts":[{}]})",
                            "cases.jsonl",
                            generating("regex_behaviour"))
              .error()
              .code == codes::wrong_type);
}

}  // namespace
}  // namespace palier::eval
