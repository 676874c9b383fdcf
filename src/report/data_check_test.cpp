#include "report/data_check.h"

#include "lib/json/json.h"
#include "planning/codes.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

planning::DataCheck check() {
    planning::DataCheck made;
    made.metric = "accuracy";
    made.threshold = 900'000;
    made.alpha = 0.01;
    made.k = 3;
    made.test_cases = made.independent = 1200;
    made.needed_if_all_right = 74;
    made.supposed = {{950'000, {210, 400}, {150, std::nullopt}}};
    made.labels = {{"billing", 1195}, {"delivery", 5}};
    return made;
}

}  // namespace

TEST_CASE("a test set that can carry a verdict says so, in 80 columns and both languages") {
    planning::DataCheck good = check();
    good.can_carry = true;
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = data_check_text(language, good);
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        CHECK(text.find("PAL-") == std::string::npos);
        CHECK(text.find("210 / 400") != std::string::npos);
        CHECK(text.find("150 / -") != std::string::npos);
    }
}

TEST_CASE("one that cannot gives its reasons, with a code for scripts") {
    planning::DataCheck bad = check();
    bad.reasons = {{planning::codes::too_many_leaks, {{"count", "30"}, {"cases", "1200"}}}};
    CHECK(data_check_text(Language::En, bad).find("\n- ") != std::string::npos);
    CHECK(data_check_text(Language::En, bad).starts_with("This set cannot carry a verdict"));
    core::Note small{planning::codes::too_few_cases,
                     {{"count", "60"}, {"need", "74"}, {"wanted", "1125"}}};
    planning::DataCheck few = check();
    few.reasons = {small};
    few.decides = true;
    CHECK(data_check_text(Language::En, few)
              .starts_with("accuracy at 90 %: this set decides on its own cases"));
    CHECK(data_check_text(Language::Fr, few).find("1\u00a0125") != std::string::npos);
    const auto value = json::parse_or_nothing(data_check_json(Language::En, bad));
    REQUIRE(value);
    CHECK_FALSE((*value)["can_carry"].as_bool());
    CHECK_FALSE((*value)["decides_on_these_cases"].as_bool());
    CHECK((*value)["reasons"].as_array()[0]["code"].as_int() == planning::codes::too_many_leaks);
    CHECK((*value)["labels"]["delivery"].as_int() == 5);
    CHECK((*value)["cases_needed"].as_array()[0]["promise_a"]["nine_in_ten"].is_null());
}

}  // namespace palier::report
