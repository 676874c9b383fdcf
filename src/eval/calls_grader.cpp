#include "answer/calls.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/graders.h"
#include "eval/same_calls.h"

namespace palier::eval {
namespace {

// `why`: what is wrong with the expected answer, if it is none.
std::optional<std::vector<DueCall>> due_in(const core::Case& item, std::string& why) {
    const auto expected = json::parse_or_nothing(item.expected.front());
    return due_calls_of(expected.value_or(json::Value()), why);
}

}  // namespace

CallsGrader::CallsGrader(MetricFact metric) : Grader(std::move(metric), "calls", "") {}

std::vector<std::string> CallsGrader::per_case_metrics() const {
    return {"tool_calls", "tool_names"};
}

core::Grade CallsGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const answer::Calls read = answer::calls_of(answer);
    if (read.broken) {
        return grade_failure(item, core::Failure::InvalidAnswer);
    }
    std::string why;
    const auto due = due_in(item, why);
    PALIER_CHECK(due.has_value(), "the expected calls of the cases were checked");
    core::Grade grade;
    grade.parsed = answer::text_of_calls(read.calls);
    grade.metrics["tool_calls"] = are_due(read.calls, *due) ? k_one : 0;
    grade.metrics["tool_names"] = have_due_names(read.calls, *due) ? k_one : 0;
    grade.score = grade.metrics[metric().name];
    return grade;
}

Result<void> CallsGrader::check(const core::Case& item) const {
    std::string why;
    if (!due_in(item, why)) {
        return Error(codes::no_due_calls,
                     {{"line", std::to_string(item.line)}, {"id", item.id}, {"why", why}});
    }
    return {};
}

}  // namespace palier::eval
