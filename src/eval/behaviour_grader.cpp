#include "answer/pattern.h"
#include "answer/regex_answer.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/graders.h"
#include "eval/same_pattern.h"

#include <algorithm>

namespace palier::eval {
namespace {

// What a case says itself, instead of its expected patterns.
bool has_examples(const core::Case& item) {
    return !item.accepts.empty() || !item.refuses.empty();
}

// The first text that the pattern treats otherwise than the case says.
const std::string* misjudged(const answer::Pattern& pattern, const core::Case& item) {
    for (const std::string& text : item.accepts) {
        if (!pattern.matches_whole(text)) {
            return &text;
        }
    }
    for (const std::string& text : item.refuses) {
        if (pattern.matches_whole(text)) {
            return &text;
        }
    }
    return nullptr;
}

bool is_same_pattern(std::string_view expected, std::string_view found) {
    const Sameness sameness = compare_languages(expected, found);
    return sameness == Sameness::Same ||
           (sameness == Sameness::Unknown && agree_on_samples(expected, found));
}

}  // namespace

BehaviourGrader::BehaviourGrader(MetricFact metric) : Grader(std::move(metric), "behaviour", "") {}

std::vector<std::string> BehaviourGrader::per_case_metrics() const {
    return {"regex_behaviour", "regex_compiles"};
}

core::Grade BehaviourGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const auto found = answer::pattern_of(answer);
    if (!found) {
        return grade_failure(item, core::Failure::InvalidAnswer);
    }
    const auto pattern = answer::Pattern::compile(*found);
    if (!pattern) {
        core::Grade grade = grade_failure(item, core::Failure::PatternError);
        grade.parsed = *found;
        grade.failure_detail = as_one_line(pattern.error().args.back().second);
        return grade;
    }
    const bool right = has_examples(item)
                           ? misjudged(*pattern, item) == nullptr
                           : std::ranges::any_of(item.expected, [&](const std::string& expected) {
                                 return is_same_pattern(expected, *found);
                             });
    core::Grade grade;
    grade.parsed = *found;
    grade.metrics["regex_behaviour"] = right ? k_one : 0;
    grade.metrics["regex_compiles"] = k_one;
    grade.score = grade.metrics[metric().name];
    return grade;
}

Result<void> BehaviourGrader::check(const core::Case& item) const {
    const auto error = [&](int code, std::vector<std::pair<std::string, std::string>> more) {
        std::vector<std::pair<std::string, std::string>> args{{"line", std::to_string(item.line)},
                                                              {"id", item.id}};
        args.insert(args.end(), more.begin(), more.end());
        return Error(code, std::move(args));
    };
    if (has_examples(item) && (item.accepts.empty() || item.refuses.empty())) {
        return error(codes::one_sided_examples,
                     {{"there", item.accepts.empty() ? "refuses" : "accepts"},
                      {"missing", item.accepts.empty() ? "accepts" : "refuses"}});
    }
    for (const std::string& expected : item.expected) {
        const auto pattern = answer::Pattern::compile(expected);
        if (!pattern) {
            return error(codes::broken_expected_pattern,
                         {{"pattern", expected}, {"why", pattern.error().args.back().second}});
        }
        if (!has_examples(item) && !can_be_followed(expected)) {
            return error(codes::expected_pattern_not_followed, {{"pattern", expected}});
        }
        if (const std::string* text = misjudged(*pattern, item)) {
            return error(codes::expected_pattern_misjudges,
                         {{"pattern", expected}, {"text", shortened(as_one_line(*text), 60)}});
        }
    }
    return {};
}

}  // namespace palier::eval
