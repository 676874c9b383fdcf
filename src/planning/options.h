// The flags of a climb, which planning reads too: what it would do depends on them.
#pragma once

#include "base/units.h"

#include <cstdint>
#include <optional>
#include <string>

namespace palier::planning {

struct ClimbOptions {
    std::string models_dir;
    bool fresh = false;          // a new run that reuses no earlier answer
    bool again_latency = false;  // latency is measured anew, the rest stands
    bool live_topline = false;   // run the topline's model although a recording is named
    bool quality_only =
        false;  // decide promise A only: latency only where it is limited, no continuation for B
    bool all = false;            // every candidate is measured, whoever was chosen before
    bool whole_topline = false;  // its answers to all of test are wanted, whatever is decided
    bool file_weights = false;   // never a converted copy
    // Before a climb only: a model of the catalogue that is not downloaded yet is no error.
    bool missing_models_allowed = false;
    int threads = 0;  // 0 = chosen by the engine
    std::optional<double> max_seconds;
    std::optional<Money> max_cost;
    std::optional<std::uint64_t> seed;
    std::string palier_version;
};

}  // namespace palier::planning
