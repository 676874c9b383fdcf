// What a job costs, for people and for scripts; and what of it a report of a run shows.
#pragma once

#include "planning/costing.h"
#include "report/cost_figures.h"
#include "report/messages.h"

#include <string>

namespace palier::report {

// Tables within 80 columns.
[[nodiscard]] std::string cost_text(Language language, const planning::CostAnswer& answer);
// One object on one line, without a newline (docs/guide/cost.md).
[[nodiscard]] std::string cost_json(Language language, const planning::CostAnswer& answer);

// What a report shows of it.
[[nodiscard]] CostFigures figures_of(Language language, const planning::CostAnswer& answer);

}  // namespace palier::report
