#include "lib/gguf/gguf.h"

#include <algorithm>
#include <limits>
#include <map>

namespace palier::gguf {

std::uint64_t Tensor::elements() const {
    std::uint64_t product = 1;
    for (const std::uint64_t dim : dims) {
        product *= dim;  // read() has checked that this fits
    }
    return product;
}

const Value* Header::find(std::string_view key) const {
    const auto found = std::find_if(
        metadata.begin(), metadata.end(), [key](const auto& pair) { return pair.first == key; });
    return found == metadata.end() ? nullptr : &found->second;
}

std::optional<std::string> Header::text(std::string_view key) const {
    const Value* value = find(key);
    const auto* held = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    return held != nullptr ? std::optional(*held) : std::nullopt;
}

std::optional<std::int64_t> Header::integer(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* held = std::get_if<std::int64_t>(value)) {
        return *held;
    }
    const auto* held = std::get_if<std::uint64_t>(value);
    if (held == nullptr ||
        *held > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*held);
}

std::optional<double> Header::number(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* held = std::get_if<double>(value)) {
        return *held;
    }
    if (const auto* held = std::get_if<std::int64_t>(value)) {
        return static_cast<double>(*held);
    }
    const auto* held = std::get_if<std::uint64_t>(value);
    return held != nullptr ? std::optional(static_cast<double>(*held)) : std::nullopt;
}

std::optional<std::uint64_t> Header::array_length(std::string_view key) const {
    const Value* value = find(key);
    const auto* held = value != nullptr ? std::get_if<ArrayShape>(value) : nullptr;
    return held != nullptr ? std::optional(held->length) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> Header::integers(std::string_view key) const {
    const Value* value = find(key);
    const auto* held = value != nullptr ? std::get_if<ArrayShape>(value) : nullptr;
    if (held == nullptr || held->integers.size() != held->length) {
        return std::nullopt;
    }
    return held->integers;
}

std::string Header::architecture() const {
    return text("general.architecture").value_or("");
}

std::uint64_t Header::parameters() const {
    std::uint64_t sum = 0;
    for (const Tensor& tensor : tensors) {
        sum += tensor.elements();
    }
    return sum;
}

std::uint64_t Header::tensor_bytes() const {
    std::uint64_t sum = 0;
    for (const Tensor& tensor : tensors) {
        sum += tensor.bytes;
    }
    return sum;
}

std::optional<std::int64_t> Header::context_length() const {
    return integer(architecture() + ".context_length");
}

std::optional<std::string> Header::chat_template() const {
    return text("tokenizer.chat_template");
}

std::string Header::main_type() const {
    std::map<std::string_view, std::uint64_t> bytes;
    for (const Tensor& tensor : tensors) {
        bytes[tensor.type_name] += tensor.bytes;
    }
    const auto most =
        std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
        });
    return most == bytes.end() ? std::string() : std::string(most->first);
}

}  // namespace palier::gguf
