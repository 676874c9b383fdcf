// The label scores after an empty input, which some recipes subtract: where a run keeps them, and
// why there are none.
#pragma once

#include "base/result.h"
#include "core/system.h"
#include "system/reading.h"

#include <string>

namespace palier::run {

// Whether the recipe needs them.
[[nodiscard]] bool needs_empty_input(const core::Recipe& recipe);
// Name of the memo that holds them.
[[nodiscard]] std::string empty_input_memo(const core::SystemSpec& spec);
// Of an outcome of system::System::prior. Errors 1011 and 1013 {system, reason}, 2313 {why}: the
// chat template refuses an empty input.
[[nodiscard]] Error no_empty_input(const std::string& system, const system::Outcome& outcome);

}  // namespace palier::run
