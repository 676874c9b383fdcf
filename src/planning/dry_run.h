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
#include <vector>

namespace palier::planning {

// What climb would do, before anything is asked.
struct DryRun {
    struct Line {
        std::string system;              // "qwen2.5-coder-0.5b/structured"
        bool on_dev = false;             // else on test
        std::int64_t cases = 0;          // at most
        std::int64_t prompt_tokens = 0;  // at most, estimated from characters
        std::int64_t output_tokens = 0;  // at most
        std::optional<double> cost;      // at most; nullopt = no price stated
        std::optional<double> seconds;   // an estimate; nullopt = endpoint, recorded or not known
    };
    std::vector<Line> lines;
    core::Plan plan;
    std::vector<core::Note> notes;
    std::int64_t cases_for_promise_b = 0;
    std::optional<double> seconds;       // of all lines; nullopt when one that is local has none
    std::optional<double> memory_bytes;  // of the largest model, an estimate; nullopt = not known
    std::uint64_t download_bytes = 0;    // of models that are not here yet
};
[[nodiscard]] Result<DryRun> dry_run(const job::JobFile& file,
                                     const ClimbOptions& options,
                                     const PlanWorld& world);

}  // namespace palier::planning
