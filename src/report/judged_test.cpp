#include "report/judged.h"

#include "report/test_width.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::report {
namespace {

using enum core::RuleVerdict;

// Sixty answers each of two Systems; the judge likes fifty of the first and all of the second.
struct Made {
    std::vector<core::GivenAnswer> answers;
    std::vector<core::Rating> ratings;
    core::JudgedTexts verdicts;

    Made() {
        for (std::size_t i = 0; i < 120; ++i) {
            const std::string key = std::to_string(i);
            answers.push_back({i % 2, "c" + key, key, false, 0});
            verdicts[key] = {i >= 100 && i % 2 == 0 ? Broken : Holds};
            if (i < 40) {
                ratings.push_back(
                    {key, "ann", i % 5 == 0 ? core::Opinion::Bad : core::Opinion::Good, ""});
            }
        }
    }
    [[nodiscard]] Rated rated(std::int64_t test_cases = 60) const {
        Rated out;
        out.run = "r7f3a1c";
        out.metric = "contains";
        out.systems = {"qwen2.5-coder-0.5b/few-shot", "smollm2-135m/zero-shot"};
        out.found = core::summarise(2, answers, ratings, 0.95);
        out.judged = Judged{
            {"qwen2.5-coder-1.5b", "sha", {"The answer is in French and polite."}, {"hash"}},
            core::summarise_judged({2, 1, answers, ratings, verdicts, 0.01, false, test_cases}),
            Judged::Asked{120, 40'000, 0, 75, 0.02, "EUR", "mistral/small"}};
        return out;
    }
};

json::Value object_of(const Rated& rated) {
    return judged_object(rated, *rated.judged);
}

std::string flat(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

}  // namespace

TEST_CASE("a judge is held against people before it says anything of Systems") {
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string text = rated_text(language, Made().rated());
        CHECK_MESSAGE(too_wide(text).empty(), too_wide(text));
        CHECK(text.find("PAL-") == std::string::npos);
        CHECK(text.find('{') == std::string::npos);
    }
    const std::string text = flat(rated_text(Language::En, Made().rated()));
    const std::size_t people = text.find("The judge and people.");
    CHECK(people != std::string::npos);
    CHECK(people < text.find("corrected"));
    CHECK(text.find("asked 120 times: 40,000 tokens read") != std::string::npos);
    CHECK(text.find("list price of mistral/small that is") != std::string::npos);
    CHECK(text.find("not promised") == std::string::npos);
}

TEST_CASE("why a rate is no promise is said, and whose judge is its own model") {
    Rated rated = Made().rated(300);
    rated.judged->found.systems[1].judges_itself = true;
    const std::string text = flat(rated_text(Language::En, rated));
    CHECK(text.find("not promised (qwen2.5-coder-0.5b/few-shot, smollm2-135m/zero-shot): the climb "
                    "stopped") != std::string::npos);
    CHECK(text.find("smollm2-135m/zero-shot is judged by its own model") != std::string::npos);
    const json::Value value = judged_object(rated, *rated.judged);
    const json::Value& system = value["systems"].as_array()[1];
    CHECK(system["judges_itself"].as_bool());
    CHECK_FALSE(system["promised"].as_bool());
    CHECK(system["not_promised_because"].as_array()[0].as_string() == "stopped_early");
}

TEST_CASE("without people nothing is known of a judge") {
    Made made;
    made.ratings.clear();
    const std::string text = flat(rated_text(Language::En, made.rated()));
    CHECK(text.find("nothing is known of this judge") != std::string::npos);
    CHECK(text.find("people rated none of its answers") != std::string::npos);
    const json::Value value = object_of(made.rated());
    CHECK(value["with_people"].is_null());
    CHECK(value["systems"].as_array()[0]["bounds"].is_null());
    CHECK(value["systems"].as_array()[0]["corrected"].is_null());
}

TEST_CASE("for scripts each figure stands by its name") {
    const json::Value value = object_of(Made().rated());
    CHECK(value["rules"].as_array()[0]["broken"].as_int() == 10);
    CHECK(value["with_people"]["sensitivity"]["of"].as_int() == 32);
    CHECK(value["with_people"]["specificity"]["found"].as_int() == 0);
    const json::Value& system = value["systems"].as_array()[0];
    CHECK(system["promised"].as_bool());
    CHECK(system["bounds"]["level"].as_double() == doctest::Approx(0.995));
    CHECK(system["bounds"]["low"].as_double() < system["corrected"].as_double());
}

TEST_CASE("a dry run counts the questions") {
    const JudgeDryRun dry{"m", 200, 100, 2};
    CHECK(judge_dry_text(Language::En, dry).find("200 questions") != std::string::npos);
    CHECK((*json::parse_or_nothing(judge_dry_json(dry)))["requests"].as_int() == 200);
}

}  // namespace palier::report
