// Latency probe: requests through a System as it would be served, one by one or at the job's
// concurrency, until promise B of "latency <= limit" against 95 % is decided for each limit, or
// 400.
#pragma once

#include "core/measure.h"
#include "core/staircase.h"
#include "core/step_sizes.h"
#include "run/evaluation.h"
#include "run/quiet.h"

#include <functional>
#include <optional>
#include <string_view>

namespace palier::run {

using core::k_most_probes;
using core::k_probes_without_limit;

// A fact of the run: when its latency was last wanted anew; absent: never.
inline constexpr std::string_view k_latency_again_memo = "latency again";

struct LatencyQuestion {
    system::System& system;
    const std::vector<const core::Case*>& cases;  // in the seeded order; repeated when they run out
    std::optional<double> p95_ms, ttft_p95_ms;
    double bound = 100;  // K / alpha
    int concurrency = 1;
    Quiet* quiet = nullptr;  // not owned; nullptr: nothing is watched
};

struct LatencyProbe {
    core::LatencyDone done;
    core::LatencyMeasure measure;
    std::int64_t asked = 0;  // requests of this session
    Evaluated evaluated;     // Complete: decided, or 400 requests; else why it ended early
};

// Earlier requests of the same run are taken from the store. A failed request counts as slower than
// any limit. While other processes keep the machine busy, requests are asked again and the probe
// waits; in vain: Ending::Busy, and nothing is measured. Fails when the store does.
[[nodiscard]] Result<LatencyProbe> probe_latency(const Surroundings& around,
                                                 const LatencyQuestion& question);

}  // namespace palier::run
