// For adapters: what a request asks that the engine cannot do, refused by name. One place for all
// engines, so that none forgets a wish and answers something else instead.
#pragma once

#include "engine/engine.h"

#include <optional>
#include <string>

namespace palier::engine {

// The end of a request that cannot be served as asked: Unsupported with the first capability that
// is missing, or Rejected when it contradicts itself (labels that nothing is done with, a Score or
// a constraint without them, a constraint where no text is written). nullopt: the engine can try.
[[nodiscard]] std::optional<Failed> refusal_of(const Request& request, const Facts& facts);

// Error 2317 {engine, capability}.
[[nodiscard]] Error cannot(const std::string& engine, Capability missing);

}  // namespace palier::engine
