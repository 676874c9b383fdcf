#include "engine/llama/holding.h"

#include "engine/codes.h"

#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <ggml.h>

#include <memory>
#include <vector>

namespace palier::engine::llama {
namespace {

struct ContextClose {
    void operator()(ggml_context* context) const { ggml_free(context); }
};
using ContextPtr = std::unique_ptr<ggml_context, ContextClose>;

constexpr std::size_t k_tensors = 8;
constexpr std::int64_t k_batch = 512;  // llama.cpp asks about this many tokens

std::vector<ggml_backend_buffer_type_t> processor_buffers() {
    std::vector<ggml_backend_buffer_type_t> buffers;
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    auto* more =
        reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
            ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
    if (more != nullptr) {
        for (ggml_backend_buffer_type_t* each = more(device); each != nullptr && *each != nullptr;
             ++each) {
            buffers.push_back(*each);
        }
    }
    buffers.push_back(ggml_backend_cpu_buffer_type());
    return buffers;
}

bool is_supported(ggml_tensor* weights, ggml_backend_buffer_type_t buffer_type) {
    const ContextPtr context(
        ggml_init({k_tensors * ggml_tensor_overhead(), nullptr, /*no_alloc=*/true}));
    ggml_tensor* tokens = ggml_new_tensor_4d(
        context.get(), GGML_TYPE_F32, weights->ne[0], k_batch, weights->ne[2], weights->ne[3]);
    ggml_tensor* product = ggml_mul_mat(context.get(), weights, tokens);
    if (weights->ne[2] > 1) {  // a mixture of experts
        ggml_tensor* chosen = ggml_new_tensor_2d(context.get(), GGML_TYPE_I32, 1, k_batch);
        ggml_tensor* inputs =
            ggml_new_tensor_3d(context.get(), GGML_TYPE_F32, weights->ne[0], 1, k_batch);
        product = ggml_mul_mat_id(context.get(), weights, inputs, chosen);
    }
    // The kernels look at the buffer of the weights: an empty one stands for it.
    ggml_backend_buffer_t kept = weights->buffer;
    weights->buffer = ggml_backend_buft_alloc_buffer(buffer_type, 0);
    const bool supported = ggml_backend_dev_supports_op(
        ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), product);
    ggml_backend_buffer_free(weights->buffer);
    weights->buffer = kept;
    return supported;
}

}  // namespace

ggml_backend_buffer_type* buffer_type_for(ggml_tensor* weights) {
    for (ggml_backend_buffer_type_t each : processor_buffers()) {
        if (is_supported(weights, each)) {
            return each;
        }
    }
    return ggml_backend_cpu_buffer_type();
}

Result<Held> held_as(const Matrix& matrix, std::optional<Recoding> recoding) {
    Held held;
    held.type = recoding && matrix.rows > 1 ? type_after(*recoding, matrix.type, matrix.looked_up)
                                            : matrix.type;
    if (held.type >= GGML_TYPE_COUNT || ggml_blck_size(static_cast<ggml_type>(held.type)) == 0 ||
        matrix.columns %
                static_cast<std::uint64_t>(ggml_blck_size(static_cast<ggml_type>(held.type))) !=
            0) {
        return Error(engine::codes::no_kernel, {{"type", std::to_string(matrix.type)}});
    }
    const ContextPtr context(
        ggml_init({k_tensors * ggml_tensor_overhead(), nullptr, /*no_alloc=*/true}));
    ggml_tensor* weights = ggml_new_tensor_3d(context.get(),
                                              static_cast<ggml_type>(held.type),
                                              static_cast<std::int64_t>(matrix.columns),
                                              static_cast<std::int64_t>(matrix.rows),
                                              static_cast<std::int64_t>(matrix.depth));
    ggml_backend_buffer_type_t buffer_type = ggml_backend_cpu_buffer_type();
    if (!matrix.looked_up && matrix.rows > 1) {
        buffer_type = buffer_type_for(weights);
    }
    held.repacked = buffer_type != ggml_backend_cpu_buffer_type();
    held.bytes = ggml_backend_buft_get_alloc_size(buffer_type, weights);
    return held;
}

}  // namespace palier::engine::llama
