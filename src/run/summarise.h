// Summarise: what a climb has found, as one core::Summary, out of history and the stored Trials.
#pragma once

#include "core/summary.h"
#include "planning/prepare.h"
#include "run/climber.h"

namespace palier::run {

// Fails only when the store does.
[[nodiscard]] Result<core::Summary> summarise(const planning::Prepared& prepared,
                                              const Climber& climber,
                                              const planning::ClimbOptions& options,
                                              const Surroundings& around,
                                              const store::RunRow& row,
                                              double elapsed_seconds);

}  // namespace palier::run
