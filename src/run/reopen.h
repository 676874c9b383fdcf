// The model of a System of a run, to be opened again where the run found it.
#pragma once

#include "base/result.h"
#include "core/summary.h"
#include "engine/engine.h"

namespace palier::run {

// As the System was opened: weights, context, threads, and the key of an endpoint, read again.
// Error 2122 the key is not there; 2017 {system}: the run does not say where its model is.
[[nodiscard]] Result<engine::OpenSpec> open_again(const core::SystemSummary& system);

}  // namespace palier::run
