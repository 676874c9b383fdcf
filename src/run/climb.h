// Climb: the main job. Reads the data, finds the models, then asks core what next, performs it,
// records it, until core says stop; the outcome is a core::Summary.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/summary.h"
#include "engine/engine.h"
#include "engine/workshop.h"
#include "job/job_file.h"
#include "run/progress.h"
#include "store/store.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::run {

struct ClimbOptions {
    std::string models_dir;
    bool fresh = false;         // a new run that reuses no earlier answer
    bool live_topline = false;  // run the topline's model although a recording is named
    bool quality_only = false;  // decide promise A only: no latency probe, no continuation for B
    bool file_weights = false;  // never a BF16 copy
    // Before a climb only: a model of the catalogue that is not downloaded yet is no error.
    bool missing_models_allowed = false;
    int threads = 0;  // 0 = chosen by the engine
    std::optional<double> max_seconds;
    std::optional<Money> max_cost;
    std::optional<std::uint64_t> seed;
    std::string palier_version;
};

// Borrowed; all outlive the climb.
struct ClimbWorld {
    engine::Engines& engines;
    store::Store& store;
    const Clock& clock;
    const std::atomic<bool>& interrupted;
    ProgressSink progress;
    // What measurements are compared with afterwards; nullptr: with nothing.
    engine::Workshop* workshop = nullptr;
    std::string machine_root;  // below which /sys is read; "": this machine's
};

struct ClimbResult {
    core::Summary summary;
    std::int64_t run = 0;         // row in the store
    bool already_done = false;    // the same run had ended before: nothing was asked
    std::vector<Error> troubles;  // why Systems could not be measured: endpoints
};

// Resumes an unfinished run of the same job, data, models and seed, or begins one. Interrupted and
// over budget are no errors: the summary says so and the same call goes on later.
// Errors: 21xx-26xx job, data, models; 11xx store; 4001 when the only way on is an endpoint that is
// down; 5001 when a model does not fit.
[[nodiscard]] Result<ClimbResult> climb(const job::JobFile& file,
                                        const ClimbOptions& options,
                                        const ClimbWorld& world);

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
struct PlanWorld;  // plan.h
[[nodiscard]] Result<DryRun> dry_run(const job::JobFile& file,
                                     const ClimbOptions& options,
                                     const PlanWorld& world);

// The exact text that a System would see for a case: `system` is "<candidate>/<rung>", `case_id` an
// id of the data. Opens the candidate's engine. Error 2011 unknown System, 2012 unknown case.
[[nodiscard]] Result<std::string> rendered_prompt(const job::JobFile& file,
                                                  const ClimbOptions& options,
                                                  engine::Engines& engines,
                                                  const std::string& system,
                                                  const std::string& case_id);

// The topline's answers of a run, by the case's input, for a recording: (input, answer). Error 2013
// when the run has no live topline that was measured on every case.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> topline_answers(
    const job::JobFile& file,
    const ClimbOptions& options,
    store::Store& store,
    const ClimbResult& result);

}  // namespace palier::run
