// What `palier cost` found, for people and for scripts.
#pragma once

#include "planning/costing.h"
#include "report/messages.h"

#include <string>

namespace palier::cli {

// Tables within 80 columns.
[[nodiscard]] std::string cost_text(report::Language language, const planning::CostAnswer& answer);
// One object on one line, without a newline (docs/guide/cost.md).
[[nodiscard]] std::string cost_json(report::Language language, const planning::CostAnswer& answer);

}  // namespace palier::cli
