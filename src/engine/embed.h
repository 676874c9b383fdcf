// The port to vectors: what a text means, as numbers. Small on purpose, and synchronous: retrieval
// embeds a collection once. The state of a model that writes is asked of a client (Kind::State).
//
// Engine::open_embedder gives one; Facts say whether it can do more than refuse.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <string>
#include <vector>

namespace palier::engine {

using Vector = std::vector<float>;

// One thread at a time; several embedders of one engine may work at once.
class Embedder {
   public:
    virtual ~Embedder() = default;

    // One vector a text, of length 1, in their order. Error 2317 {engine, capability} where
    // Capability::SentenceEmbeddings is missing.
    [[nodiscard]] virtual Result<std::vector<Vector>> embed(
        const std::vector<std::string>& texts) = 0;
};

}  // namespace palier::engine
