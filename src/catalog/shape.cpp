#include "catalog/shape.h"

#include "catalog/codes.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string_view>

namespace palier::catalog {
namespace {

constexpr std::int64_t k_most_layers = 1024;
constexpr std::int64_t k_most_heads = 4096;
constexpr std::int64_t k_most_head_elements = 1 << 16;
constexpr std::int64_t k_most_elements = 1 << 28;  // of any other figure

enum class Recurrence {
    None,
    All,              // every layer, and no attention
    Beside,           // every layer, with attention beside it
    WithoutKv,        // the layers without key-value heads
    WithoutKvAndFfn,  // the layers that have neither key-value heads nor a feed-forward part
    FullInterval      // all but each n-th layer; an array of the file may say otherwise
};

struct Rules {
    std::string_view name;
    // Each n-th layer attends to everything, the others to a window if the file names one. 0: the
    // file says which; 1: none has a window.
    std::int64_t window_period = 1;
    bool dense_first = false;            // the first of n layers, not the last
    std::int64_t window_default = 0;     // where the file does not tell
    std::int64_t layers_with_cache = 0;  // 0: all, but those that the file says share one
    Recurrence recurrence = Recurrence::None;
};

constexpr Rules plain(std::string_view name) {
    return {name, 1, false, 0, 0, Recurrence::None};
}
constexpr Rules windowed(std::string_view name, std::int64_t period, std::int64_t window = 0) {
    return {name, period, false, window, 0, Recurrence::None};
}
constexpr Rules recurrent(std::string_view name, Recurrence recurrence) {
    return {name, 1, false, 0, 0, recurrence};
}

constexpr std::array k_rules{
    plain("apertus"),
    plain("arcee"),
    plain("baichuan"),
    plain("bitnet"),
    plain("bloom"),
    plain("chatglm"),
    windowed("cohere2", 4),
    plain("command-r"),
    plain("deepseek"),
    plain("ernie4_5"),
    plain("ernie4_5-moe"),
    plain("exaone"),
    windowed("exaone4", 4, 4096),
    plain("falcon"),
    recurrent("falcon-h1", Recurrence::Beside),
    plain("gemma"),
    windowed("gemma2", 2, 4096),
    windowed("gemma3", 6),
    Rules{"gemma3n", 5, false, 0, 20, Recurrence::None},
    windowed("gemma4", 0),
    plain("glm4"),
    plain("gpt2"),
    plain("gptneox"),
    windowed("gpt-oss", 2),
    plain("granite"),
    recurrent("granitehybrid", Recurrence::WithoutKv),
    plain("granitemoe"),
    plain("hunyuan-dense"),
    plain("hunyuan-moe"),
    plain("internlm2"),
    recurrent("jamba", Recurrence::WithoutKv),
    recurrent("lfm2", Recurrence::WithoutKv),
    recurrent("lfm2moe", Recurrence::WithoutKv),
    plain("llama"),
    recurrent("mamba", Recurrence::All),
    recurrent("mamba2", Recurrence::All),
    plain("minicpm"),
    plain("mistral3"),
    plain("mpt"),
    plain("nemotron"),
    recurrent("nemotron_h", Recurrence::WithoutKvAndFfn),
    recurrent("nemotron_h_moe", Recurrence::WithoutKvAndFfn),
    plain("olmo"),
    windowed("olmo2", 4),
    plain("olmoe"),
    plain("phi2"),
    plain("phi3"),
    plain("phimoe"),
    plain("qwen2"),
    plain("qwen2moe"),
    plain("qwen2vl"),
    plain("qwen3"),
    recurrent("qwen35", Recurrence::FullInterval),
    recurrent("qwen35moe", Recurrence::FullInterval),
    plain("qwen3moe"),
    recurrent("qwen3next", Recurrence::FullInterval),
    plain("qwen3vl"),
    plain("qwen3vlmoe"),
    plain("refact"),
    plain("seed_oss"),
    Rules{"smallthinker", 4, true, 0, 0, Recurrence::None},
    plain("smollm3"),
    plain("stablelm"),
    plain("starcoder"),
    plain("starcoder2"),
    plain("xverse"),
};

// Reads figures "<architecture>.<name>"; the first one that is bad is kept as the error.
class Figures {
   public:
    explicit Figures(const gguf::Header& header)
        : header_(header), architecture_(header.architecture()) {}

    [[nodiscard]] std::optional<std::int64_t> find(const std::string& name,
                                                   std::int64_t most = k_most_elements) {
        const std::optional<std::int64_t> found = header_.integer(architecture_ + "." + name);
        if (found && (*found < 0 || *found > most)) {
            fail(name, std::to_string(*found));
            return std::nullopt;
        }
        return found;
    }
    [[nodiscard]] std::int64_t need(const std::string& name, std::int64_t most = k_most_elements) {
        const std::optional<std::int64_t> found = find(name, most);
        if (!found || *found == 0) {
            fail(name, found ? "0" : "-");
            return 1;
        }
        return *found;
    }
    // One figure a layer: an array in the file, or one number for all. nullopt: neither.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> per_layer(const std::string& name,
                                                                     std::size_t layers,
                                                                     std::int64_t most) {
        if (auto each = header_.integers(architecture_ + "." + name)) {
            const bool good = each->size() >= layers &&
                              std::all_of(each->begin(), each->end(), [most](std::int64_t value) {
                                  return value >= 0 && value <= most;
                              });
            if (!good) {
                fail(name, std::to_string(each->size()) + " values");
                return std::nullopt;
            }
            each->resize(layers);
            return each;
        }
        const std::optional<std::int64_t> all = find(name, most);
        return all ? std::optional(std::vector<std::int64_t>(layers, *all)) : std::nullopt;
    }
    [[nodiscard]] bool is_good() const { return !bad_; }
    [[nodiscard]] Error error() const { return *bad_; }
    void fail(const std::string& name, const std::string& value) {
        if (!bad_) {
            bad_ = Error(codes::figure_missing,
                         {{"architecture", architecture_},
                          {"figure", architecture_ + "." + name},
                          {"value", value}});
        }
    }

   private:
    const gguf::Header& header_;
    std::string architecture_;
    std::optional<Error> bad_;
};

// llama_hparams::n_embd_r and n_embd_s.
std::uint64_t state_elements(Figures& figures, std::int64_t hidden) {
    const auto of = [&](const char* name) {
        return static_cast<std::uint64_t>(figures.find(name, 1 << 20).value_or(0));
    };
    if (const std::uint64_t cached = of("shortconv.l_cache"); cached > 0) {
        return static_cast<std::uint64_t>(hidden) * (cached - 1);
    }
    const std::uint64_t convolution = of("ssm.conv_kernel");
    const std::uint64_t inner = of("ssm.inner_size");
    const std::uint64_t state = of("ssm.state_size");
    const std::uint64_t groups = of("ssm.group_count");
    if (inner == 0 || state == 0) {
        figures.fail("ssm.inner_size", "-");
        return 0;
    }
    return (convolution > 0 ? convolution - 1 : 0) * (inner + 2 * groups * state) + state * inner;
}

std::vector<bool> recurrent_layers(const Rules& rules,
                                   Figures& figures,
                                   const std::vector<LayerShape>& layers) {
    std::vector<bool> is_recurrent(layers.size(), false);
    std::int64_t interval = 0;
    if (rules.recurrence == Recurrence::FullInterval) {
        if (const auto stated = figures.per_layer("attention.recurrent_layers", layers.size(), 1)) {
            std::transform(stated->begin(), stated->end(), is_recurrent.begin(), [](auto value) {
                return value != 0;
            });
            return is_recurrent;
        }
        interval = std::max<std::int64_t>(1, figures.find("full_attention_interval").value_or(4));
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const bool no_heads = layers[i].kv_heads == 0;
        switch (rules.recurrence) {
            case Recurrence::None:
                break;
            case Recurrence::All:
            case Recurrence::Beside:
                is_recurrent[i] = true;
                break;
            case Recurrence::WithoutKv:
                is_recurrent[i] = no_heads;
                break;
            case Recurrence::WithoutKvAndFfn:
                is_recurrent[i] = no_heads && layers[i].feed_forward == 0;
                break;
            case Recurrence::FullInterval:
                is_recurrent[i] = (static_cast<std::int64_t>(i) + 1) % interval != 0;
                break;
        }
    }
    return is_recurrent;
}

void add_recurrence(const Rules& rules, Figures& figures, Shape& shape) {
    if (rules.recurrence == Recurrence::None) {
        return;
    }
    const std::vector<bool> is_recurrent = recurrent_layers(rules, figures, shape.layers);
    const std::uint64_t elements = state_elements(figures, shape.hidden);
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        if (is_recurrent[i]) {
            shape.layers[i].state_elements = elements;
            shape.layers[i].kv_heads =
                rules.recurrence == Recurrence::Beside ? shape.layers[i].kv_heads : 0;
        }
    }
}

void add_windows(const Rules& rules, Figures& figures, Shape& shape) {
    if (rules.window_period == 1) {
        return;
    }
    shape.sliding_window = figures.find("attention.sliding_window").value_or(rules.window_default);
    if (shape.sliding_window == 0) {
        return;
    }
    const auto stated =
        figures.per_layer("attention.sliding_window_pattern", shape.layers.size(), 1 << 16);
    // One number is the period; more are a yes or no for each layer.
    const auto one = figures.find("attention.sliding_window_pattern");
    const std::int64_t period = one.value_or(rules.window_period);
    if (!stated && period == 0) {
        figures.fail("attention.sliding_window_pattern", "-");
    }
    const auto key = figures.find("attention.key_length_swa", k_most_head_elements);
    const auto value = figures.find("attention.value_length_swa", k_most_head_elements);
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        LayerShape& layer = shape.layers[i];
        const std::int64_t place = period > 0 ? static_cast<std::int64_t>(i) % period : 0;
        layer.windowed = stated && !one      ? (*stated)[i] != 0
                         : period == 0       ? true
                         : rules.dense_first ? place != 0
                                             : place < period - 1;
        if (layer.windowed) {
            layer.key_size = key.value_or(layer.key_size);
            layer.value_size = value.value_or(layer.value_size);
        }
    }
}

void add_layers(const Rules& rules, Figures& figures, Shape& shape) {
    std::int64_t count = figures.need("block_count", k_most_layers);
    // Heads that predict more tokens ahead are not loaded.
    const std::int64_t ahead = figures.find("nextn_predict_layers", k_most_layers).value_or(0);
    count = std::max<std::int64_t>(1, count - ahead);
    const auto layers = static_cast<std::size_t>(count);
    shape.layers.resize(layers);
    const auto feed_forward = figures.per_layer("feed_forward_length", layers, k_most_elements);
    const auto experts_wide = figures.find("expert_feed_forward_length").value_or(0);
    const auto heads = figures.per_layer("attention.head_count", layers, k_most_heads);
    const bool attends = rules.recurrence != Recurrence::All;
    if (attends && !heads) {
        figures.fail("attention.head_count", "-");
        return;
    }
    const auto kv_heads = figures.per_layer("attention.head_count_kv", layers, k_most_heads);
    const std::int64_t most_heads =
        heads ? *std::max_element(heads->begin(), heads->end()) : std::int64_t{0};
    const std::int64_t head_size = most_heads > 0 ? shape.hidden / most_heads : 0;
    const auto key = figures.find("attention.key_length", k_most_head_elements).value_or(head_size);
    const auto value =
        figures.find("attention.value_length", k_most_head_elements).value_or(head_size);
    std::size_t with_cache = layers;
    if (rules.layers_with_cache > 0) {
        with_cache = static_cast<std::size_t>(rules.layers_with_cache);
    } else if (const auto shared = figures.find("attention.shared_kv_layers", count)) {
        with_cache = static_cast<std::size_t>(count - *shared);
    }
    for (std::size_t i = 0; i < layers; ++i) {
        LayerShape& layer = shape.layers[i];
        layer.feed_forward = std::max(feed_forward ? (*feed_forward)[i] : 0,
                                      experts_wide * std::max<std::int64_t>(1, shape.experts_used));
        if (attends) {
            layer.heads = (*heads)[i];
            layer.kv_heads = i < with_cache ? (kv_heads ? (*kv_heads)[i] : layer.heads) : 0;
            layer.key_size = key;
            layer.value_size = value;
        }
    }
}

void add_types(const gguf::Header& header, Shape& shape) {
    std::map<std::string_view, TypeShare> shares;
    for (const gguf::Tensor& tensor : header.tensors) {
        TypeShare& share = shares[tensor.type_name];
        share.type = std::string(tensor.type_name);
        ++share.tensors;
        share.elements += tensor.elements();
        share.bytes += tensor.bytes;
    }
    for (auto& [name, share] : shares) {
        shape.types.push_back(std::move(share));
    }
    std::stable_sort(shape.types.begin(), shape.types.end(), [](const auto& a, const auto& b) {
        return a.bytes > b.bytes;
    });
}

}  // namespace

std::uint64_t LayerShape::key_elements() const {
    return static_cast<std::uint64_t>(kv_heads) * static_cast<std::uint64_t>(key_size);
}

std::uint64_t LayerShape::value_elements() const {
    return static_cast<std::uint64_t>(kv_heads) * static_cast<std::uint64_t>(value_size);
}

bool Shape::is_recurrent() const {
    return std::any_of(layers.begin(), layers.end(), [](const LayerShape& layer) {
        return layer.state_elements > 0;
    });
}

std::size_t Shape::attention_layers() const {
    return static_cast<std::size_t>(std::count_if(
        layers.begin(), layers.end(), [](const LayerShape& layer) { return layer.kv_heads > 0; }));
}

std::int64_t Shape::widest_feed_forward() const {
    std::int64_t widest = 0;
    for (const LayerShape& layer : layers) {
        widest = std::max(widest, layer.feed_forward);
    }
    return widest;
}

std::uint64_t Shape::cache_elements_per_token() const {
    std::uint64_t sum = 0;
    for (const LayerShape& layer : layers) {
        sum += layer.key_elements() + layer.value_elements();
    }
    return sum;
}

const std::vector<std::string>& known_architectures() {
    static const std::vector<std::string> k_names = [] {
        std::vector<std::string> names;
        for (const Rules& rules : k_rules) {
            names.emplace_back(rules.name);
        }
        return names;
    }();
    return k_names;
}

Result<Shape> shape_of(const gguf::Header& header) {
    Shape shape;
    shape.architecture = header.architecture();
    const auto* rules = std::find_if(k_rules.begin(), k_rules.end(), [&](const Rules& each) {
        return each.name == shape.architecture;
    });
    if (rules == k_rules.end()) {
        return Error(codes::unknown_architecture,
                     {{"architecture", shape.architecture.empty() ? "-" : shape.architecture}});
    }
    Figures figures(header);
    shape.context_tokens = header.context_length().value_or(0);
    shape.hidden = figures.need("embedding_length");
    shape.experts = figures.find("expert_count").value_or(0);
    shape.experts_used = figures.find("expert_used_count").value_or(0);
    shape.vocabulary = static_cast<std::int64_t>(
        std::min<std::uint64_t>(header.array_length("tokenizer.ggml.tokens").value_or(0),
                                static_cast<std::uint64_t>(k_most_elements)));
    if (shape.vocabulary == 0) {
        shape.vocabulary = figures.need("vocab_size");
    }
    shape.merges = static_cast<std::int64_t>(
        std::min<std::uint64_t>(header.array_length("tokenizer.ggml.merges").value_or(0),
                                static_cast<std::uint64_t>(k_most_elements)));
    add_layers(*rules, figures, shape);
    if (figures.is_good()) {
        add_windows(*rules, figures, shape);
        add_recurrence(*rules, figures, shape);
    }
    if (!figures.is_good()) {
        return figures.error();
    }
    const auto named = [&](std::string_view name) {
        return std::any_of(header.tensors.begin(), header.tensors.end(), [name](const auto& t) {
            return t.name == name;
        });
    };
    shape.tied_output = !named("output.weight") && named("token_embd.weight");
    shape.parameters = header.parameters();
    shape.tensor_bytes = header.tensor_bytes();
    add_types(header, shape);
    return shape;
}

}  // namespace palier::catalog
