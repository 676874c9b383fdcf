// Which models to try and what a climb would send, for people and for scripts
// (docs/guide/estimates.md).
#pragma once

#include "planning/dry_run.h"
#include "planning/plan.h"
#include "report/messages.h"

#include <string>

namespace palier::report {

// Tables within 80 columns.
[[nodiscard]] std::string plan_text(Language language, const planning::ModelPlan& plan);
[[nodiscard]] std::string steps_text(Language language, const planning::DryRun& dry);

// One object on one line, without a newline. `dry` adds the keys of steps_json; nullptr: there are
// no steps.
[[nodiscard]] std::string plan_json(const planning::ModelPlan& plan, const planning::DryRun* dry);
[[nodiscard]] std::string steps_json(const planning::DryRun& dry);

}  // namespace palier::report
