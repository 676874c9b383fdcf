// Does an in-memory BF16 copy of the weights pay for label scoring on this machine? Decided once
// per model, engine build and machine, by measuring.
#pragma once

#include "core/system.h"
#include "engine/engine.h"
#include "run/evaluation.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace palier::run {

struct WeightsQuestion {
    engine::OpenSpec spec;  // bf16_copy is set by the decision
    std::uint64_t parameters = 0;
    std::optional<std::uint64_t> memory_limit_bytes;  // of the job
    std::vector<engine::Request> sample;  // score requests, as the evaluation will send them
    std::string machine;  // identity of the host, the engine's build and its threads
};

// Opens the model both ways (through `open`, which may keep what it opened) and times the sample,
// after one unmeasured request each; BF16 must be at least 15 % faster and fit in the job's limit
// and in what is free now. The decision is stored as a fact of the run and found again by later
// runs. A BF16 copy that cannot be opened is no copy. Fails only when the store does.
[[nodiscard]] Result<core::Weights> decide_weights(
    const Surroundings& around,
    const WeightsQuestion& question,
    const std::function<Result<engine::Client*>(const engine::OpenSpec&)>& open);

}  // namespace palier::run
