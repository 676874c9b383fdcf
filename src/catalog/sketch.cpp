#include "catalog/sketch.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace palier::catalog {
namespace {

constexpr std::uint32_t k_most_types = 64;
// ggml's numbers.
constexpr std::uint32_t k_f16 = 1;
constexpr std::uint32_t k_q5_0 = 6;
constexpr std::uint32_t k_q8_0 = 8;
constexpr std::uint32_t k_q2_k = 10;
constexpr std::uint32_t k_q4_k = 12;
constexpr std::uint32_t k_q6_k = 14;
// Widths of feed-forward layers are multiples of it.
constexpr std::uint64_t k_width_step = 32;

// "Q4_K_M" -> Q4_K, "UD-Q4_K_XL" -> Q4_K, "Q8_0" -> Q8_0, "BF16" -> BF16.
std::optional<std::uint32_t> main_type_of(std::string_view quantisation) {
    std::string name = to_lower(quantisation);
    if (name.starts_with("ud-")) {
        name = name.substr(3);
    }
    std::optional<std::uint32_t> best;
    std::size_t longest = 0;
    for (std::uint32_t type = 0; type < k_most_types; ++type) {
        const auto layout = gguf::layout_of(type);
        if (!layout) {
            continue;
        }
        const std::string known = to_lower(layout->name);
        if (name.starts_with(known) && known.size() > longest) {
            best = type;
            longest = known.size();
        }
    }
    return best;
}

class Drawing {
   public:
    Drawing(Sketch& sketch, std::uint32_t type) : sketch_(sketch), type_(type) {}

    // Rows hold whole blocks: where they cannot, llama.cpp takes a type with smaller blocks
    // (src/llama-quant.cpp of 0.5.0: 5-bit for 4-bit, 8-bit for the others).
    void add(std::string name, std::uint64_t columns, std::uint64_t rows) {
        add(std::move(name), columns, rows, type_);
    }
    // The matrix that is the output too gets more bits than the rest of a K-quant mix.
    void add_embeddings(std::uint64_t columns, std::uint64_t rows) {
        const bool mixed = type_ >= k_q2_k && type_ < k_q6_k;
        add("token_embd.weight", columns, rows, mixed ? k_q6_k : type_);
    }

   private:
    void add(std::string name, std::uint64_t columns, std::uint64_t rows, std::uint32_t wanted) {
        std::uint32_t type = wanted;
        for (const std::uint32_t otherwise : {wanted == k_q4_k ? k_q5_0 : k_q8_0, k_f16}) {
            if (columns % gguf::layout_of(type)->block_elements != 0) {
                type = otherwise;
            }
        }
        const auto layout = *gguf::layout_of(type);
        gguf::Tensor tensor;
        tensor.name = std::move(name);
        tensor.dims = {columns, rows};
        tensor.type = type;
        tensor.type_name = layout.name;
        tensor.bytes = columns * rows / layout.block_elements * layout.block_bytes;
        sketch_.shape.tensor_bytes += tensor.bytes;
        sketch_.header.tensors.push_back(std::move(tensor));
    }

    Sketch& sketch_;
    std::uint32_t type_;
};

}  // namespace

std::optional<Sketch> sketch_of(const Known& model, const KnownFile& file) {
    const auto type = main_type_of(file.quantisation);
    if (!type || !model.parameters || !model.layers || !model.heads || !model.hidden_size ||
        !model.vocabulary) {
        return std::nullopt;
    }
    const auto figure = [](const Maybe<std::int64_t>& known, std::int64_t otherwise) {
        return static_cast<std::uint64_t>(
            std::max<std::int64_t>(1, known ? known->value : otherwise));
    };
    const std::uint64_t layers = figure(model.layers, 1);
    const std::uint64_t hidden = figure(model.hidden_size, 1);
    const std::uint64_t heads = figure(model.heads, 1);
    const std::uint64_t kv_heads = figure(model.kv_heads, model.heads->value);
    const std::uint64_t head_size = figure(
        model.head_size, model.hidden_size->value / std::max<std::int64_t>(1, model.heads->value));
    const std::uint64_t vocabulary = figure(model.vocabulary, 1);
    const std::uint64_t attention = hidden * head_size * 2 * (heads + kv_heads);
    const std::uint64_t outside = hidden * vocabulary + layers * attention;
    const std::uint64_t parameters = model.parameters->value;
    const std::uint64_t multiplied =
        std::min(parameters, model.effective ? model.effective->value : parameters);
    const std::uint64_t attending = figure(model.attention_layers, model.layers->value);
    if (multiplied <= outside) {
        return std::nullopt;  // figures that contradict each other draw nothing
    }
    const std::uint64_t wide = std::max(
        k_width_step, (multiplied - outside) / (layers * 3 * hidden) / k_width_step * k_width_step);

    Sketch sketch;
    Shape& shape = sketch.shape;
    shape.architecture = "sketch";
    shape.context_tokens = model.context ? model.context->value : 0;
    shape.hidden = static_cast<std::int64_t>(hidden);
    shape.vocabulary = static_cast<std::int64_t>(vocabulary);
    shape.merges = shape.vocabulary;
    shape.sliding_window = model.sliding_window ? model.sliding_window->value : 0;
    shape.tied_output = true;
    shape.parameters = parameters;
    Drawing drawing(sketch, *type);
    drawing.add_embeddings(hidden, vocabulary);
    if (const std::uint64_t looked_up = (parameters - multiplied) / vocabulary) {
        drawing.add("per_layer_token_embd.weight", looked_up, vocabulary);
    }
    for (std::uint64_t layer = 0; layer < layers; ++layer) {
        const std::string at = "blk." + std::to_string(layer) + ".";
        drawing.add(at + "attn_q.weight", hidden, heads * head_size);
        drawing.add(at + "attn_k.weight", hidden, kv_heads * head_size);
        drawing.add(at + "attn_v.weight", hidden, kv_heads * head_size);
        drawing.add(at + "attn_output.weight", heads * head_size, hidden);
        drawing.add(at + "ffn_gate.weight", hidden, wide);
        drawing.add(at + "ffn_up.weight", hidden, wide);
        drawing.add(at + "ffn_down.weight", wide, hidden);
        LayerShape row;
        row.heads = static_cast<std::int64_t>(heads);
        const bool attends = (layer + 1) * attending / layers > layer * attending / layers;
        row.kv_heads = attends ? static_cast<std::int64_t>(kv_heads) : 0;
        row.key_size = row.value_size = static_cast<std::int64_t>(head_size);
        row.feed_forward = static_cast<std::int64_t>(wide);
        shape.layers.push_back(row);
    }
    const auto layout = *gguf::layout_of(*type);
    shape.types = {{std::string(layout.name),
                    static_cast<std::uint64_t>(sketch.header.tensors.size()),
                    parameters,
                    shape.tensor_bytes}};
    return sketch;
}

}  // namespace palier::catalog
