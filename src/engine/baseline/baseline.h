// The engine without a language model: scores labels by what was learned from labelled examples
// (learn/learned.h). It has latency, writes nothing and has no prompt to show.
#pragma once

#include "engine/engine.h"

#include <memory>
#include <vector>

namespace palier::engine::baseline {

// Opens OpenSpec::learned. Error 2801. The engine's post answers at once; its render fails with
// 2609. A label that was not there when it learned is refused: Rejected.
[[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec);

// Opens what was learned itself, everything else by `rest`, which it borrows.
class WithBaselines final : public Engines {
   public:
    explicit WithBaselines(Engines& rest) : rest_(rest) {}
    [[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) override;
    // Of a baseline: what it holds on the heap, counted by the allocator of this process; nothing
    // else may run meanwhile; nullopt where the allocator does not count (a sanitizer's).
    [[nodiscard]] Result<std::optional<std::uint64_t>> peak_memory(
        const OpenSpec& spec, const std::vector<Request>& sample) override;

   private:
    Engines& rest_;
};

}  // namespace palier::engine::baseline
