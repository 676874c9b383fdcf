#include "base/text.h"
#include "eval/codes.h"
#include "eval/dataset.h"
#include "eval/grader.h"
#include "eval/same_calls.h"
#include "eval/test_graders.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

bool right(const std::string& expected, std::string_view answer) {
    const auto grader = grader_of(generating("tool_calls"));
    const core::Case item = expecting({expected});
    REQUIRE(grader->check(item));
    return grader->grade_text(item, answer).score == k_one;
}

const std::string k_area =
    R"([{"name":"area","arguments":{"base":[6],"height":[10,"ten"],"unit":["cm",null]}}])";

TEST_CASE("a call is right with the name and accepted values of all its arguments") {
    CHECK(right(k_area, R"({"name":"area","arguments":{"base":6,"height":10}})"));
    CHECK(right(k_area, R"({"name":"area","arguments":{"height":10.0,"base":6,"unit":"cm"}})"));
    CHECK(right(k_area, R"({"name":"area","arguments":{"base":6,"height":"Ten","unit":null}})"));
    for (const char* wrong : {R"({"name":"Area","arguments":{"base":6,"height":10}})",
                              R"({"name":"area","arguments":{"base":6}})",
                              R"({"name":"area","arguments":{"base":"6","height":10}})",
                              R"({"name":"area","arguments":{"base":6,"height":11}})",
                              R"({"name":"area","arguments":{"base":6,"height":10,"unit":"m"}})",
                              R"({"name":"area","arguments":{"base":6,"height":10,"depth":1}})",
                              R"([{"name":"area","arguments":{"base":6,"height":10}},
                                  {"name":"area","arguments":{"base":6,"height":10}}])",
                              "The area is 30.",
                              "[]"}) {
        INFO(wrong);
        CHECK_FALSE(right(k_area, wrong));
    }
}

TEST_CASE("texts are compared as the leaderboard does, lists and objects by their parts") {
    const auto takes = [](const std::string& accepted, const std::string& given) {
        return right(R"({"name":"f","arguments":{"x":[)" + accepted + "]}}",
                     R"({"name":"f","arguments":{"x":)" + given + "}}");
    };
    CHECK(takes(R"("New York, NY")", R"("new york NY")"));
    CHECK(takes(R"("it's")", R"("it\"s")"));
    CHECK_FALSE(takes(R"("Paris")", R"("London")"));
    CHECK(takes(R"(["A b", 1])", R"(["a-b", 1.0])"));
    CHECK_FALSE(takes("[1, 2]", "[2, 1]"));
    CHECK(takes(R"({"city": "Nice", "n": 2})", R"({"n": 2, "city": "NICE"})"));
    CHECK_FALSE(takes(R"({"city": "Nice"})", R"({"city": "Nice", "n": 2})"));
    CHECK_FALSE(takes("true", "\"true\""));
    CHECK_FALSE(takes("1", "true"));
}

TEST_CASE("parallel calls are right in any order, each for one that is due") {
    const std::string two =
        R"([{"name":"f","arguments":{"x":[1,2]}},{"name":"f","arguments":{"x":[1]}}])";
    CHECK(right(two, R"([{"name":"f","arguments":{"x":1}},{"name":"f","arguments":{"x":2}}])"));
    CHECK(right(two, R"([{"name":"f","arguments":{"x":2}},{"name":"f","arguments":{"x":1}}])"));
    CHECK(right(two, R"([{"name":"f","arguments":{"x":1}},{"name":"f","arguments":{"x":1}}])"));
    CHECK_FALSE(
        right(two, R"([{"name":"f","arguments":{"x":2}},{"name":"f","arguments":{"x":2}}])"));
    CHECK_FALSE(right(two, R"({"name":"f","arguments":{"x":1}})"));
}

TEST_CASE("where no call is due, words are right and a call is wrong") {
    CHECK(right("[]", "None of the functions can do that."));
    CHECK(right("[]", "[]"));
    CHECK_FALSE(right("[]", R"({"name":"f","arguments":{}})"));
}

TEST_CASE("a call that breaks off is no usable answer, and the names are a metric of their own") {
    const auto grader = grader_of(generating("tool_calls"));
    const core::Case item = expecting({k_area});
    CHECK(grader->grade_text(item, R"({"name":"area","arguments":{"base":)").failure ==
          core::Failure::InvalidAnswer);
    const core::Grade grade = grader->grade_text(item, R"({"name":"area","arguments":{"base":7}})");
    CHECK(grade.score == 0);
    CHECK(grade.metrics.at("tool_names") == k_one);
    CHECK(grade.parsed == R"([{"name":"area","arguments":{"base":7}}])");
    CHECK(grader_of(generating("tool_names"))
              ->grade_text(item, R"({"name":"area","arguments":{}})")
              .score == k_one);
}

TEST_CASE("an example shows a call as a model would write it, and it is right") {
    CHECK(example_of_calls(k_area) ==
          R"({"name":"area","arguments":{"base":6,"height":10,"unit":"cm"}})");
    const std::string two =
        R"([{"name":"f","arguments":{"x":[null,1]}},{"name":"g","arguments":{"y":[[1,2]]}}])";
    CHECK(example_of_calls(two) ==
          R"([{"name":"f","arguments":{}},{"name":"g","arguments":{"y":[1,2]}}])");
    CHECK(example_of_calls("[]") == "[]");
    CHECK(example_of_calls("[5]").empty());
    for (const std::string& expected : {k_area, two, std::string("[]")}) {
        CHECK(right(expected, example_of_calls(expected)));
    }
    core::Case item = expecting({k_area});
    CHECK(item.shown() == k_area);
    item.answered = example_of_calls(k_area);
    CHECK(item.shown() == item.answered);
}

TEST_CASE("expected calls are read from JSON or its text, and what is none is refused") {
    const auto data = read_dataset_text(R"({"input":"a","expected":[]}
{"input":"b","expected":[{"name":"f","arguments":{"x":1}}]}
{"input":"c","expected":"[{\"name\":\"f\",\"arguments\":{}}]"}
)",
                                        "cases.jsonl",
                                        generating("tool_calls"));
    REQUIRE(data);
    const auto grader = grader_of(generating("tool_calls"));
    CHECK(check_cases(*grader, data->cases));
    CHECK(data->cases[0].expected == std::vector<std::string>{"[]"});
    CHECK(data->cases[1].shown() == R"({"name":"f","arguments":{"x":1}})");
    for (const auto& [expected, why] :
         {std::pair(R"([{"arguments":{}}])", "call 1 has no \"name\""),
          std::pair(R"([{"name":"f","arguments":{}},{"name":"f"}])",
                    "call 2 has no object \"arguments\""),
          std::pair(R"([{"name":"f","arguments":{"x":[]}}])",
                    "call 1, \"x\": an empty list, which no value is in"),
          std::pair("[5]", "call 1 has no \"name\"")}) {
        const auto checked = grader->check(expecting({expected}));
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == codes::no_due_calls);
        CHECK(filled("{line} {why}", checked.error().args) == "4 " + std::string(why));
    }
    CHECK(read_dataset_text(
              R"({"input":"a","expected":"call f"})", "c.jsonl", generating("tool_calls"))
              .error()
              .code == codes::expected_is_no_json);
}

}  // namespace
}  // namespace palier::eval
