// The geometry of a model, as its file's header tells it: what memory and speed depend on.
#pragma once

#include "base/result.h"
#include "lib/gguf/gguf.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::catalog {

struct LayerShape {
    std::int64_t heads = 0;       // of the queries
    std::int64_t kv_heads = 0;    // 0: no attention, or the cache of an earlier layer is used
    std::int64_t key_size = 0;    // elements of one head's key
    std::int64_t value_size = 0;  // elements of one head's value
    std::int64_t feed_forward = 0;
    bool windowed = false;             // attends to the last Shape::sliding_window tokens only
    std::uint64_t state_elements = 0;  // of a recurrent layer, one sequence: f32 each, no context

    // Elements of keys and values that one token leaves in the cache.
    [[nodiscard]] std::uint64_t key_elements() const;
    [[nodiscard]] std::uint64_t value_elements() const;
};

struct TypeShare {
    std::string type;  // "Q4_K"
    std::uint64_t tensors = 0;
    std::uint64_t elements = 0;
    std::uint64_t bytes = 0;
};

struct Shape {
    std::string architecture;
    std::int64_t context_tokens = 0;  // trained; 0 = the file does not tell
    std::int64_t hidden = 0;
    std::int64_t vocabulary = 0;
    std::int64_t merges = 0;          // of the tokenizer
    std::int64_t sliding_window = 0;  // tokens; 0 = none
    std::int64_t experts = 0;
    std::int64_t experts_used = 0;
    bool tied_output = false;  // the token embeddings are the output matrix too
    std::vector<LayerShape> layers;
    std::vector<TypeShare> types;  // really used by tensors, most bytes first
    std::uint64_t parameters = 0;  // elements of all tensors
    std::uint64_t tensor_bytes = 0;

    // At least one layer keeps a state instead of keys and values.
    [[nodiscard]] bool is_recurrent() const;
    // Layers with keys and values of their own.
    [[nodiscard]] std::size_t attention_layers() const;
    [[nodiscard]] std::int64_t widest_feed_forward() const;
    // Keys and values of one token in all layers, in elements, f16 each unless the cache is
    // quantised.
    [[nodiscard]] std::uint64_t cache_elements_per_token() const;
};

// The rules of each architecture (window pattern, shared caches, which layers are recurrent) are
// those of llama.cpp 0.5.0, src/models/*.cpp and src/llama-hparams.cpp. Pure.
// Errors: 2450 an architecture whose rules are not known here: nothing is guessed; 2451 a figure is
// missing or impossible. Both name the architecture.
[[nodiscard]] Result<Shape> shape_of(const gguf::Header& header);

// Names of the architectures that shape_of knows.
[[nodiscard]] const std::vector<std::string>& known_architectures();

}  // namespace palier::catalog
