// A strict reader of GGUF headers (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md,
// versions 2 and 3, little-endian): what the file says about its model and where its tensors lie.
//
// Nothing that the file says is trusted: counts, lengths, types, shapes, offsets and alignment are
// checked against each other and against the file's size, no more than k_kept_bytes of it is kept
// and a header ends within k_header_bytes, so that a hostile file costs an error, a fraction of a
// second and under 64 MB. Tensor data is never read.
#pragma once

#include "base/result.h"
#include "lib/gguf/source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace palier::gguf {

inline constexpr std::uint64_t k_kept_bytes = 16U << 20U;  // names, texts and descriptions together
inline constexpr std::uint64_t k_header_bytes = 64U << 20U;  // from the file's start to its data

// Arrays of at most this many whole numbers or booleans are kept: what differs from layer to layer.
inline constexpr std::uint64_t k_kept_elements = 512;

// Of the vocabulary the tokens that are written as marks, such as "<|im_end|>", "</s>" and "[EOT]",
// are kept: at most this many, of at most this many bytes each. Bytes ("<0x0A>") are none.
inline constexpr std::size_t k_kept_marks = 16'384;
inline constexpr std::uint64_t k_mark_bytes = 64;

struct Mark {
    std::uint64_t token = 0;
    std::string text;
};

// Of other arrays only the length is kept.
struct ArrayShape {
    std::uint64_t length = 0;
    std::vector<std::int64_t> integers = {};  // all of them, or none
    bool operator==(const ArrayShape&) const = default;
};

// Unsigned and signed integers of all widths; floats of both widths.
using Value = std::variant<std::uint64_t, std::int64_t, double, bool, std::string, ArrayShape>;

struct Tensor {
    std::string name;
    std::vector<std::uint64_t> dims;  // fastest first; empty: one element
    std::uint32_t type = 0;           // ggml's number
    std::string_view type_name;       // "Q4_K"
    std::uint64_t offset = 0;         // from the start of the file, in bytes
    std::uint64_t bytes = 0;
    [[nodiscard]] std::uint64_t elements() const;
};

struct Header {
    std::uint32_t version = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t alignment = 32;                         // of tensors, in bytes
    std::uint64_t data_offset = 0;                        // where tensor data starts, in bytes
    std::vector<std::pair<std::string, Value>> metadata;  // in the file's order; keys are unique
    std::vector<Tensor> tensors;                          // in the file's order; names are unique
    std::vector<Mark> marks;                              // of the vocabulary, by token

    [[nodiscard]] const Value* find(std::string_view key) const;
    // nullopt: no such key, or it holds something else.
    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] std::optional<double> number(std::string_view key) const;  // integers too
    [[nodiscard]] std::optional<std::uint64_t> array_length(std::string_view key) const;
    // The kept elements of an array of whole numbers or booleans.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(std::string_view key) const;

    [[nodiscard]] std::string architecture() const;  // "" if the file does not say
    [[nodiscard]] std::uint64_t parameters() const;  // elements of all tensors
    [[nodiscard]] std::uint64_t tensor_bytes() const;
    // Tokens that the model was trained to read at once.
    [[nodiscard]] std::optional<std::int64_t> context_length() const;
    [[nodiscard]] std::optional<std::string> chat_template() const;  // Jinja source
    // The tensor type that holds most of the bytes: "Q4_K". "" without tensors.
    [[nodiscard]] std::string main_type() const;
};

// Errors: 2300 cannot be opened or read, 2301 not a GGUF file, 2302 a version that is not known,
// 2307 big-endian, 2303 truncated, 2304 corrupted, 2305 a tensor type that is not known, 2306 one
// part of a split model.
[[nodiscard]] Result<Header> read(const std::string& path);
// The same from anywhere; `name` stands for the path in errors. Errors of the source are handed on.
[[nodiscard]] Result<Header> read(ByteSource& source, const std::string& name);

// Elements in a block of this tensor type and bytes of a block; nullopt: not a type that files
// hold.
struct TypeLayout {
    std::string_view name;
    std::uint32_t block_elements = 0;
    std::uint32_t block_bytes = 0;
};
[[nodiscard]] std::optional<TypeLayout> layout_of(std::uint32_t type);

}  // namespace palier::gguf
