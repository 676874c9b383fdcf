// The metrics of each task, each with its exact convention. docs/guide/metrics.md explains them.
#pragma once

#include "base/result.h"
#include "core/job.h"

#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

struct MetricFact {
    std::string name;
    // A mean of per-case scores: early stopping and promise B exist. Otherwise it is computed on
    // the full set and has a BCa interval.
    bool is_mean_over_cases = true;
    bool zero_one = true;    // per-case scores are 0 or 1
    std::string convention;  // one line, exact; changes when the numbers may change
};

// In the order in which they are shown. `language` ("en", "fr") decides some conventions.
[[nodiscard]] std::vector<MetricFact> metrics_of(core::Task task, std::string_view language);

// Its queries are run on the cases' databases.
[[nodiscard]] bool runs_sql(std::string_view metric);

// Patterns are judged by what they match.
[[nodiscard]] bool judges_patterns(std::string_view metric);

// Calls of tools are compared; `expected` is JSON.
[[nodiscard]] bool compares_calls(std::string_view metric);

// Error 2501 {metric, task, known} when the task has no such metric.
Result<MetricFact> find_metric(core::Task task, std::string_view language, std::string_view name);

}  // namespace palier::eval
