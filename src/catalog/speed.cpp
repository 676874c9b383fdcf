#include "catalog/speed.h"

#include "catalog/memory.h"
#include "engine/codes.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace palier::catalog {
namespace {

// Operations of one layer's graph besides its matrix products, of a usual transformer: norms,
// rotations, cache writes, attention, gates, sums.
constexpr double k_steps_per_layer = 17;
// Elements a token that pass between the products of a layer, in widths of the hidden state:
// two norms and their scalings (4), sums (2); and of the queries and keys: rotations, cache writes
// (2).
constexpr double k_hidden_passes = 6;
constexpr double k_head_passes = 2;
constexpr double k_usual_norms = 2;       // of the hidden state, a layer
constexpr double k_passes_of_a_norm = 2;  // the norm and its scaling

// Of a prompt's last batch, half of the tokens that come later in it are skipped: fitted.
constexpr double k_skipped = 0.5;

struct Work {
    double products = 0;  // seconds a token
    double pass = 0;      // seconds a forward pass of several tokens
    double weights = 0;   // seconds, one token
    double output = 0;    // seconds, one row
    double matrices = 0;
};

Result<Work> work_of(const gguf::Header& header,
                     const Shape& shape,
                     const engine::Calibration& calibration) {
    std::map<std::uint32_t, engine::KernelSpeed> speeds;
    for (const engine::KernelSpeed& each : calibration.kernels) {
        speeds[each.type] = each;
    }
    const double used =
        shape.experts > 0 && shape.experts_used > 0
            ? static_cast<double>(shape.experts_used) / static_cast<double>(shape.experts)
            : 1;
    std::vector<engine::Matrix> matrices = matrices_of(header, shape);
    Work work;
    std::size_t at = 0;
    const auto output_name = shape.tied_output ? "token_embd.weight" : "output.weight";
    for (const gguf::Tensor& tensor : header.tensors) {
        const bool is_output = tensor.name == output_name;
        const bool in_layer = tensor.name.starts_with("blk.");
        if (at >= matrices.size() || matrices[at].type != tensor.type ||
            matrices[at].columns * matrices[at].rows * matrices[at].depth != tensor.elements()) {
            continue;  // not loaded
        }
        const engine::Matrix matrix = matrices[at++];
        if (matrix.rows < 2 || !(is_output || in_layer)) {
            continue;
        }
        const auto speed = speeds.find(matrix.type);
        if (speed == speeds.end()) {
            return Error(engine::codes::no_kernel, {{"type", std::string(tensor.type_name)}});
        }
        const double weights =
            static_cast<double>(tensor.elements()) * (matrix.depth > 1 ? used : 1);
        if (is_output) {
            work.output = weights * speed->second.seconds_per_weight;
        } else {
            work.products += weights * speed->second.seconds_per_product;
            // However few the tokens, the weights are read once.
            work.pass += weights *
                         std::max(speed->second.seconds_per_pass, speed->second.seconds_per_weight);
            work.weights += weights * speed->second.seconds_per_weight;
            work.matrices += 1;
        }
    }
    return work;
}

// One token's queries times the cached tokens that they are held against, over all layers that
// attend; a windowed layer sees no more than its window.
struct Attended {
    double heads = 0;
    double elements = 0;  // of the heads
};
Attended attended(const Shape& shape, double cached_tokens) {
    Attended sum;
    for (const LayerShape& layer : shape.layers) {
        const bool attends = layer.heads > 0 && layer.key_size > 0 &&
                             (layer.state_elements == 0 || layer.kv_heads > 0);
        const double seen = layer.windowed
                                ? std::min(cached_tokens, static_cast<double>(shape.sliding_window))
                                : cached_tokens;
        const double heads = attends ? static_cast<double>(layer.heads) * seen : 0;
        sum.heads += heads;
        sum.elements += heads * static_cast<double>(layer.key_size);
    }
    return sum;
}

// Elements a token that a layer's norms see, where the file tells of more than the usual ones
// (Gemma norms again after attention and feed-forward; Gemma 3 and Qwen 3 norm queries and keys).
double extra_norms(const gguf::Header& header, const Shape& shape) {
    double sum = 0;
    for (const gguf::Tensor& tensor : header.tensors) {
        if (!tensor.name.starts_with("blk.") || !tensor.name.ends_with("norm.weight") ||
            tensor.dims.empty()) {
            continue;
        }
        const std::size_t at = std::strtoul(tensor.name.c_str() + 4, nullptr, 10);
        const LayerShape layer = at < shape.layers.size() ? shape.layers[at] : LayerShape{};
        sum += tensor.name.ends_with("attn_q_norm.weight")
                   ? static_cast<double>(layer.heads * layer.key_size)
               : tensor.name.ends_with("attn_k_norm.weight")
                   ? static_cast<double>(layer.kv_heads * layer.key_size)
                   : static_cast<double>(tensor.dims[0]);
    }
    const double usual = k_usual_norms * static_cast<double>(shape.hidden) *
                         static_cast<double>(shape.layers.size());
    return std::max(0.0, sum - usual);
}

double passing_elements(const gguf::Header& header, const Shape& shape) {
    double sum = k_passes_of_a_norm * extra_norms(header, shape);
    for (const LayerShape& layer : shape.layers) {
        sum += k_hidden_passes * static_cast<double>(shape.hidden) +
               static_cast<double>(layer.feed_forward) +
               k_head_passes * static_cast<double>((layer.heads + layer.kv_heads) * layer.key_size);
    }
    return sum;
}

}  // namespace

std::vector<std::uint32_t> types_to_calibrate(const gguf::Header& header) {
    std::set<std::uint32_t> types;
    for (const gguf::Tensor& tensor : header.tensors) {
        if (tensor.dims.size() > 1 && tensor.dims[1] > 1) {
            types.insert(tensor.type);
        }
    }
    return {types.begin(), types.end()};
}

Result<SpeedEstimate> estimate_speed(const gguf::Header& header,
                                     const Shape& shape,
                                     const engine::Calibration& calibration,
                                     std::int64_t prompt_tokens,
                                     int batch_tokens) {
    const auto work = work_of(header, shape, calibration);
    PALIER_TRY(work);
    const double tokens = static_cast<double>(std::max<std::int64_t>(1, prompt_tokens));
    const double batch = std::max(1, batch_tokens);
    const auto layers = static_cast<double>(shape.layers.size());
    const double steps = layers * k_steps_per_layer * calibration.seconds_per_step +
                         work->matrices * calibration.seconds_per_matrix;
    const double passes = std::max(1.0, tokens / batch);
    const double choosing = static_cast<double>(shape.vocabulary) * calibration.seconds_per_logit;
    const double seen = (tokens + k_skipped * std::min(tokens, batch)) / 2;
    const double prefill =
        tokens * work->products + passes * (work->pass + steps) + work->output + choosing +
        tokens * attended(shape, seen).elements * calibration.seconds_per_attended +
        tokens * passing_elements(header, shape) * calibration.seconds_per_element;
    const double decode = work->weights + work->output + steps + choosing +
                          attended(shape, tokens).heads * calibration.seconds_per_attended_alone;
    SpeedEstimate estimate;
    estimate.prefill_tokens_per_s = tokens / prefill;
    estimate.decode_tokens_per_s = 1 / decode;
    estimate.ttft_ms = prefill * 1000;
    return estimate;
}

}  // namespace palier::catalog
