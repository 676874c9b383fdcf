// Where llama.cpp would put a weight tensor of the processor: as it is, or repacked for its matrix
// units (AMX, AVX2...). Asked of ggml itself, so the answer is the build's and the machine's.
#pragma once

#include "base/result.h"
#include "engine/llama/recoded_stream.h"
#include "engine/workshop.h"

#include <optional>

struct ggml_backend_buffer_type;
struct ggml_tensor;

namespace palier::engine::llama {

// The buffer type for `weights` (its type and shape) as the left side of a matrix product: the
// first of the processor's that supports it, in llama.cpp's order.
[[nodiscard]] ggml_backend_buffer_type* buffer_type_for(ggml_tensor* weights);

// Errors: 2456.
[[nodiscard]] Result<Held> held_as(const Matrix& matrix, std::optional<Recoding> recoding);

}  // namespace palier::engine::llama
