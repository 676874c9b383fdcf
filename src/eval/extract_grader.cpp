#include "answer/json_answer.h"
#include "eval/fields.h"
#include "eval/graders.h"

namespace palier::eval {
namespace {

json::Value gold_of(const core::Case& item) {
    PALIER_CHECK(!item.expected.empty(), "a case has an expected answer");
    auto gold = json::parse_or_nothing(item.expected.front());
    PALIER_CHECK(gold.has_value(), "the expected answer of an extraction was checked to be JSON");
    return *std::move(gold);
}

}  // namespace

ExtractGrader::ExtractGrader(MetricFact metric, answer::Style style, const core::Job& job)
    : Grader(std::move(metric),
             "extract",
             std::string(style == answer::Style::French ? "fr" : "en") +
                 (job.arrays_in_any_order ? "\x1f"
                                            "any_order\x1f"
                                          : "\x1fordered\x1f") +
                 job.schema),
      how_{style, FieldKinds(job.schema), job.arrays_in_any_order} {
    if (auto read = schema::Schema::read(job.schema)) {
        schema_ = *std::move(read);
    }
}

std::vector<std::string> ExtractGrader::per_case_metrics() const {
    std::vector<std::string> names{"exact_match", "field_f1", "json_valid"};
    if (schema_) {
        names.insert(names.end(), {"schema_valid", "valid_but_wrong"});
    }
    return names;
}

std::map<std::string, core::FieldCounts> ExtractGrader::missed_fields(
    const core::Case& item) const {
    return compare_fields(gold_of(item), nullptr, how_);
}

core::Grade ExtractGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const answer::JsonAnswer read = answer::json_of(answer);
    // A bare string or number is JSON too, but nothing was extracted.
    if (!read.value.is_object() && !read.value.is_array()) {
        return grade_failure(item, core::Failure::InvalidAnswer);
    }
    core::Grade grade;
    grade.parsed = json::write(read.value);
    grade.fields = compare_fields(gold_of(item), &read.value, how_);
    const core::FieldCounts sum = sum_of(grade.fields);
    const bool exact = sum.false_positive == 0 && sum.false_negative == 0;
    grade.metrics["exact_match"] = exact ? k_one : 0;
    grade.metrics["field_f1"] = f1_of(sum);
    grade.metrics["json_valid"] = read.found == answer::JsonFound::Whole ? k_one : 0;
    if (schema_) {
        const bool valid = schema_->accepts(read.value);
        grade.metrics["schema_valid"] = valid ? k_one : 0;
        grade.metrics["valid_but_wrong"] = valid && !exact ? k_one : 0;
    }
    const auto own = grade.metrics.find(metric().name);
    grade.score = own != grade.metrics.end() ? own->second : grade.metrics["field_f1"];
    return grade;
}

}  // namespace palier::eval
