// Hindsight: after a climb, what would have been estimated beside what was measured.
#pragma once

#include "core/summary.h"
#include "run/climber.h"
#include "run/prepare.h"

#include <vector>

namespace palier::run {

// A note for each local System whose memory or latency was measured (7540 memory, 7541 latency,
// with figures as text: MB, ms, and the error of the estimate in %). None without a workshop, or
// where there is no estimate. Fails only when the store does.
[[nodiscard]] Result<std::vector<core::Note>> estimates_beside(const Prepared& prepared,
                                                               const Climber& climber,
                                                               const ClimbOptions& options,
                                                               const ClimbWorld& world,
                                                               const core::Summary& summary);

}  // namespace palier::run
