#include "base/text.h"
#include "eval/graders.h"

#include <algorithm>

namespace palier::eval {

ClassifyGrader::ClassifyGrader(MetricFact metric, const std::vector<std::string>& labels)
    : Grader(std::move(metric), "classify", join(labels, "\x1f")), reader_(labels) {}

std::vector<std::string> ClassifyGrader::per_case_metrics() const {
    return {"accuracy"};
}

core::Grade ClassifyGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const answer::LabelAnswer read = reader_.read(answer);
    if (!read.label) {
        return grade_failure(item, core::Failure::InvalidAnswer);
    }
    core::Grade grade;
    grade.parsed = *read.label;
    const bool right =
        std::find(item.expected.begin(), item.expected.end(), *read.label) != item.expected.end();
    grade.score = right ? k_one : 0;
    grade.metrics["accuracy"] = grade.score;
    return grade;
}

}  // namespace palier::eval
