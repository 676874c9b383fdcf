// A model's states after many inputs: what a head is learned from. As the System with that head
// will be asked, by the same requests.
#pragma once

#include "core/case.h"
#include "core/system.h"
#include "engine/engine.h"
#include "system/reading.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace palier::system {

struct States {
    // Of each input; nullopt: the model's failure, as `failures` says.
    std::vector<std::optional<std::vector<float>>> states;
    std::vector<core::Failure> failures;
    std::optional<std::int64_t> tokens = 0;  // of all prompts; nullopt: not known
    std::optional<Trouble> trouble;          // the world failed, or it was stopped: Cancelled
};

// spec.recipe decides by a head. `batch` inputs are posted together, as a fixed batch. go_on: asked
// between batches with the number of inputs read; false stops. Errors: those of Client::post.
[[nodiscard]] Result<States> read_states(engine::Client& client,
                                         const core::SystemSpec& spec,
                                         const std::vector<core::Input>& inputs,
                                         std::size_t batch,
                                         const std::function<bool(std::size_t done)>& go_on);

}  // namespace palier::system
