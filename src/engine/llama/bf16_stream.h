// A GGUF file read as if its weights were stored as BF16.
//
// llama.cpp loads the stream like any file; each tensor is converted as it is read, straight into
// llama.cpp's own buffer, so that the copy is the only thing in memory. (llama_model_init_from_user
// would also do, but it makes tensors that the file does not have: a second output matrix, biases.)
#pragma once

#include "base/result.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace palier::engine::llama {

// Not thread-safe.
class Bf16Stream {
   public:
    // Quantised and F16 tensors of two or more dimensions are converted; norms, biases and F32
    // stay. Errors 2300 and 2310.
    [[nodiscard]] static Result<std::unique_ptr<Bf16Stream>> open(const std::string& path,
                                                                  int threads);
    ~Bf16Stream();

    // Lives as long as this; reads, seeks and tells.
    [[nodiscard]] std::FILE* file();
    // What a read could not do, "" if all went well.
    [[nodiscard]] std::string failure() const;

   private:
    struct State;
    explicit Bf16Stream(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace palier::engine::llama
