#include "engine/llama/calibration.h"

#include "engine/codes.h"
#include "engine/llama/backend.h"
#include "engine/llama/cores.h"
#include "engine/llama/holding.h"
#include "engine/llama/log_softmax.h"
#include "engine/llama/model.h"
#include "lib/hash/sha256.h"

#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <ggml.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <span>

namespace palier::engine::llama {
namespace {

// A matrix of 8 million weights is one of a model of one or two thousand million.
constexpr std::int64_t k_columns = 2048;
constexpr std::int64_t k_rows = 4096;
constexpr std::int64_t k_batch = 512;
// Of weights read for one decoded token.
constexpr std::size_t k_bytes_read = 96U << 20U;
constexpr std::int64_t k_short_batch = 32;
constexpr std::size_t k_bytes_evicted = 512U << 20U;
constexpr int k_products = 3;  // matrices of one prefill
constexpr std::int64_t k_small_columns = 512;
constexpr std::size_t k_vocabulary = 100'000;
constexpr double k_patience_s = 0.08;
constexpr int k_repetitions_min = 3;
constexpr int k_repetitions_max = 200;
constexpr std::int64_t k_head_size = 64;
constexpr std::int64_t k_heads = 8;
constexpr std::int64_t k_kv_heads = 2;
constexpr std::int64_t k_cached = 1024;
constexpr int k_steps = 256;

struct ContextClose {
    void operator()(ggml_context* context) const { ggml_free(context); }
};
struct BufferClose {
    void operator()(ggml_backend_buffer_t buffer) const { ggml_backend_buffer_free(buffer); }
};
struct BackendClose {
    void operator()(ggml_backend_t backend) const { ggml_backend_free(backend); }
};
using ContextPtr = std::unique_ptr<ggml_context, ContextClose>;
using BufferPtr = std::unique_ptr<ggml_backend_buffer, BufferClose>;
using BackendPtr = std::unique_ptr<ggml_backend, BackendClose>;

ContextPtr make_context(std::size_t tensors) {
    return ContextPtr(ggml_init(
        {tensors * ggml_tensor_overhead() + ggml_graph_overhead_custom(tensors, /*grads=*/false),
         nullptr,
         /*no_alloc=*/true}));
}

// `before` runs before each repetition and is not timed.
double seconds_of(const std::function<void()>& work, const std::function<void()>& before = {}) {
    using Clock = std::chrono::steady_clock;
    double best = INFINITY;
    double total = 0;
    for (int i = 0; i < k_repetitions_max && (i < k_repetitions_min || total < k_patience_s); ++i) {
        if (before) {
            before();
        }
        const auto start = Clock::now();
        work();
        const double took = std::chrono::duration<double>(Clock::now() - start).count();
        // The first one warms pages and caches.
        best = i > 0 ? std::min(best, took) : best;
        total += took;
    }
    return best;
}

// Empties the caches of weights: a model in use is larger than they are, or shares them with its
// own cache and with other programs. (0.5B model, 2 cores: 44 thousand million weights a second
// from the caches, 22 in use.)
class Evictor {
   public:
    void operator()() {
        for (std::size_t i = 0; i < block_.size(); i += k_line) {
            block_[i] = static_cast<char>(block_[i] + 1);
        }
    }

   private:
    static constexpr std::size_t k_line = 64;
    std::vector<char> block_ = std::vector<char>(k_bytes_evicted);
};

class Machine {
   public:
    explicit Machine(int threads) : backend_(ggml_backend_cpu_init()) {
        ggml_backend_cpu_set_n_threads(backend_.get(), threads);
    }

    // Seconds for all of `results`, whose inputs in `context` become zeros.
    double run(ggml_context* context,
               const std::vector<ggml_tensor*>& results,
               const std::function<void()>& before = {}) {
        const BufferPtr buffer(
            ggml_backend_alloc_ctx_tensors_from_buft(context, ggml_backend_cpu_buffer_type()));
        ggml_backend_buffer_clear(buffer.get(), 0);
        ggml_cgraph* graph =
            ggml_new_graph_custom(context, results.size() * 2 + k_steps, /*grads=*/false);
        for (ggml_tensor* result : results) {
            ggml_build_forward_expand(graph, result);
        }
        return seconds_of([&] { ggml_backend_graph_compute(backend_.get(), graph); }, before);
    }

   private:
    BackendPtr backend_;
};

// Weights of one type, at least `bytes` of them, where the engine would put them.
class Weights {
   public:
    Weights(ggml_type type,
            std::size_t bytes,
            std::int64_t columns = k_columns,
            std::int64_t rows = k_rows) {
        const std::size_t one = ggml_row_size(type, columns) * static_cast<std::size_t>(rows);
        const std::size_t count = std::max<std::size_t>(k_products, (bytes + one - 1) / one);
        context_ = make_context(count);
        for (std::size_t i = 0; i < count; ++i) {
            matrices_.push_back(ggml_new_tensor_2d(context_.get(), type, columns, rows));
        }
        buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(),
                                                               buffer_type_for(matrices_.front())));
        const std::vector<char> data = synthetic(type, one);
        for (ggml_tensor* matrix : matrices_) {
            ggml_backend_tensor_set(matrix, data.data(), 0, data.size());
        }
    }
    [[nodiscard]] const std::vector<ggml_tensor*>& matrices() const { return matrices_; }

   private:
    // A few rows of a fixed wave, over and over: kernels take the same time for all values.
    static std::vector<char> synthetic(ggml_type type, std::size_t bytes) {
        constexpr std::int64_t k_distinct_rows = 16;
        std::vector<float> values(static_cast<std::size_t>(k_columns * k_distinct_rows));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = std::sin(static_cast<float>(i) * 0.37F) * 0.05F;
        }
        const std::vector<float> importance(static_cast<std::size_t>(k_columns), 1.0F);
        std::vector<char> rows(ggml_row_size(type, k_columns) * k_distinct_rows);
        if (type == GGML_TYPE_F32) {
            std::memcpy(rows.data(), values.data(), rows.size());
        } else {
            ggml_quantize_chunk(
                type, values.data(), rows.data(), 0, k_distinct_rows, k_columns, importance.data());
        }
        std::vector<char> data(bytes);
        for (std::size_t at = 0; at < bytes; at += rows.size()) {
            std::memcpy(data.data() + at, rows.data(), std::min(rows.size(), bytes - at));
        }
        return data;
    }

    ContextPtr context_;
    BufferPtr buffer_;
    std::vector<ggml_tensor*> matrices_;
};

double products(Machine& machine,
                std::span<ggml_tensor* const> matrices,
                std::int64_t tokens,
                const std::function<void()>& before = {}) {
    const ContextPtr context = make_context(matrices.size() * 3 + k_steps);
    ggml_tensor* input = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, k_columns, tokens);
    std::vector<ggml_tensor*> results;
    for (ggml_tensor* matrix : matrices) {
        results.push_back(ggml_mul_mat(context.get(), matrix, input));
    }
    return machine.run(context.get(), results, before) /
           (static_cast<double>(matrices.size()) * static_cast<double>(k_columns * k_rows) *
            static_cast<double>(tokens));
}

double attended(Machine& machine, std::int64_t tokens) {
    const ContextPtr context = make_context(k_steps * 3);
    ggml_tensor* queries =
        ggml_new_tensor_3d(context.get(), GGML_TYPE_F32, k_head_size, tokens, k_heads);
    ggml_tensor* mask = ggml_new_tensor_2d(context.get(), GGML_TYPE_F16, k_cached, tokens);
    std::vector<ggml_tensor*> results;
    constexpr int k_layers = 4;
    for (int i = 0; i < k_layers; ++i) {
        ggml_tensor* keys =
            ggml_new_tensor_3d(context.get(), GGML_TYPE_F16, k_head_size, k_cached, k_kv_heads);
        ggml_tensor* values =
            ggml_new_tensor_3d(context.get(), GGML_TYPE_F16, k_head_size, k_cached, k_kv_heads);
        results.push_back(
            ggml_flash_attn_ext(context.get(), queries, keys, values, mask, 0.125F, 0, 0));
    }
    return machine.run(context.get(), results) /
           (k_layers * static_cast<double>(k_head_size * k_heads * k_cached * tokens));
}

// Norms, scalings, sums and gates in turn, as between the products of a layer.
double chain(Machine& machine, std::int64_t width, std::int64_t tokens, int steps) {
    const ContextPtr context = make_context(static_cast<std::size_t>(steps) * 2 + k_steps);
    ggml_tensor* weights = ggml_new_tensor_1d(context.get(), GGML_TYPE_F32, width);
    ggml_tensor* added = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, width, tokens);
    ggml_tensor* state = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, width, tokens);
    for (int i = 0; i < steps; ++i) {
        switch (i % 4) {
            case 0:
                state = ggml_rms_norm(context.get(), state, 1e-6F);
                break;
            case 1:
                state = ggml_mul(context.get(), state, weights);
                break;
            case 2:
                state = ggml_add(context.get(), state, added);
                break;
            default:
                state = ggml_swiglu_split(context.get(), state, added);
                break;
        }
    }
    return machine.run(context.get(), {state}) / steps;
}

double bandwidth(Machine& machine) {
    const Weights weights(GGML_TYPE_F16, k_bytes_read);
    constexpr double k_bytes = 2;
    Evictor evictor;
    return k_bytes / products(machine, weights.matrices(), 1, std::ref(evictor));
}

// A pass over n tokens takes a + b n for each weight: two lengths tell both.
KernelSpeed kernel_speed(Machine& machine,
                         std::uint32_t type,
                         std::span<ggml_tensor* const> matrices,
                         const std::function<void()>& evict) {
    const auto used = matrices.first(k_products);
    const double few = products(machine, used, k_short_batch) * k_short_batch;
    const double many = products(machine, used, k_batch) * k_batch;
    KernelSpeed speed;
    speed.type = type;
    speed.seconds_per_weight = products(machine, matrices, 1, evict);
    speed.seconds_per_product = (many - std::min(few, many / 2)) / (k_batch - k_short_batch);
    speed.seconds_per_pass = std::max(1e-15, few - k_short_batch * speed.seconds_per_product);
    return speed;
}

// One small product after the other, as in a small model's layers, less what their weights cost
// where they are as near.
double matrix_step(Machine& machine, std::uint32_t type) {
    const ContextPtr context = make_context(k_steps * 3);
    const Weights small(static_cast<ggml_type>(type), 0, k_small_columns, k_small_columns);
    const Weights large(static_cast<ggml_type>(type), 0);
    constexpr int k_chained = 64;
    ggml_tensor* state = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, k_small_columns, 1);
    for (int i = 0; i < k_chained; ++i) {
        state = ggml_mul_mat(context.get(), small.matrices()[i % k_products], state);
    }
    const double each = machine.run(context.get(), {state}) / k_chained;
    const double weights = static_cast<double>(k_small_columns * k_small_columns) *
                           products(machine, large.matrices(), 1);
    return std::max(1e-9, each - weights);
}

double logit() {
    std::vector<float> logits(k_vocabulary);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] = std::sin(static_cast<float>(i));
    }
    volatile double kept = 0;
    return seconds_of([&] {
               kept = log_sum_exp(logits) + static_cast<double>(index_of_largest(logits));
           }) /
           k_vocabulary;
}

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return line;
        }
    }
    return "";
}

}  // namespace

std::string calibration_key(int threads) {
    start_backend();
    hash::Sha256 sha;
    sha.field("calibration 3").field(processor_name()).field(llama_build()).field(llama_kernels());
    sha.field(std::to_string(threads_to_use(threads)));
    return sha.hex();
}

Result<Calibration> calibrate(const std::vector<std::uint32_t>& types, int threads) {
    start_backend();
    Calibration calibration;
    calibration.key = calibration_key(threads);
    calibration.threads = threads_to_use(threads);
    const std::optional<Recoding> recoding = preferred_recoding({});
    Machine machine(calibration.threads);
    Evictor evictor;
    for (const std::uint32_t type : types) {
        const std::uint32_t held = recoding ? type_after(*recoding, type, false) : type;
        if (held >= GGML_TYPE_COUNT ||
            ggml_get_type_traits_cpu(static_cast<ggml_type>(held))->vec_dot == nullptr) {
            return Error(engine::codes::no_kernel, {{"type", std::to_string(type)}});
        }
        const Weights weights(static_cast<ggml_type>(held), k_bytes_read);
        const std::span<ggml_tensor* const> all(weights.matrices());
        calibration.kernels.push_back(kernel_speed(machine, type, all, std::ref(evictor)));
    }
    if (!calibration.kernels.empty()) {
        const KernelSpeed& first = calibration.kernels.front();
        calibration.seconds_per_matrix =
            matrix_step(machine, recoding ? type_after(*recoding, first.type, false) : first.type);
    }
    calibration.seconds_per_logit = logit();
    calibration.seconds_per_step = chain(machine, k_columns / 2, 1, k_steps);
    calibration.seconds_per_attended = attended(machine, k_batch);
    calibration.seconds_per_attended_alone = attended(machine, 1) * k_head_size;
    constexpr int k_wide_steps = 32;
    calibration.seconds_per_element =
        chain(machine, k_columns, k_batch, k_wide_steps) / static_cast<double>(k_columns * k_batch);
    calibration.memory_bytes_per_s = bandwidth(machine);
    return calibration;
}

}  // namespace palier::engine::llama
