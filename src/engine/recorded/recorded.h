// The engine of answers made elsewhere or earlier: looks each input up in a file. It has no
// latency, scores nothing, constrains nothing and has no prompt to show.
#pragma once

#include "engine/engine.h"

#include <memory>

namespace palier::engine::recorded {

// Loads OpenSpec::path; OpenSpec::name, if set, is the model's name for people. Errors: 2600 the
// file cannot be read, 2601..2606 what is wrong in it and at which line. The engine's post never
// fails and answers at once; its render fails with 2607.
[[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec);

}  // namespace palier::engine::recorded
