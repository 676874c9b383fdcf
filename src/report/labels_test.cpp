#include "report/labels.h"

#include "lib/json/json.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

namespace palier::report {

TEST_CASE("two readings of the same cases: their agreement is said with its intervals") {
    Labelled found;
    found.file = "labels.jsonl";
    found.labelled = 4;
    found.agreement = core::agreement_of({{0, 0}, {1, 1}, {0, 1}, {1, 1}}, 0.95);
    found.unsettled = {"c3"};
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text =
            labelled_text(language, found) + agreement_text(language, found.agreement);
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        CHECK(text.find("PAL-") == std::string::npos);
        CHECK(text.find(language == Language::Fr ? "0,5" : "0.5") != std::string::npos);  // kappa
    }
    const auto value = json::parse_or_nothing(labelled_json(found));
    REQUIRE(value);
    CHECK((*value)["agreement"]["equal"].as_int() == 3);
    CHECK((*value)["agreement"]["unsettled"].as_array()[0].as_string() == "c3");
}

TEST_CASE("without a second pass there is no agreement, and without labels no kappa") {
    CHECK((*json::parse_or_nothing(labelled_json({})))["agreement"].is_null());
    core::Agreement texts = core::agreement_of({{0, 0}, {1, 1}}, 0.95);
    texts.kappa.reset();
    CHECK(agreement_text(Language::En, texts).find("not defined") != std::string::npos);
}

}  // namespace palier::report
