// Climb: the main job. Reads the data, finds the models, then asks core what next, performs it,
// records it, until core says stop; the outcome is a core::Summary.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/summary.h"
#include "engine/engine.h"
#include "engine/workshop.h"
#include "job/job_file.h"
#include "planning/options.h"
#include "run/progress.h"
#include "store/store.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::run {

// Borrowed; all outlive the climb.
struct ClimbWorld {
    engine::Engines& engines;
    store::Store& store;
    const Clock& clock;
    const std::atomic<bool>& interrupted;
    ProgressSink progress;
    // What measurements are compared with afterwards; nullptr: with nothing.
    engine::Workshop* workshop = nullptr;
    std::string machine_root;  // below which /sys and /proc are read; "": this machine's
    // What is to be said before a candidate's first case, once; empty: nobody listens. The summary
    // keeps it among its notes.
    std::function<void(const core::Note&)> tell = nullptr;
};

struct ClimbResult {
    core::Summary summary;
    std::int64_t run = 0;         // row in the store
    bool already_done = false;    // the same run had ended before: nothing was asked
    std::vector<Error> troubles;  // why Systems could not be measured
};

// Resumes an unfinished run of the same job, data, models and seed, or begins one. Interrupted and
// over budget are no errors: the summary says so and the same call goes on later. Nor is what
// troubles one candidate: an endpoint that is down, a file that does not load, memory that is
// missing. The verdict says so, and the same call tries it again.
// Errors: 21xx-26xx job, data, models; 11xx store.
[[nodiscard]] Result<ClimbResult> climb(const job::JobFile& file,
                                        const planning::ClimbOptions& options,
                                        const ClimbWorld& world);

// The exact text that a System would see for a case: `system` is "<candidate>/<rung>", `case_id` an
// id of the data. Opens the candidate's engine. Error 2011 unknown System, 2012 unknown case.
[[nodiscard]] Result<std::string> rendered_prompt(const job::JobFile& file,
                                                  const planning::ClimbOptions& options,
                                                  engine::Engines& engines,
                                                  const std::string& system,
                                                  const std::string& case_id);

// The same of a run, from the store alone: `system` is one that the run has shown. Opens its model
// where the run found it. Error 2011, 2012; 2014 where the run does not say where its model is, or
// only plays answers back.
[[nodiscard]] Result<std::string> prompt_of_run(const store::RunRow& run,
                                                store::Store& store,
                                                engine::Engines& engines,
                                                const std::string& system,
                                                const std::string& case_id);

// The topline's answers of a run and its failures, for a recording that plays back to the same
// scores. Error 2013 when the run has no live topline that was measured on every case.
[[nodiscard]] Result<std::vector<engine::RecordedAnswer>> topline_answers(
    const job::JobFile& file,
    const planning::ClimbOptions& options,
    store::Store& store,
    const ClimbResult& result);

}  // namespace palier::run
