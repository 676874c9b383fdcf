// What a run and a job tell about cost, before any price: tokens and times. Internal to costing.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "planning/costing.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::planning {

// The newest run of this job with a summary, or the one named; nullopt when there is none.
[[nodiscard]] Result<std::optional<store::RunRow>> run_to_cost(const job::JobFile& file,
                                                               const std::string& id,
                                                               store::Store& store);

// Tokens of a request by the length of the prompts and answers of these cases: an estimate, 3 to 5
// characters a token.
[[nodiscard]] TokenCount estimated_tokens(const core::Job& job,
                                          const std::vector<core::Case>& cases);

// The Systems of a run that have answered, with tokens and times of their Trials, and with the
// place and price that each had in it. `job`: the run's own.
[[nodiscard]] Result<std::vector<SystemCost>> measured_systems(const core::Job& job,
                                                               const core::Summary& summary,
                                                               std::int64_t run,
                                                               store::Store& store);

}  // namespace palier::planning
