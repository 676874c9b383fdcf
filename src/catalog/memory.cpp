#include "catalog/memory.h"

#include "base/check.h"
#include "base/units.h"
#include "catalog/codes.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace palier::catalog {
namespace {

constexpr std::uint64_t k_f32 = 4;
constexpr std::uint64_t k_f16 = 2;
constexpr int k_cell_padding = 256;
// Fitted on four models, two tokenizers (bench/README.md).
constexpr double k_feed_forward_rows = 3;
constexpr double k_hidden_rows = 5.6;
constexpr std::uint64_t k_bytes_per_token = 196;
constexpr std::uint64_t k_bytes_per_merge = 203;
constexpr std::uint64_t k_sampling_bytes = 8;  // a token of the vocabulary, a sequence
constexpr std::uint64_t k_process_bytes = 5'300'000;

std::uint64_t padded(std::uint64_t cells) {
    return (cells + k_cell_padding - 1) / k_cell_padding * k_cell_padding;
}

std::uint64_t cache_bytes(std::uint64_t elements, CacheType type) {
    switch (type) {
        case CacheType::F16:
            return elements * k_f16;
        case CacheType::Q8_0:
            return elements * 34 / 32;
        case CacheType::Q4_0:
            return elements * 18 / 32;
    }
    return elements * k_f16;
}

// "blk.12.ffn_up.weight" -> 12.
std::optional<std::int64_t> layer_of(std::string_view name) {
    constexpr std::string_view k_prefix = "blk.";
    if (name.substr(0, k_prefix.size()) != k_prefix) {
        return std::nullopt;
    }
    std::int64_t layer = 0;
    const auto [end, failure] =
        std::from_chars(name.data() + k_prefix.size(), name.data() + name.size(), layer);
    return failure == std::errc() && layer >= 0 ? std::optional(layer) : std::nullopt;
}

bool is_loaded(const gguf::Tensor& tensor, const Shape& shape) {
    const auto layer = layer_of(tensor.name);
    return !layer || *layer < static_cast<std::int64_t>(shape.layers.size());
}

bool is_embedding(const gguf::Tensor& tensor) {
    return tensor.name == "token_embd.weight" || tensor.name == "per_layer_token_embd.weight";
}

engine::Matrix matrix_of(const gguf::Tensor& tensor) {
    const auto dim = [&](std::size_t i) {
        return i < tensor.dims.size() ? tensor.dims[i] : std::uint64_t{1};
    };
    return {tensor.type, dim(0), dim(1), dim(2) * dim(3), is_embedding(tensor)};
}

std::uint64_t bytes_unpacked(const engine::Matrix& matrix, const engine::Held& held) {
    const auto layout = gguf::layout_of(held.type);
    PALIER_CHECK(layout.has_value(), "a type that files hold");
    return matrix.columns / layout->block_elements * layout->block_bytes * matrix.rows *
           matrix.depth;
}

std::uint64_t rounded(double bytes) {
    return static_cast<std::uint64_t>(std::llround(bytes));
}

// Layers on the GPU: the last ones. The output matrix comes after them all.
struct Placement {
    std::int64_t layers = 0;
    std::int64_t gpu_layers = 0;
    [[nodiscard]] bool on_gpu(std::int64_t layer) const { return layer >= layers + 1 - gpu_layers; }
    [[nodiscard]] bool output_on_gpu() const { return gpu_layers > 0; }
    [[nodiscard]] std::uint64_t& of(Place& place, std::int64_t layer) const {
        return on_gpu(layer) ? place.vram : place.ram;
    }
};

void add_weights(const gguf::Header& header,
                 const Shape& shape,
                 const engine::MemoryUse& facts,
                 const Placement& placement,
                 MemoryEstimate& estimate) {
    const std::vector<engine::Matrix> matrices = matrices_of(header, shape);
    PALIER_CHECK(facts.held.size() == matrices.size(), "facts about these matrices");
    std::size_t at = 0;
    for (const gguf::Tensor& tensor : header.tensors) {
        if (!is_loaded(tensor, shape)) {
            continue;
        }
        const engine::Held& held = facts.held[at];
        const bool is_output = tensor.name.starts_with("output");
        const auto layer = layer_of(tensor.name);
        const bool on_gpu = layer       ? placement.on_gpu(*layer)
                            : is_output ? placement.output_on_gpu()
                                        : false;
        (on_gpu ? estimate.weights.vram : estimate.weights.ram) +=
            on_gpu ? bytes_unpacked(matrices[at], held) : held.bytes;
        if (held.repacked && layer && !on_gpu) {
            estimate.staging = std::max(estimate.staging, tensor.bytes);
        }
        ++at;
    }
    if (shape.tied_output) {
        const engine::Held& held = facts.held.back();
        if (placement.output_on_gpu()) {
            estimate.tied_copy.vram = bytes_unpacked(matrices.back(), held);
        } else if (held.repacked) {
            estimate.tied_copy.ram = held.bytes;
        }
    }
}

void add_cache(const Shape& shape,
               const engine::MemoryUse& facts,
               const MemoryQuestion& question,
               const Placement& placement,
               MemoryEstimate& estimate) {
    const std::uint64_t cells = padded(static_cast<std::uint64_t>(facts.cells));
    const auto in_window =
        static_cast<std::uint64_t>(shape.sliding_window * std::max(1, facts.rows) + facts.batch);
    const std::uint64_t windowed = facts.full_windows ? cells : std::min(cells, padded(in_window));
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        const LayerShape& layer = shape.layers[i];
        const std::uint64_t rows = layer.windowed ? windowed : cells;
        placement.of(estimate.cache, static_cast<std::int64_t>(i)) +=
            cache_bytes(rows * layer.key_elements(), question.keys) +
            cache_bytes(rows * layer.value_elements(), question.values);
        placement.of(estimate.states, static_cast<std::int64_t>(i)) +=
            layer.state_elements * k_f32 * static_cast<std::uint64_t>(std::max(1, facts.rows));
    }
}

void add_buffers(const Shape& shape,
                 const engine::MemoryUse& facts,
                 const MemoryQuestion& question,
                 const Placement& placement,
                 MemoryEstimate& estimate) {
    const auto vocabulary = static_cast<std::uint64_t>(shape.vocabulary);
    const auto batch = static_cast<std::uint64_t>(facts.batch);
    const auto rows = static_cast<std::uint64_t>(facts.rows);
    estimate.logits.ram = rows * vocabulary * k_f32;
    const bool has_windows = shape.sliding_window > 0;
    const std::uint64_t masks = shape.attention_layers() == 0 ? 0 : has_windows ? 2 : 1;
    const std::uint64_t mask_bytes =
        masks * padded(static_cast<std::uint64_t>(facts.cells)) * batch * k_f16;
    const std::uint64_t pass =
        rounded((k_feed_forward_rows * static_cast<double>(shape.widest_feed_forward()) +
                 k_hidden_rows * static_cast<double>(shape.hidden)) *
                static_cast<double>(batch * k_f32));
    const std::uint64_t used_rows =
        question.scores ? rows : std::min(rows, static_cast<std::uint64_t>(question.sequences));
    const std::uint64_t logits = used_rows * vocabulary * k_f32;
    const std::uint64_t sampling = question.scores ? 0 : used_rows * vocabulary * k_sampling_bytes;
    if (question.gpu_layers > 0) {
        // Reserved as a whole there.
        estimate.compute.vram = std::max(pass, rows * vocabulary * k_f32) + mask_bytes;
        estimate.compute.ram = sampling;
        if (placement.on_gpu(0)) {
            return;
        }
    }
    estimate.compute.ram =
        (question.scores ? std::max(pass, logits) : pass + sampling) + mask_bytes;
}

}  // namespace

std::uint64_t MemoryEstimate::ram() const {
    const std::uint64_t loaded = weights.ram + tied_copy.ram;
    const std::uint64_t working = cache.ram + states.ram + compute.ram + logits.ram;
    return loaded + tokenizer + process + std::max(working, staging);
}

std::uint64_t MemoryEstimate::vram() const {
    return weights.vram + tied_copy.vram + cache.vram + states.vram + compute.vram + logits.vram;
}

std::vector<std::pair<std::string, Place>> MemoryEstimate::parts() const {
    std::vector<std::pair<std::string, Place>> all{{"weights", weights},
                                                   {"tied_copy", tied_copy},
                                                   {"cache", cache},
                                                   {"states", states},
                                                   {"compute", compute},
                                                   {"logits", logits},
                                                   {"tokenizer", {tokenizer, 0}},
                                                   {"process", {process, 0}}};
    std::erase_if(all,
                  [](const auto& part) { return part.second.ram == 0 && part.second.vram == 0; });
    return all;
}

std::vector<engine::Matrix> matrices_of(const gguf::Header& header, const Shape& shape) {
    std::vector<engine::Matrix> matrices;
    std::optional<engine::Matrix> tied;
    for (const gguf::Tensor& tensor : header.tensors) {
        if (!is_loaded(tensor, shape)) {
            continue;
        }
        matrices.push_back(matrix_of(tensor));
        if (shape.tied_output && tensor.name == "token_embd.weight") {
            tied = matrices.back();
            tied->looked_up = false;
        }
    }
    if (tied) {
        matrices.push_back(*tied);
    }
    return matrices;
}

MemoryEstimate estimate_memory(const gguf::Header& header,
                               const Shape& shape,
                               const engine::MemoryUse& facts,
                               const MemoryQuestion& question) {
    MemoryEstimate estimate;
    const Placement placement{static_cast<std::int64_t>(shape.layers.size()), question.gpu_layers};
    add_weights(header, shape, facts, placement, estimate);
    add_cache(shape, facts, question, placement, estimate);
    add_buffers(shape, facts, question, placement, estimate);
    estimate.tokenizer = static_cast<std::uint64_t>(shape.vocabulary) * k_bytes_per_token +
                         static_cast<std::uint64_t>(shape.merges) * k_bytes_per_merge;
    estimate.process = k_process_bytes;
    return estimate;
}

Result<MemoryEstimate> estimate_memory(const std::string& path,
                                       const engine::OpenSpec& spec,
                                       engine::Workshop& workshop,
                                       const MemoryQuestion& question) {
    const auto header = gguf::read(path);
    PALIER_TRY(header);
    const auto shape = shape_of(*header);
    PALIER_TRY(shape);
    engine::OpenSpec capped = spec;
    if (shape->context_tokens > 0) {
        capped.context_tokens =
            static_cast<int>(std::min<std::int64_t>(spec.context_tokens, shape->context_tokens));
    }
    const auto facts = workshop.memory_facts(
        capped, matrices_of(*header, *shape), static_cast<int>(shape->vocabulary));
    PALIER_TRY(facts);
    return estimate_memory(*header, *shape, *facts, question);
}

Result<void> check_fits(const MemoryEstimate& estimate,
                        std::uint64_t available_bytes,
                        const std::string& model) {
    if (estimate.ram() <= available_bytes) {
        return {};
    }
    return Error(codes::would_not_fit,
                 {{"model", model},
                  {"needed", show_bytes(estimate.ram())},
                  {"available", show_bytes(available_bytes)},
                  {"missing", show_bytes(estimate.ram() - available_bytes)},
                  {"weights", show_bytes(estimate.weights.ram + estimate.tied_copy.ram)},
                  {"cache", show_bytes(estimate.cache.ram + estimate.states.ram)},
                  {"buffers", show_bytes(estimate.compute.ram + estimate.logits.ram)},
                  {"other", show_bytes(estimate.tokenizer + estimate.process)}});
}

}  // namespace palier::catalog
