// The graders behind make_grader, one a task.
#pragma once

#include "answer/label.h"
#include "answer/number.h"
#include "answer/pattern.h"
#include "eval/fields.h"
#include "eval/grader.h"
#include "eval/squad.h"
#include "schema/schema.h"

#include <cstdint>
#include <optional>

namespace palier::eval {

class ClassifyGrader final : public Grader {
   public:
    ClassifyGrader(MetricFact metric, const std::vector<std::string>& labels);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
    answer::LabelReader reader_;
};

class ExtractGrader final : public Grader {
   public:
    // Of the job: its schema, and how its arrays are compared.
    ExtractGrader(MetricFact metric, answer::Style style, const core::Job& job);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
    [[nodiscard]] std::map<std::string, core::FieldCounts> missed_fields(
        const core::Case& item) const override;
    Comparison how_;
    std::optional<schema::Schema> schema_;  // the job's; absent: none, or one that cannot be read
};

// exact, normalised, contains; and numeric and the gsm8k ones if the job's metric is one of those.
class TextGrader final : public Grader {
   public:
    TextGrader(MetricFact fact, answer::Style style);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;
    [[nodiscard]] Result<void> check(const core::Case& item) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
    [[nodiscard]] core::Grade grade_one(const std::string& gold, std::string_view answer) const;
    answer::Style style_;
    bool numbers_;
    answer::Pattern strict_, flexible_;
};

// Is the pattern found in any text whatever?
[[nodiscard]] bool accepts_everything(const answer::Pattern& pattern);

// regex alone: the expected answers are patterns, searched in the composed answer (unicode.h).
class PatternGrader final : public Grader {
   public:
    // `common`: the one pattern of all cases, if the job has one.
    PatternGrader(MetricFact metric,
                  std::optional<answer::Pattern> common,
                  std::string_view pattern);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;
    [[nodiscard]] Result<void> check(const core::Case& item) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
    std::optional<answer::Pattern> common_;
};

// sql_execution and sql_runs: queries, run on the case's database.
class SqlGrader final : public Grader {
   public:
    // `now`: what they get for the present time; nullopt: accepted queries may not ask for it.
    SqlGrader(MetricFact metric, std::optional<std::int64_t> now);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;
    [[nodiscard]] Result<void> check(const core::Case& item) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
    std::optional<std::int64_t> now_;
};

// regex_behaviour and regex_compiles: patterns, by what they match.
class BehaviourGrader final : public Grader {
   public:
    explicit BehaviourGrader(MetricFact metric);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;
    [[nodiscard]] Result<void> check(const core::Case& item) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
};

// tool_calls and tool_names: calls of tools, as JSON in the answer.
class CallsGrader final : public Grader {
   public:
    explicit CallsGrader(MetricFact metric);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;
    [[nodiscard]] Result<void> check(const core::Case& item) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
};

class AnswerGrader final : public Grader {
   public:
    AnswerGrader(MetricFact metric, SquadArticles articles);
    [[nodiscard]] core::Grade grade_text(const core::Case& item,
                                         std::string_view answer) const override;

   private:
    [[nodiscard]] std::vector<std::string> per_case_metrics() const override;
    SquadArticles articles_;
};

}  // namespace palier::eval
