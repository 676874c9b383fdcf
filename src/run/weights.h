// Does an in-memory copy of the weights in another form pay for label scoring? Measured once for a
// model on a machine, while it is quiet, and kept beside the calibration: the same command gives
// the same answers, whatever the load of the moment.
#pragma once

#include "catalog/weights_file.h"
#include "core/job.h"
#include "engine/engine.h"
#include "run/evaluation.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace palier::run {

struct WeightsQuestion {
    std::string model;                  // for people
    std::string key;                    // the file, the machine, the engine's build and its threads
    std::string folder;                 // where the answer is kept
    std::vector<core::Weights> others;  // that may be faster than the file's form
    std::uint64_t parameters = 0;
    std::optional<std::uint64_t> memory_limit_bytes;  // of the job
    // Opens the model in a form; nullptr: it cannot be opened so.
    std::function<std::unique_ptr<engine::Client>(core::Weights)> open;
    std::function<bool()> wait_until_quiet;  // false: it does not become quiet
};

// What was decided for this run stands; else what is kept; else the forms answer the same requests,
// and a copy must be at least 15 % faster and fit in the job's limit and in what is free now. On a
// machine that stays busy the file's form is taken for this run and nothing is kept.
// Fails only when the store does.
[[nodiscard]] Result<core::Weights> decide_weights(const Surroundings& around,
                                                   const WeightsQuestion& question);

}  // namespace palier::run
