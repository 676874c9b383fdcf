// What a model file's header says, in the words of the catalogue. What it does not say is absent.
#pragma once

#include "catalog/remarks.h"
#include "lib/gguf/gguf.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::catalog {

struct TensorTypeShare {
    std::string type;  // "Q4_K"
    std::uint64_t tensors = 0;
    std::uint64_t bytes = 0;
};

struct FileFigures {
    std::string architecture;  // "" = not stated
    std::string name;          // general.name; "" = not stated
    std::string licence;       // general.license; "" = not stated
    std::uint64_t bytes = 0;
    std::uint64_t parameters = 0;
    std::vector<TensorTypeShare> types;  // really used, most bytes first
    // nullopt also where it differs between layers.
    std::optional<std::int64_t> layers, heads, kv_heads, head_size, hidden_size, context,
        sliding_window;
    std::optional<std::uint64_t> vocabulary;
    std::string tokenizer;           // "gpt2"; "" = not stated
    std::size_t template_bytes = 0;  // of the chat template; 0 = none
    bool template_names_tools = false;
    std::uint64_t recurrent_layers = 0;  // blocks with state-space or linear-attention tensors
    std::uint64_t expert_count = 0;      // 0 = no mixture of experts
    std::vector<Remark> remarks;
};

[[nodiscard]] FileFigures figures_of_header(const gguf::Header& header);

}  // namespace palier::catalog
