#include "eval/grader.h"

#include "base/rng.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/test_graders.h"
#include "lib/regex/codes.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

core::Job job_of(core::Task task, std::string metric, std::string language = "en") {
    core::Job job;
    job.task = task;
    job.language = std::move(language);
    job.labels = {"ham", "spam"};
    job.constraints.quality.metric = std::move(metric);
    return job;
}

core::Grade graded(const core::Job& job, std::string expected, std::string_view answer) {
    return grader_of(job)->grade_text(expecting({std::move(expected)}), answer);
}

TEST_CASE("an unknown metric names those of the task") {
    const auto result = make_grader(job_of(core::Task::Classify, "em"));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == codes::unknown_metric);
    CHECK(filled("{metric} {task}: {known}", result.error().args) ==
          "em classify: accuracy, macro_f1");
}

TEST_CASE("every metric of every task has a grader, a convention on one line and a version") {
    for (const core::Task task :
         {core::Task::Classify, core::Task::Extract, core::Task::Generate, core::Task::Answer}) {
        for (const std::string language : {"en", "fr"}) {
            for (const MetricFact& fact : metrics_of(task, language)) {
                const auto grader = grader_of(job_of(task, fact.name, language));
                CHECK(grader->metric().name == fact.name);
                CHECK_FALSE(fact.convention.empty());
                CHECK(fact.convention.find('\n') == std::string::npos);
                CHECK(grader->version().find(fact.name) != std::string::npos);
            }
        }
    }
}

TEST_CASE("the version changes with what decides a grade, and with nothing else") {
    core::Job job = job_of(core::Task::Classify, "accuracy");
    const std::string version = grader_of(job)->version();
    job.name = "another";
    CHECK(grader_of(job)->version() == version);
    job.labels.push_back("unsure");
    CHECK(grader_of(job)->version() != version);
    CHECK(grader_of(job_of(core::Task::Answer, "em", "fr"))->version() !=
          grader_of(job_of(core::Task::Answer, "em", "en"))->version());
    core::Job pattern = job_of(core::Task::Generate, "regex");
    const std::string without = grader_of(pattern)->version();
    pattern.expected_pattern = "x";
    CHECK(grader_of(pattern)->version() != without);
}

TEST_CASE("classify: the label that is read, or an invalid answer") {
    const core::Job job = job_of(core::Task::Classify, "accuracy");
    const core::Grade right = graded(job, "spam", "Label: SPAM");
    CHECK(right.score == k_one);
    CHECK(right.parsed == "spam");
    CHECK(right.metrics.at("accuracy") == k_one);
    CHECK(graded(job, "spam", "ham").score == 0);
    CHECK(graded(job, "spam", "ham").failure == core::Failure::None);
    const core::Grade none = graded(job, "spam", "ham or spam");
    CHECK(none.failure == core::Failure::InvalidAnswer);
    CHECK(none.parsed.empty());
    CHECK(grader_of(job)->grade_text(expecting({"ham", "spam"}), "spam").score == k_one);
}

TEST_CASE("extract: validity, exact match and field F1") {
    const core::Job job = job_of(core::Task::Extract, "field_f1");
    const std::string gold = R"({"total": 9.0, "date": "25/12/2018", "note": null})";
    const core::Grade right = graded(job, gold, R"({"date": "2018-12-25", "total": "9.00"})");
    CHECK(right.score == k_one);
    CHECK(right.metrics.at("exact_match") == k_one);
    CHECK(right.metrics.at("json_valid") == k_one);
    const core::Grade fenced = graded(job, gold, "```json\n{\"total\": 9}\n```");
    CHECK(fenced.metrics.at("json_valid") == 0);
    CHECK(fenced.metrics.at("exact_match") == 0);
    CHECK(fenced.score == 666'667);
    CHECK(fenced.fields.at("date") == core::FieldCounts{0, 0, 1});
    const core::Grade none = graded(job, gold, "I cannot");
    CHECK(none.failure == core::Failure::InvalidAnswer);
    CHECK(none.score == 0);
    CHECK(none.fields.at("total") == core::FieldCounts{0, 0, 1});
    CHECK(none.fields.size() == 2);
    CHECK(graded(job, "{}", "{}").score == k_one);
    CHECK(graded(job, gold, "\"9.0\"").failure == core::Failure::InvalidAnswer);
    CHECK(graded(job_of(core::Task::Extract, "json_valid"), gold, "[]").score == k_one);
    // The metric of the full set shows the per-case field F1.
    CHECK(graded(job_of(core::Task::Extract, "field_micro_f1"), gold, R"({"total": 9})").score ==
          666'667);
}

TEST_CASE("generate: exact, normalised and contains") {
    const auto metrics = [](std::string gold, std::string_view answer) {
        const core::Grade grade =
            graded(job_of(core::Task::Generate, "exact"), std::move(gold), answer);
        std::string shown;
        for (const auto& [name, value] : grade.metrics) {
            shown += value == k_one ? name + " " : "";
        }
        return shown;
    };
    CHECK(metrics("Paris", " Paris\n") == "contains exact normalised ");
    CHECK(metrics("Paris", "paris.") == "contains normalised ");
    CHECK(metrics("Paris", "It is Paris, of course") == "contains ");
    CHECK(metrics("Paris", "Parisian") == "");
    CHECK(metrics("...", "anything") == "");
    CHECK(metrics("Paris", "<think>Rome?</think>Paris") == "contains exact normalised ");
}

TEST_CASE("folding destroys no difference, and text is Unicode") {
    const auto passes = [](const std::string& metric, std::string gold, std::string_view answer) {
        return graded(job_of(core::Task::Generate, metric), std::move(gold), answer).score == k_one;
    };
    CHECK_FALSE(passes("normalised", "<", ">"));
    CHECK_FALSE(passes("normalised", "+", "-"));
    CHECK_FALSE(passes("normalised", "5 €", "5 $"));
    CHECK_FALSE(passes("normalised", "*", ""));
    CHECK(passes("contains", ">", "5 > 3"));
    CHECK(passes("normalised", "z\xcc\x87o\xcc\x81\xc5\x82w", "ŻÓŁW"));
    CHECK(passes("contains", "1500", "合計は1500円"));
    CHECK(passes("regex", "^\\pL+$", "e\xcc\x81t\xc3\xa9"));
}

TEST_CASE("expected answers that nothing or everything would meet are refused") {
    const auto code = [](const std::string& metric, std::string gold) {
        const auto checked =
            grader_of(job_of(core::Task::Generate, metric))->check(expecting({std::move(gold)}));
        return checked ? 0 : checked.error().code;
    };
    for (const std::string pattern : {"", ".*", "a*", "(x|)", "^"}) {
        INFO(pattern);
        CHECK(code("regex", pattern) == codes::pattern_accepts_all);
    }
    CHECK(code("regex", "^$") == 0);
    CHECK(code("regex", ".") == 0);
    for (const std::string number : {"7:30", "12 May 1990", "10-15", "3 or 4", "1,23,45"}) {
        INFO(number);
        CHECK(code("numeric", number) == codes::not_one_number);
    }
    CHECK(code("numeric", "seven") == codes::expected_without_number);
    CHECK(code("numeric", "") == codes::expected_without_number);
    for (const std::string number : {"1/2", "\\frac{7}{2}", "18 dollars", "3 + 4 = 7\n#### 7"}) {
        INFO(number);
        CHECK(code("numeric", number) == 0);
    }
    core::Job job = job_of(core::Task::Generate, "regex");
    job.expected_pattern = ".*";
    CHECK(make_grader(job).error().code == codes::expected_pattern_accepts_all);
}

TEST_CASE("extract: the last object counts, arrays as the job says, types as the schema says") {
    core::Job job = job_of(core::Task::Extract, "exact_match");
    CHECK(graded(job, R"({"n": 2})", "Draft {\"n\": 1}, corrected: {\"n\": 2}").score == k_one);
    CHECK(graded(job, R"([{"n": 8}, {"n": 9}])", "Here: [{\"n\":8},{\"n\":9}]").score == k_one);
    CHECK(graded(job, R"({"l": [1, 2]})", R"({"l": [2, 1]})").score == 0);
    const std::string ordered = grader_of(job)->version();
    job.arrays_in_any_order = true;
    CHECK(graded(job, R"({"l": [1, 2]})", R"({"l": [2, 1]})").score == k_one);
    CHECK(grader_of(job)->version() != ordered);
    CHECK(graded(job, R"({"v": "1.10"})", R"({"v": 1.1})").score == k_one);
    job.schema = R"({"properties": {"v": {"type": "string"}}})";
    CHECK(graded(job, R"({"v": "1.10"})", R"({"v": 1.1})").score == 0);
}

TEST_CASE("numeric compares values, the gsm8k metrics compare text") {
    const auto scores = [](std::string gold, std::string_view answer) {
        const core::Grade grade =
            graded(job_of(core::Task::Generate, "numeric"), std::move(gold), answer);
        return std::string(grade.metrics.at("numeric") == k_one ? "n" : "-") +
               (grade.metrics.at("gsm8k_strict") == k_one ? "s" : "-") +
               (grade.metrics.at("gsm8k_flexible") == k_one ? "f" : "-");
    };
    CHECK(scores("2 * 9 = 18\n#### 18", "so\n#### 18") == "nsf");
    CHECK(scores("#### 18", "The answer is 18") == "n-f");
    CHECK(scores("#### 18", "18.00") == "n--");
    CHECK(scores("#### 18", "#### 18.") == "nsf");  // one trailing point is ignored
    CHECK(scores("#### 1000", "It is $1,000.") == "n-f");
    CHECK(scores("#### 1,000", "#### 1000") == "nsf");
    CHECK(scores("#### -5", "it is -5") == "n-f");
    CHECK(scores("#### -5", "#### -5") == "nsf");
    CHECK(scores("#### 5", "#### $5") == "n-f");  // strict-match wants a digit after the mark
    CHECK(scores("#### 18", "#### 18 dollars in 2026") == "-s-");  // a trailing year
    CHECK(scores("#### 18", "no number") == "---");
    CHECK(scores("18", "#### 18\n#### 19") == "-s-");
    CHECK(graded(job_of(core::Task::Generate, "numeric", "fr"), "1234,5", "1 234,50 €").score ==
          k_one);
    CHECK(graded(job_of(core::Task::Generate, "gsm8k_strict"), "5", "five").failure ==
          core::Failure::InvalidAnswer);
    CHECK(graded(job_of(core::Task::Generate, "numeric"), "5", "five").failure ==
          core::Failure::InvalidAnswer);
}

TEST_CASE("regex: the pattern of the case, or one for all") {
    core::Job job = job_of(core::Task::Generate, "regex");
    CHECK(graded(job, "^[A-Z]{3}-\\d+$", " ABC-12\n").score == k_one);
    CHECK(graded(job, "^\\d+$", "ABC-12").score == 0);
    CHECK(graded(job, "\\d", "ABC-12").score == k_one);
    job.expected_pattern = "^SELECT ";
    CHECK(graded(job, "ignored (", "SELECT 1").score == k_one);
    job.expected_pattern = "(";
    CHECK(make_grader(job).error().code == regex::codes::broken_pattern);
}

TEST_CASE("cases that cannot be graded are found before anything runs") {
    const auto regex = grader_of(job_of(core::Task::Generate, "regex"));
    const auto broken = check_cases(*regex, {expecting({"ok"}), expecting({"("})});
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().code == codes::broken_expected_pattern);
    CHECK(filled("{line} {id} {pattern}", broken.error().args) == "4 line-4 (");
    const auto numeric = grader_of(job_of(core::Task::Generate, "numeric"));
    CHECK(check_cases(*numeric, {expecting({"five"})}).error().code ==
          codes::expected_without_number);
    CHECK(check_cases(*numeric, {expecting({"#### 5"})}).has_value());
}

TEST_CASE("answer: EM and token F1 of the best accepted answer, French by the job's language") {
    const auto en = grader_of(job_of(core::Task::Answer, "token_f1"));
    const core::Grade grade =
        en->grade_text(expecting({"the Broncos", "Denver Broncos team"}), "Denver Broncos");
    CHECK(grade.metrics.at("em") == 0);
    CHECK(grade.score == 800'000);
    CHECK(graded(job_of(core::Task::Answer, "em"), "the Broncos", "Broncos!").score == k_one);
    CHECK(graded(job_of(core::Task::Answer, "em", "fr"), "la tour Eiffel", "Tour Eiffel").score ==
          k_one);
    CHECK(graded(job_of(core::Task::Answer, "em", "en"), "la tour Eiffel", "Tour Eiffel").score ==
          0);
}

TEST_CASE("a failure of the model scores 0 in every metric and says what it was") {
    for (const core::Task task :
         {core::Task::Classify, core::Task::Extract, core::Task::Generate, core::Task::Answer}) {
        for (const MetricFact& fact : metrics_of(task, "en")) {
            const auto grader = grader_of(job_of(task, fact.name));
            const core::Case item =
                expecting({task == core::Task::Extract ? "{\"a\": 1}" : "spam"});
            const core::Grade failed = grader->grade_failure(item, core::Failure::Timeout);
            CHECK(failed.score == 0);
            CHECK(failed.failure == core::Failure::Timeout);
            const core::Grade graded_one = grader->grade_text(item, "{\"a\": 2} spam");
            for (const auto& [name, value] : graded_one.metrics) {
                CHECK(failed.metrics.at(name) == 0);
            }
            CHECK(failed.metrics.size() == graded_one.metrics.size());
            CHECK(failed.fields.size() == graded_one.fields.size());
        }
    }
}

TEST_CASE("arbitrary answers give scores in [0, 1] that agree with the metric") {
    Rng rng(73);
    const std::string alphabet = "{}[]\":, 0123456789.-$#spamh\n\xc3\xa9";
    for (const core::Task task :
         {core::Task::Classify, core::Task::Extract, core::Task::Generate, core::Task::Answer}) {
        for (const MetricFact& fact : metrics_of(task, "fr")) {
            const auto grader = grader_of(job_of(task, fact.name, "fr"));
            const core::Case item =
                expecting({task == core::Task::Extract ? "{\"a\": 1, \"b\": [2]}" : "spam 5"});
            for (int round = 0; round < 300; ++round) {
                std::string answer;
                for (std::uint64_t i = rng.below(24); i > 0; --i) {
                    answer += round % 3 == 0 ? static_cast<char>(rng.below(256))
                                             : alphabet[rng.below(alphabet.size())];
                }
                const core::Grade grade = grader->grade_text(item, answer);
                CHECK(grade.score >= 0);
                CHECK(grade.score <= k_one);
                if (fact.zero_one && fact.is_mean_over_cases) {
                    CHECK((grade.score == 0 || grade.score == k_one));
                }
                if (fact.is_mean_over_cases) {
                    CHECK(grade.metrics.at(fact.name) == grade.score);
                }
            }
        }
    }
}

}  // namespace
TEST_CASE("a schema is one JSON object, or the place of what is wrong is named") {
    CHECK(check_schema(""));
    CHECK(check_schema("{\"type\": \"object\"}\n"));
    const auto broken = check_schema("{\n  \"properties\": {oops}\n}\n");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == codes::broken_schema);
    CHECK(broken.error().args[0].second == "2");
    CHECK(broken.error().args[1].second == "18");
    CHECK(check_schema("[1]").error().code == codes::broken_schema);
    CHECK(check_schema("7").error().code == codes::broken_schema);
}

}  // namespace palier::eval
