// Schemas that refer to themselves for the same value, so that nothing could decide them.
#pragma once

#include "schema/node.h"

#include <optional>

namespace palier::schema {

// The node that a loop begins at, if there is one. A loop through a part of the value (a member, an
// element) is no loop: values end.
[[nodiscard]] std::optional<NodeId> loop_in(const Tree& tree);

}  // namespace palier::schema
