// Diagnose: why a System of a finished run fails on dev. Labels its failing cases, asks them in
// other ways as far as the store does not know the answers, and lets core conclude.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/diagnosis.h"
#include "engine/engine.h"
#include "run/progress.h"
#include "store/store.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace palier::run {

struct DiagnosisQuestion {
    std::string run = "last";  // as Store::run finds it
    std::string system;        // its id, its candidate's or its model's; "" = the nearest candidate
    std::int64_t cases = 50;   // failing ones, at most
    std::string force;         // a reason to open `lora` all the same; "" = none
};

// Borrowed; all outlive the call.
struct DiagnosisWorld {
    engine::Engines& engines;
    store::Store& store;
    const Clock& clock;
    const std::atomic<bool>& interrupted;
    ProgressSink progress;
};

// From the store alone: the cases, the job and where the models are, as the run had them. Failing
// cases are taken in the seeded order of dev. The nearest candidate is the one with the best dev
// score. What a probe cannot be asked for is said with it and ends nothing. Answers are kept: the
// same call again asks nothing.
// Errors: 11xx store, 21xx the job as the run had it; 2011 {system, known}; 2018 {system, run} no
// answer on dev is kept; 5030 {requests, cost, left, currency}: what is to be asked could cost more
// than the job's budget has left, and nothing was asked.
[[nodiscard]] Result<core::DiagnosedRun> diagnose(const DiagnosisQuestion& question,
                                                  const DiagnosisWorld& world);

}  // namespace palier::run
