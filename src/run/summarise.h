// Summarise: what a climb has found, as one core::Summary, out of history and the stored Trials.
#pragma once

#include "core/summary.h"
#include "run/climber.h"
#include "run/prepare.h"

namespace palier::run {

// Fails only when the store does.
[[nodiscard]] Result<core::Summary> summarise(const Prepared& prepared,
                                              const Climber& climber,
                                              const ClimbOptions& options,
                                              const Surroundings& around,
                                              const store::RunRow& row,
                                              double elapsed_seconds);

}  // namespace palier::run
