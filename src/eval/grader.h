// Grader: one answer against one case.
#pragma once

#include "base/result.h"
#include "core/answer.h"
#include "core/case.h"
#include "core/job.h"
#include "core/trial.h"
#include "eval/metrics.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

// Pure and thread-safe.
class Grader {
   public:
    virtual ~Grader() = default;

    // The answer's Grade with every per-case metric of the task; `score` is the job's metric, or
    // for a metric of the full set the per-case one nearest to it (accuracy, field_f1), so that
    // progress can be shown. An answer in which nothing usable is found scores 0 with
    // InvalidAnswer.
    [[nodiscard]] virtual core::Grade grade_text(const core::Case& item,
                                                 std::string_view answer) const = 0;

    // The same for what a System gave back; what it failed to give is graded as that failure. Where
    // the System has broken answers asked for again, "repaired" is among the metrics: it was.
    [[nodiscard]] core::Grade grade(const core::Case& item, const core::Answer& answer) const;

    // A model's failure: every metric 0, and for extract every expected leaf missing.
    [[nodiscard]] core::Grade grade_failure(const core::Case& item, core::Failure failure) const;

    // Can this case be graded? Error 2502 {line, id, pattern, why}: its pattern is no RE2 syntax;
    // 2503 {line, id}: metric "numeric" (or gsm8k) without a number in the expected answer; 2505
    // {line, id, metric, expected}: an expected answer that is not one number; 2507 {line, id,
    // pattern}: a pattern that every answer matches, such as an empty cell; 2508 to 2512 {line,
    // id}: a case without the database that its metric needs, or whose expected query does not run
    // {why}, gives nothing or too much, or asks for the present time; 2514 to 2516 {line, id}:
    // texts to accept without such to refuse, or the other way round; a pattern that cannot be
    // compared without them, or that disagrees with them {pattern, text}; 2517 {line, id, why}:
    // expected calls that are none.
    [[nodiscard]] virtual Result<void> check(const core::Case& item) const;

    [[nodiscard]] const MetricFact& metric() const { return metric_; }
    // Changes whenever a grade may change: metric, convention, labels, code version. It is part of
    // a Trial's key.
    [[nodiscard]] const std::string& version() const { return version_; }

   protected:
    // `settings`: what else decides a grade (labels, style, pattern).
    Grader(MetricFact metric, std::string_view kind, std::string_view settings);
    // Names of the per-case metrics, in a Grade.
    [[nodiscard]] virtual std::vector<std::string> per_case_metrics() const = 0;
    [[nodiscard]] virtual std::map<std::string, core::FieldCounts> missed_fields(
        const core::Case& item) const;

   private:
    [[nodiscard]] core::Grade grade_as_it_is(const core::Case& item,
                                             const core::Answer& answer) const;

    MetricFact metric_;
    std::string version_;
};

// The grader of the job's metric. Errors 2500 (expected_pattern), 2501 (unknown metric), 2506
// (expected_pattern that every answer matches), 2513 (`now` of the data is no moment).
Result<std::unique_ptr<Grader>> make_grader(const core::Job& job);

// Error 2504 when the text of a schema is not one JSON object; else those of schema::Schema::read:
// what is not checked is never dropped. "" is no schema, and good.
Result<void> check_schema(std::string_view schema);

// The first error of grader.check over the cases.
Result<void> check_cases(const Grader& grader, const std::vector<core::Case>& cases);

}  // namespace palier::eval
