// For models and endpoints that take no system message.
#pragma once

#include "engine/engine.h"

#include <vector>

namespace palier::engine {

// The system messages, joined by an empty line, in front of the first of the user's; a message of
// the user's of their own where there is none.
[[nodiscard]] std::vector<Message> with_system_folded(const std::vector<Message>& messages);

}  // namespace palier::engine
