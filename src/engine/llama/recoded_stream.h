// A GGUF file read as if its weights were stored in another way.
//
// llama.cpp loads the stream like any file; each tensor is converted as it is read, straight into
// llama.cpp's own buffer, so that the copy is the only thing in memory. (llama_model_init_from_user
// would also do, but it makes tensors that the file does not have: a second output matrix, biases.)
#pragma once

#include "base/result.h"
#include "lib/gguf/gguf.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace palier::engine::llama {

enum class Recoding {
    // Quantised and 16-bit matrices become BF16 or F32; norms, biases, F32 and the table of tokens
    // stay.
    Bf16,
    F32,
    // Q5_0 matrices become Q8_0 with the same scales, so with exactly the same values: llama.cpp
    // has no AMX kernel for Q5_0 (0.5B model, half of it Q5_0, 2 cores: 225 -> 549 tokens/s).
    FiveBitsAsEight
};

// As OpenSpec::weights names it; nullopt: "file".
[[nodiscard]] std::optional<Recoding> recoding_named(std::string_view weights);
// ggml's number of the type that a matrix of this type gets; `looked_up`: the table of tokens.
[[nodiscard]] std::uint32_t type_after(Recoding recoding, std::uint32_t type, bool looked_up);
// True if the file holds a tensor that this changes.
[[nodiscard]] bool is_changed_by(Recoding recoding, const gguf::Header& header);

// Not thread-safe.
class RecodedStream {
   public:
    // Tensors of two or more dimensions are converted. Errors 2300 and 2310.
    [[nodiscard]] static Result<std::unique_ptr<RecodedStream>> open(const std::string& path,
                                                                     Recoding recoding,
                                                                     int threads);
    ~RecodedStream();

    // Lives as long as this; reads, seeks and tells.
    [[nodiscard]] std::FILE* file();
    // What a read could not do, "" if all went well.
    [[nodiscard]] std::string failure() const;

   private:
    struct State;
    explicit RecodedStream(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace palier::engine::llama
