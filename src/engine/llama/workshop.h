// The embedded engine's side of engine/workshop.h. Not thread-safe.
#pragma once

#include "engine/workshop.h"

#include <memory>

namespace palier::engine::llama {

[[nodiscard]] std::unique_ptr<Workshop> make_workshop();

}  // namespace palier::engine::llama
