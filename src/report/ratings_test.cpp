#include "report/ratings.h"

#include "lib/json/json.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::report {
namespace {

// Two Systems, two raters who differ once, and an answer that says nothing.
Rated some() {
    Rated rated;
    rated.run = "r7f3a1c";
    rated.metric = "token_f1";
    rated.systems = {"qwen2.5-coder-0.5b-instruct-with-a-long-name/zero-shot",
                     "smollm2-135m/few-shot"};
    const std::vector<core::GivenAnswer> answers{{0, "c1", "a", false, k_one},
                                                 {0, "c2", "b", false, 0},
                                                 {1, "c1", "a", false, k_one},
                                                 {1, "c2", "d", true, 0}};
    rated.found = core::summarise(2,
                                  answers,
                                  {{"a", "ann", core::Opinion::Good, ""},
                                   {"a", "bob", core::Opinion::Good, ""},
                                   {"b", "ann", core::Opinion::Good, ""},
                                   {"b", "bob", core::Opinion::Bad, ""},
                                   {"d", "ann", core::Opinion::Bad, ""}},
                                  0.95);
    return rated;
}

// Wherever its lines break.
std::string in_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

}  // namespace

TEST_CASE("ratings are told in 80 columns in both languages: shares, doubts and agreements") {
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = rated_text(language, some());
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        CHECK(text.find("PAL-") == std::string::npos);
        CHECK(text.find('{') == std::string::npos);
        CHECK(in_one_line(text).find("ann 2, bob 2") != std::string::npos);
        CHECK(text.find("smollm2-135m/few-shot") != std::string::npos);
        CHECK(text.find("50 %") != std::string::npos);
    }
    CHECK(rated_text(Language::En, some()).find("ann and bob.") != std::string::npos);
    Rated on_dev = some();
    on_dev.on_dev = true;
    CHECK(rated_text(Language::En, on_dev).find("No system was proved") != std::string::npos);
}

TEST_CASE("as JSON what was not rated is null") {
    const auto value = json::parse_or_nothing(rated_json(some()));
    REQUIRE(value);
    const json::Value& first = (*value)["systems"].as_array()[0];
    CHECK(first["rated"].as_int() == 2);
    CHECK(first["good"].as_int() == 1);
    CHECK(first["disputed"].as_int() == 1);
    CHECK((*value)["systems"].as_array()[1]["empty"].as_int() == 1);
    CHECK((*value)["between_raters"].as_array()[0]["agreement"]["equal"].as_int() == 1);
    Rated none = some();
    none.found = core::summarise(2, {{0, "c1", "a", false, k_one}}, {}, 0.95);
    const auto empty = json::parse_or_nothing(rated_json(none));
    REQUIRE(empty);
    CHECK((*empty)["with_grader"].is_null());
    CHECK((*empty)["systems"].as_array()[0]["share_good"].is_null());
    CHECK(in_one_line(rated_text(Language::En, none)).find("palier rate r7f3a1c") !=
          std::string::npos);
}

}  // namespace palier::report
