#include "pool/memory_guard.h"

#include "base/log.h"
#include "catalog/memory.h"

namespace palier::pool {

Result<void> MemoryGuard::check(const engine::OpenSpec& spec) {
    if (spec.recorded || !spec.endpoint.empty()) {
        return {};
    }
    const std::uint64_t available = available_();
    if (available == 0) {
        return {};
    }
    catalog::MemoryQuestion question;
    question.sequences = spec.sequences;
    const auto estimate = catalog::estimate_memory(spec.path, spec, workshop_, question);
    if (!estimate) {
        log::debug("memory of " + spec.path + " is not estimated: PAL-" +
                   std::to_string(estimate.error().code));
        return {};
    }
    return catalog::check_fits(*estimate, available, spec.name.empty() ? spec.path : spec.name);
}

Result<std::unique_ptr<engine::Engine>> MemoryGuard::open(const engine::OpenSpec& spec) {
    PALIER_TRY(check(spec));
    return engines_.open(spec);
}

Result<std::optional<std::uint64_t>> MemoryGuard::peak_memory(
    const engine::OpenSpec& spec, const std::vector<engine::Request>& sample) {
    PALIER_TRY(check(spec));
    return engines_.peak_memory(spec, sample);
}

}  // namespace palier::pool
