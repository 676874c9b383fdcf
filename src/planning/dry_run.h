// Dry run: what a climb would send and spend, before anything is asked.
#pragma once

#include "base/result.h"
#include "core/staircase.h"
#include "core/summary.h"
#include "job/job_file.h"
#include "planning/options.h"
#include "planning/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::planning {

// What requests are sent for.
enum class Work {
    Dev,      // a rung, its recipes together
    Test,     // the proof, or the topline's measure; with what the proof goes on to
    Alone,    // test cases again, one by one: do batches change answers?
    Memory,   // while the memory of a process of its own is watched
    Latency,  // the probe
    Weights,  // which form of the weights is faster
    Future    // what the chosen System is asked again where its proof goes on
};
[[nodiscard]] std::string_view name_of(Work work);  // "dev", "test", "alone", "memory"...

// What climb would do, before anything is asked: core's rehearsal in figures. A climb without
// failures sends no more than this; what an endpoint fails is asked again and comes on top.
struct DryRun {
    // All figures at most.
    struct Line {
        std::string system;  // dev: "qwen2.5-coder-0.5b/structured"; else the candidate; Future: ""
        Work work = Work::Dev;
        std::int64_t cases = 0;  // that are asked, once or more often
        std::int64_t requests = 0;
        std::int64_t prompt_tokens = 0;  // estimated from characters
        std::int64_t output_tokens = 0;
        std::optional<double> cost;     // nullopt = no price stated
        std::optional<double> seconds;  // an estimate; nullopt = endpoint, recorded or not known
    };
    std::vector<Line> lines;
    core::ClimbPlan plan;
    std::vector<core::Note> notes;
    std::int64_t cases_for_promise_b = 0;
    std::optional<double> seconds;       // of all lines; nullopt when one that is local has none
    std::optional<double> memory_bytes;  // of the largest model, an estimate; nullopt = not known
    std::uint64_t download_bytes = 0;    // of models that are not here yet

    // Of all lines; its cost is that of the lines with a price, nullopt where there is none.
    [[nodiscard]] Line total() const;
};
[[nodiscard]] Result<DryRun> dry_run(const job::JobFile& file,
                                     const ClimbOptions& options,
                                     const PlanWorld& world);

}  // namespace palier::planning
