// The cost and energy of a finished run for its report, counted with the job file as it is now.
#pragma once

#include "cli/commands.h"
#include "planning/costing.h"
#include "report/cost_figures.h"

namespace palier::cli {

// What a report shows of an answer of run::costing.
[[nodiscard]] report::CostFigures figures_of(report::Language language,
                                             const planning::CostAnswer& answer);
// Reads the job where the run found it. A job that is gone, changed its name or cannot be read is
// `unread`: the report is made without costs and says why.
[[nodiscard]] report::CostFigures cost_figures(const Common& common,
                                               const store::RunRow& row,
                                               store::Store& store);

}  // namespace palier::cli
