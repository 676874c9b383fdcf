// The port to the run store. Every Trial is committed when `put_trials` returns: a killed process
// loses nothing that was put. Keys are unique: putting a Trial twice keeps the first.
// Not thread-safe: one Store per thread. Several processes may read while one writes.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/summary.h"
#include "core/trial.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::store {

// What part of a run a Trial belongs to. Diagnosis: failing dev cases, asked in other ways.
enum class Phase { Dev, Test, Topline, Latency, BatchCheck, Diagnosis };

struct RunRow {
    std::int64_t row = 0;
    std::string id;        // for people, such as "r7f3a1c"
    std::string identity;  // hash of everything that must be equal to resume
    std::string job_name, job_path;
    std::string job_text;   // the job file as read
    std::string data_hash;  // of the test split: earlier runs on the same cases are counted with it
    std::string started_at;
    bool finished = false;
    double elapsed_s = 0;
    int exit_code = -1;  // -1 = not finished
};

// Where a Trial stands in a run; (run, phase, system_hash, ordinal) is unique.
struct Placed {
    Phase phase = Phase::Dev;
    std::int64_t ordinal = 0;  // position in the seeded order; for probes the request number
    core::Trial trial;
};

// Held by the one process that writes the runs of an identity; let go when it is destroyed, and
// when its process dies, however it dies.
class RunLock {
   public:
    virtual ~RunLock() = default;
};

class Store {
   public:
    virtual ~Store() = default;

    // Error 1113 {process, since}: another process, or this one, writes runs of this identity.
    virtual Result<std::unique_ptr<RunLock>> lock(std::string_view identity) = 0;

    // The newest unfinished-or-finished run with this identity, if any.
    virtual Result<std::optional<RunRow>> find_run(std::string_view identity) = 0;
    // A new run with a new id; `row` and `id` of the argument are ignored.
    virtual Result<RunRow> begin_run(const RunRow& run) = 0;
    // By id, by unique prefix of it, or "last". Error 1106 when there is none.
    virtual Result<RunRow> run(std::string_view id) = 0;
    virtual Result<std::vector<RunRow>> runs() = 0;  // newest first
    virtual Result<void> add_elapsed(std::int64_t run, double seconds) = 0;

    // One transaction. A Trial whose key is known is linked, not written again.
    virtual Result<void> put_trials(std::int64_t run, const std::vector<Placed>& trials) = 0;
    // Takes the Trials of a phase out of a run; what other runs share of them stays.
    virtual Result<void> take_out(std::int64_t run, Phase phase) = 0;
    virtual Result<std::optional<core::Trial>> find_trial(std::string_view key) = 0;
    // Any Trial with this request key: its answer can be graded again without asking the engine.
    virtual Result<std::optional<core::Trial>> find_answer(std::string_view request_key) = 0;
    // The Trials of a run in order of phase and ordinal, one at a time (memory stays flat).
    // Filters:
    // "" = every system; the function returns false to stop.
    virtual Result<void> each_trial(std::int64_t run,
                                    std::optional<Phase> phase,
                                    std::string_view system_hash,
                                    const std::function<bool(const Placed&)>& visit) = 0;

    // Small memos decided once per run (weights form, memory peak...), as text.
    virtual Result<void> put_memo(std::int64_t run,
                                  std::string_view name,
                                  std::string_view value) = 0;
    virtual Result<std::optional<std::string>> memo(std::int64_t run, std::string_view name) = 0;
    // The newest value of a memo in any run.
    virtual Result<std::optional<std::string>> newest_memo(std::string_view name) = 0;

    // The cases of a run as they were read, for `show` and the case matrix.
    virtual Result<void> put_cases(std::int64_t run, const std::vector<core::Case>& cases) = 0;
    virtual Result<void> each_case(std::int64_t run,
                                   const std::function<bool(const core::Case&)>& visit) = 0;

    virtual Result<void> put_summary(std::int64_t run, const core::Summary& summary) = 0;
    virtual Result<core::Summary> summary(std::int64_t run) = 0;
};

}  // namespace palier::store
