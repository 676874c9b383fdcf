#include "eval/examples.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace palier::eval {
namespace {

struct Cases {
    std::vector<core::Case> cases;
    std::vector<const core::Case*> view;

    explicit Cases(const std::vector<std::pair<std::string, std::string>>& pairs)
        : cases(pairs.size()) {
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            cases[i].input = pairs[i].first;
            cases[i].expected = {pairs[i].second};
            view.push_back(&cases[i]);
        }
    }
};

std::vector<std::string> kinds(core::Task task, const std::vector<std::string>& expected) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& text : expected) {
        pairs.emplace_back("input " + std::to_string(pairs.size()), text);
    }
    const Cases dev(pairs);
    std::vector<std::string> found;
    for (const core::Example& example : examples_of(task, dev.view, {})) {
        found.push_back(example.kind);
    }
    return found;
}

TEST_CASE("an example that test has too, or nearly, is never shown") {
    const Cases dev({{"the parcel of last Monday has not arrived yet", "delivery"},
                     {"please send me the invoice of May", "billing"},
                     {"how do I change my password", "account"}});
    const Cases test({{"The parcel of last Monday has not arrived yet!", "delivery"},
                      {"how do I change my password", "account"}});
    const auto examples = examples_of(core::Task::Classify, dev.view, test.view);
    REQUIRE(examples.size() == 3);
    CHECK_FALSE(examples[0].may_be_shown);
    CHECK(examples[1].may_be_shown);
    CHECK_FALSE(examples[2].may_be_shown);
    CHECK(examples[1].kind == "billing");
}

TEST_CASE("the same question about another context is another case") {
    Cases dev({{"is this review positive", "yes"}, {"is this review positive", "no"}});
    Cases test({{"is this review positive", "no"}, {"another question altogether", "yes"}});
    dev.cases[0].context = "the room was clean";
    dev.cases[1].context = "nobody answered the phone";
    test.cases[0].context = "nobody answered the phone";
    CHECK(nearly_among(dev.view, test.view) == std::vector<bool>{false, true});
}

TEST_CASE("the kind of a JSON object is what it has and what is empty in it") {
    const auto forms = kinds(core::Task::Extract,
                             {R"({"a":1,"b":null})", R"({"a":2,"b":null})", R"({"a":1,"b":"x"})"});
    CHECK(forms[0] == forms[1]);
    CHECK(forms[0] != forms[2]);
}

TEST_CASE("a question without an answer is a kind of its own") {
    const auto forms = kinds(core::Task::Answer, {"Paris", "", "Rome"});
    CHECK(forms[0] == forms[2]);
    CHECK(forms[0] != forms[1]);
}

}  // namespace
}  // namespace palier::eval
