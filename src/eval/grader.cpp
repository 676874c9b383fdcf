#include "eval/grader.h"

#include "answer/words.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/graders.h"
#include "lib/hash/sha256.h"
#include "lib/json/json.h"
#include "lib/sqlite/query.h"
#include "schema/schema.h"

#include <algorithm>
#include <utility>

namespace palier::eval {
namespace {

// Raised by hand when the code of a grader, or of the reading in answer/, may give another grade.
constexpr std::string_view k_code_version = "2";

}  // namespace

Grader::Grader(MetricFact metric, std::string_view kind, std::string_view settings)
    : metric_(std::move(metric)) {
    hash::Sha256 sha;
    sha.field(metric_.name).field(metric_.convention).field(settings);
    constexpr std::size_t digits = 12;
    version_ = std::string(kind) + "-" + std::string(k_code_version) + "-" + metric_.name + "-" +
               sha.hex().substr(0, digits);
}

core::Grade Grader::grade(const core::Case& item, const core::Answer& answer) const {
    core::Grade grade = grade_as_it_is(item, answer);
    if (answer.repairs) {
        grade.metrics["repaired"] = *answer.repairs > 0 ? k_one : 0;
    }
    if (answer.depends_on_order) {
        grade.metrics["order_flips"] = *answer.depends_on_order ? k_one : 0;
    }
    return grade;
}

core::Grade Grader::grade_as_it_is(const core::Case& item, const core::Answer& answer) const {
    // What is no answer is not read once more for something that looks right.
    if (answer.failure != core::Failure::None && answer.failure != core::Failure::InvalidAnswer) {
        return grade_failure(item, answer.failure);
    }
    core::Grade grade = grade_text(item, answer.text);
    // What was cut and is not usable is so because it was cut.
    if (grade.failure != core::Failure::None && answer.finish == core::Finish::Length) {
        grade.failure = core::Failure::Truncated;
    }
    return grade;
}

core::Grade Grader::grade_failure(const core::Case& item, core::Failure failure) const {
    core::Grade grade;
    grade.failure = failure;
    for (const std::string& name : per_case_metrics()) {
        grade.metrics[name] = 0;
    }
    grade.fields = missed_fields(item);
    return grade;
}

Result<void> Grader::check(const core::Case&) const {
    return {};
}

std::map<std::string, core::FieldCounts> Grader::missed_fields(const core::Case&) const {
    return {};
}

namespace {

Result<std::unique_ptr<Grader>> pattern_grader(const core::Job& job, MetricFact metric) {
    std::optional<answer::Pattern> common;
    if (!job.expected_pattern.empty()) {
        auto compiled = answer::Pattern::compile(answer::composed(job.expected_pattern));
        PALIER_TRY(compiled);
        if (accepts_everything(*compiled)) {
            return Error(codes::expected_pattern_accepts_all, {{"pattern", job.expected_pattern}});
        }
        common = *std::move(compiled);
    }
    return std::unique_ptr<Grader>(std::make_unique<PatternGrader>(
        std::move(metric), std::move(common), job.expected_pattern));
}

Result<std::unique_ptr<Grader>> generate_grader(const core::Job& job,
                                                MetricFact metric,
                                                answer::Style style) {
    if (metric.name == "regex") {
        return pattern_grader(job, std::move(metric));
    }
    if (runs_sql(metric.name)) {
        std::optional<std::int64_t> now;
        if (!job.data.now.empty()) {
            now = sqlite::moment_of(job.data.now);
            if (!now) {
                return Error(codes::no_moment, {{"now", job.data.now}});
            }
        }
        return std::unique_ptr<Grader>(std::make_unique<SqlGrader>(std::move(metric), now));
    }
    if (compares_calls(metric.name)) {
        return std::unique_ptr<Grader>(std::make_unique<CallsGrader>(std::move(metric)));
    }
    if (judges_patterns(metric.name)) {
        return std::unique_ptr<Grader>(std::make_unique<BehaviourGrader>(std::move(metric)));
    }
    return std::unique_ptr<Grader>(std::make_unique<TextGrader>(std::move(metric), style));
}

}  // namespace

Result<std::unique_ptr<Grader>> make_grader(const core::Job& job) {
    auto metric = find_metric(job.task, job.language, job.constraints.quality.metric);
    PALIER_TRY(metric);
    const answer::Style style = answer::style_of(job.language);
    switch (job.task) {
        case core::Task::Classify:
            return std::unique_ptr<Grader>(
                std::make_unique<ClassifyGrader>(*std::move(metric), job.labels));
        case core::Task::Extract:
            return std::unique_ptr<Grader>(
                std::make_unique<ExtractGrader>(*std::move(metric), style, job));
        case core::Task::Generate:
            return generate_grader(job, *std::move(metric), style);
        case core::Task::Answer:
            return std::unique_ptr<Grader>(std::make_unique<AnswerGrader>(
                *std::move(metric),
                style == answer::Style::French ? SquadArticles::French : SquadArticles::English));
    }
    PALIER_CHECK(false, "a job has one of the four tasks");
    return std::unique_ptr<Grader>();
}

Result<void> check_schema(std::string_view schema) {
    if (schema.empty()) {
        return {};
    }
    const auto parsed = json::parse(schema);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        const std::string_view before = schema.substr(0, error->offset);
        const auto lines = std::count(before.begin(), before.end(), '\n');
        const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
        return Error(codes::broken_schema,
                     {{"line", std::to_string(lines + 1)},
                      {"column", std::to_string(before.size() - line_start + 1)},
                      {"what", error->what}});
    }
    if (!std::get<json::Value>(parsed).is_object()) {
        return Error(codes::broken_schema,
                     {{"line", "1"}, {"column", "1"}, {"what", "a value that is no object"}});
    }
    PALIER_TRY(schema::Schema::of(std::get<json::Value>(parsed)));
    return {};
}

Result<void> check_cases(const Grader& grader, const std::vector<core::Case>& cases) {
    for (const core::Case& item : cases) {
        PALIER_TRY(grader.check(item));
    }
    return {};
}

}  // namespace palier::eval
