#include "planning/codes.h"
#include "planning/plan.h"

namespace palier::planning {
namespace {

// Requests at once from which batching on a GPU is what decides.
constexpr int k_many_at_once = 8;

}  // namespace

std::string_view name_of(Runtime runtime) {
    switch (runtime) {
        case Runtime::Embedded:
            return "palier";
        case Runtime::Ollama:
            return "ollama";
        case Runtime::Vllm:
            return "vllm";
        case Runtime::Tgi:
            return "tgi";
    }
    return "";
}

RuntimeAdvice advice(const core::Job& job, std::uint64_t gpu_bytes) {
    if (gpu_bytes > 0 && job.concurrency >= k_many_at_once) {
        return {Runtime::Vllm, codes::vllm_for_many};
    }
    if (gpu_bytes > 0) {
        return {Runtime::Embedded, codes::embedded_on_gpu};
    }
    if (job.concurrency >= k_many_at_once) {
        return {Runtime::Vllm, codes::vllm_elsewhere};
    }
    return {Runtime::Embedded, codes::embedded};
}

}  // namespace palier::planning
