#include "catalog/file_figures.h"

#include <algorithm>
#include <map>
#include <set>

namespace palier::catalog {
namespace {

// "blk.12.ssm_conv1d.weight" -> "12"; "" for tensors outside blocks.
std::string_view block_of(std::string_view name) {
    if (!name.starts_with("blk.")) {
        return {};
    }
    name.remove_prefix(4);
    return name.substr(0, name.find('.'));
}

// Tensors of state-space layers, of RWKV's time mixing and of short convolutions, as llama.cpp
// names them.
bool is_recurrent(std::string_view name) {
    return name.find(".ssm_") != std::string_view::npos ||
           name.find(".time_mix_") != std::string_view::npos ||
           name.find(".shortconv.") != std::string_view::npos;
}

}  // namespace

FileFigures figures_of_header(const gguf::Header& header) {
    FileFigures facts;
    facts.architecture = header.architecture();
    facts.name = header.text("general.name").value_or("");
    facts.licence = header.text("general.license").value_or("");
    facts.bytes = header.file_bytes;
    facts.parameters = header.parameters();
    const auto of = [&](const char* key) { return header.integer(facts.architecture + key); };
    facts.layers = of(".block_count");
    facts.heads = of(".attention.head_count");
    facts.kv_heads = of(".attention.head_count_kv");
    facts.head_size = of(".attention.key_length");
    facts.hidden_size = of(".embedding_length");
    facts.context = of(".context_length");
    facts.sliding_window = of(".attention.sliding_window");
    facts.expert_count =
        static_cast<std::uint64_t>(std::max<std::int64_t>(of(".expert_count").value_or(0), 0));
    // The specification's default where the key is absent.
    if (!facts.head_size && facts.hidden_size && facts.heads.value_or(0) > 0) {
        facts.head_size = *facts.hidden_size / *facts.heads;
    }
    facts.vocabulary = header.array_length("tokenizer.ggml.tokens");
    facts.tokenizer = header.text("tokenizer.ggml.model").value_or("");
    const std::string chat = header.chat_template().value_or("");
    facts.template_bytes = chat.size();
    facts.template_names_tools = chat.find("tools") != std::string::npos;
    facts.remarks = remarks_on(header);

    std::map<std::string_view, TensorTypeShare> shares;
    std::set<std::string_view> recurrent;
    for (const gguf::Tensor& tensor : header.tensors) {
        TensorTypeShare& share = shares[tensor.type_name];
        share.type = tensor.type_name;
        ++share.tensors;
        share.bytes += tensor.bytes;
        if (is_recurrent(tensor.name) && !block_of(tensor.name).empty()) {
            recurrent.insert(block_of(tensor.name));
        }
    }
    facts.recurrent_layers = recurrent.size();
    for (auto& [type, share] : shares) {
        facts.types.push_back(std::move(share));
    }
    std::ranges::stable_sort(facts.types, std::ranges::greater{}, &TensorTypeShare::bytes);
    return facts;
}

}  // namespace palier::catalog
