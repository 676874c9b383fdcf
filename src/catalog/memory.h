// How much memory a model takes: estimated from its shape and from what the engine says of itself,
// before anything is loaded. bench/README.md compares it with measured peaks.
#pragma once

#include "base/result.h"
#include "catalog/shape.h"
#include "engine/workshop.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::catalog {

enum class CacheType { F16, Q8_0, Q4_0 };

struct MemoryQuestion {
    std::string name;    // of the model, for people
    int gpu_layers = 0;  // from the last backwards; layers + 1 places the output matrix too
    CacheType keys = CacheType::F16;
    CacheType values = CacheType::F16;
    int sequences = 1;    // answered at once: rows of logits really used
    bool scores = false;  // labels are scored: all rows of logits are used
};

struct Place {
    std::uint64_t ram = 0;   // bytes
    std::uint64_t vram = 0;  // bytes
};

// Bytes, at the peak. An estimate.
struct MemoryEstimate {
    Place weights;
    Place tied_copy;  // a tied output matrix that is held a second time
    Place cache;      // keys and values
    Place states;     // of recurrent layers
    Place compute;    // buffers of one forward pass
    Place logits;
    std::uint64_t tokenizer = 0;
    std::uint64_t process = 0;  // threads, graphs, allocator
    std::uint64_t staging = 0;  // while loading only: the largest copy before repacking

    // The peak: everything but staging, or loading, whichever is more.
    [[nodiscard]] std::uint64_t ram() const;
    [[nodiscard]] std::uint64_t vram() const;
    // Names of the parts, for messages ("weights", "cache"...), with their bytes; parts of 0 bytes
    // left out. The words are those of --json.
    [[nodiscard]] std::vector<std::pair<std::string, Place>> parts() const;
};

// The weights that a file would load, each tensor once, as the engine wants to be asked; a tied
// output matrix stands last. Tensors of heads that predict further tokens are not loaded.
[[nodiscard]] std::vector<engine::Matrix> matrices_of(const gguf::Header& header,
                                                      const Shape& shape);

// `facts` answers for matrices_of(header, shape). Pure.
// Weights: bytes as the engine holds them. Cache: cells x elements x bytes of the type, in all
// layers (cells padded to 256). Compute: what a batch touches: 3 feed-forward and 5.6 hidden rows
// of f32 and a mask of f16 a token, fitted on what llama.cpp 0.5.0 reserves, and 8 bytes a token of
// the vocabulary and sequence. Tokenizer: 196 bytes a token and 203 a merge, fitted on peaks.
[[nodiscard]] MemoryEstimate estimate_memory(const gguf::Header& header,
                                             const Shape& shape,
                                             const engine::MemoryUse& facts,
                                             const MemoryQuestion& question);

// Reads the header, asks the workshop, estimates. Errors: 23xx, 2450, 2451, 2456.
[[nodiscard]] Result<MemoryEstimate> estimate_memory(const std::string& path,
                                                     const engine::OpenSpec& spec,
                                                     engine::Workshop& workshop,
                                                     const MemoryQuestion& question);

// Error 5020 with the breakdown if `estimate` needs more than `available_bytes` of RAM.
[[nodiscard]] Result<void> check_fits(const MemoryEstimate& estimate,
                                      std::uint64_t available_bytes,
                                      const std::string& model);

// What a catalogue knows of a model without its file.
struct Figures {
    std::uint64_t parameters = 0;
    std::optional<std::int64_t> hidden;
    std::optional<std::int64_t> vocabulary;
    std::optional<bool> tied_output;
};

// Bytes of the weights of a file of this quantisation ("Q4_K_M", "Q8_0", "F16"...), from figures
// alone. nullopt: a quantisation that is not known. Bits a weight of the layers and of the two
// vocabulary matrices by quantisation: block sizes of ggml-common.h, mixes of Llama-3.1-8B in
// llama.cpp 0.5.0's tools/quantize/README.md; rows that are no multiple of 256 fall back to the
// types that llama.cpp takes then (src/llama-quant.cpp).
[[nodiscard]] std::optional<std::uint64_t> weights_from_figures(const Figures& figures,
                                                                std::string_view quantisation);
// Bytes of keys and values for a context, from figures alone, f16.
[[nodiscard]] std::uint64_t cache_from_figures(std::int64_t layers,
                                               std::int64_t kv_heads,
                                               std::int64_t head_size,
                                               std::int64_t context_tokens);

}  // namespace palier::catalog
