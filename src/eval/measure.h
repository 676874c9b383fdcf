// Trials -> the parts of a Measure that come from grades.
#pragma once

#include "base/rng.h"
#include "core/case.h"
#include "core/job.h"
#include "core/measure.h"
#include "core/trial.h"
#include "eval/metrics.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace palier::eval {

// Adds up graded Trials one by one; keeps at most 12 bytes a case (what a bootstrap needs). Not
// thread-safe.
class Tally {
   public:
    // The job's metric must be one that make_grader accepts.
    explicit Tally(const core::Job& job);

    void add(const core::Case& item, const core::Trial& trial);

    [[nodiscard]] std::int64_t cases() const { return cases_; }
    // Any metric of the task over the cases so far; nullopt when no case gave it.
    [[nodiscard]] std::optional<double> value(std::string_view metric) const;

    // other_metrics, errors, labels, confusion, fields, items_used, items_total (= used, the caller
    // knows better). Label rows carry Wilson 95 % intervals of their recall.
    [[nodiscard]] core::Measure measure() const;

    // The job's metric with its 95 % interval for display: "wilson" for 0/1 scores, "bca" otherwise
    // (2,000 resamples; above 4,000 cases of 1,000 random blocks of cases, which keeps it to
    // seconds). `need` is left 0. nullopt without cases.
    [[nodiscard]] std::optional<core::QualityMeasure> quality(Rng& rng) const;

   private:
    struct Pair {
        std::uint32_t expected, predicted;  // indices of labels_; predicted = size for no label
    };
    struct Counts {
        std::int64_t true_positive = 0, false_positive = 0, false_negative = 0;
    };
    void add_labels(const core::Case& item, const core::Trial& trial);
    [[nodiscard]] std::vector<Counts> label_counts() const;
    // The job's metric over some of the cases (indices may repeat).
    template <class Visit>
    [[nodiscard]] double metric_over(Visit visit) const;
    void add_label_rows(core::Measure& measure) const;
    void add_field_rows(core::Measure& measure) const;

    MetricFact metric_;
    core::Task task_;
    std::vector<std::string> labels_;
    std::unordered_map<std::string, std::uint32_t> label_index_;
    std::int64_t cases_ = 0;
    std::map<std::string, std::pair<Micros, std::int64_t>> sums_;  // by metric: sum, cases
    std::map<std::string, std::int64_t> errors_;
    std::vector<std::int64_t> confusion_;  // (labels) x (labels + 1), row by row
    std::map<std::string, Counts> fields_;
    Counts all_fields_;
    // Of each case, for the bootstrap: only what the job's metric needs.
    std::vector<Pair> pairs_;
    std::vector<core::FieldCounts> field_counts_;
    std::vector<std::uint32_t> scores_;
};

// A metric of the task over graded Trials; cases and trials correspond by position.
[[nodiscard]] double full_set_metric(std::string_view name,
                                     const core::Job& job,
                                     const std::vector<core::Case>& cases,
                                     const std::vector<core::Trial>& trials);

}  // namespace palier::eval
