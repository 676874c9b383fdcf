// GGUF headers made by hand, for tests.
#pragma once

#include "lib/gguf/gguf.h"

#include <string>
#include <utility>
#include <vector>

namespace palier::catalog {

// A header of `architecture` with these figures ("block_count" -> 2), a tokenizer of 1,000 tokens
// and no tensors.
inline gguf::Header sample_header(const std::string& architecture,
                                  const std::vector<std::pair<std::string, gguf::Value>>& figures) {
    gguf::Header header;
    header.metadata.emplace_back("general.architecture", architecture);
    for (const auto& [name, value] : figures) {
        header.metadata.emplace_back(architecture + "." + name, value);
    }
    header.metadata.emplace_back("tokenizer.ggml.tokens", gguf::ArrayShape{1000, {}});
    return header;
}

inline gguf::Value number(std::uint64_t value) {
    return gguf::Value(value);
}
inline gguf::Value numbers(std::vector<std::int64_t> values) {
    const std::uint64_t length = values.size();
    return gguf::Value(gguf::ArrayShape{length, std::move(values)});
}

// Lays the tensor out as its type says.
inline void add_tensor(gguf::Header& header,
                       const std::string& name,
                       std::uint32_t type,
                       std::vector<std::uint64_t> dims) {
    gguf::Tensor tensor;
    tensor.name = name;
    tensor.type = type;
    tensor.dims = std::move(dims);
    const auto layout = *gguf::layout_of(type);
    tensor.type_name = layout.name;
    tensor.bytes = tensor.elements() / layout.block_elements * layout.block_bytes;
    header.tensors.push_back(std::move(tensor));
}

}  // namespace palier::catalog
