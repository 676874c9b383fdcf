// Probes: in which other ways the failing cases of a System are asked, and why not in some.
// Internal to run; pure.
#pragma once

#include "core/case.h"
#include "core/diagnosis.h"
#include "core/job.h"
#include "core/summary.h"

#include <optional>
#include <vector>

namespace palier::run {

// A dev case that the System got wrong, as the store has both.
struct Failing {
    const core::Case* item = nullptr;
    core::Seen seen;
};

struct ProbePlan {
    core::Probe probe = core::Probe::AsIs;
    std::optional<core::LeftOut> left_out;
    // Who is asked: the System's summary, or the topline's.
    const core::SystemSummary* of = nullptr;
    core::Recipe recipe;
    // Asked with: as they are, or with another context.
    std::vector<core::Case> cases;
};

// One for each probe.
[[nodiscard]] std::vector<ProbePlan> probes_for(const core::Summary& summary,
                                                const core::SystemSummary& system,
                                                const core::Job& job,
                                                const std::vector<Failing>& failing);

// The prompting rungs of the System's candidate, upwards: those that exist and those that were
// tried.
[[nodiscard]] std::vector<core::Rung> prompting_rungs(const core::Summary& summary,
                                                      const std::string& candidate);
[[nodiscard]] std::vector<core::Rung> prompting_tried(const core::Summary& summary,
                                                      const std::string& candidate);
// The probe that shows best what a rung brings, with these probes at hand.
[[nodiscard]] const ProbePlan* probe_of(core::Rung rung, const std::vector<ProbePlan>& probes);

}  // namespace palier::run
