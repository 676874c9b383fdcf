// Weights in memory.
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "engine/llama/recoded_stream.h"
#include "lib/gguf/gguf.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct llama_model;

namespace palier::engine::llama {

struct ModelClose {
    void operator()(llama_model* model) const;
};
using ModelPtr = std::unique_ptr<llama_model, ModelClose>;

// Where there are weights that it changes.
[[nodiscard]] std::optional<Recoding> preferred_recoding(const OpenSpec& spec);
// As spec.weights says; for "file", where llama.cpp computes with AMX, Q5_0 as Q8_0 of the same
// values; nullopt: as stored.
[[nodiscard]] std::optional<Recoding> recoding_for(const OpenSpec& spec,
                                                   const gguf::Header& header);
// Forms but "file" that change this file's weights and that this processor may be faster with.
[[nodiscard]] std::vector<std::string> other_weights(const gguf::Header& header);

// As stored, or recoded on the way. spec.progress is told shares of the
// work and may stop it. Errors: 2300-2306, 2310, 2311, 2312, 5090.
[[nodiscard]] Result<ModelPtr> load_model(const OpenSpec& spec,
                                          std::optional<Recoding> recoding,
                                          int threads);

// "llama.cpp 0.5.0 (0c1e5709...)".
[[nodiscard]] std::string llama_build();
// The CPU features that llama.cpp computes with: other kernels round otherwise.
[[nodiscard]] std::string llama_kernels();

}  // namespace palier::engine::llama
