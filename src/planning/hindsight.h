// Hindsight: after a climb, what would have been estimated beside what was measured.
#pragma once

#include "base/clock.h"
#include "core/summary.h"
#include "engine/workshop.h"
#include "machine/others.h"
#include "planning/prepare.h"

#include <string>
#include <vector>

namespace palier::planning {

// A System as the climb opened it.
struct OpenedSystem {
    std::string id;
    engine::OpenSpec open;
    bool scores_labels = false;
};

// A note for each of these Systems whose memory or latency was measured (7540 memory, 7541 latency,
// with figures as text: MB, ms, and the error of the estimate in %). None without a workshop, or
// where there is no estimate or, for latency, only one of a busy machine.
[[nodiscard]] Result<std::vector<core::Note>> estimates_beside(
    const Prepared& prepared,
    const std::vector<OpenedSystem>& local,
    const ClimbOptions& options,
    engine::Workshop* workshop,
    const Clock& clock,
    const machine::OthersWatch& others,
    const core::Summary& summary);

}  // namespace palier::planning
