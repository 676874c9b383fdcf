// Refuses to open a model that would not fit into the memory that is free.
#pragma once

#include "engine/engine.h"
#include "engine/workshop.h"

#include <cstdint>
#include <functional>

namespace palier::pool {

// Free memory now, in bytes; 0 = not known: nothing is refused.
using AvailableMemory = std::function<std::uint64_t()>;

// Opens through `engines`, local models only after an estimate from their header (milliseconds)
// says that they fit: else error 5020 with the breakdown, and nothing is loaded. A model that
// cannot be estimated (unknown architecture, a file with faults) is opened: the engine says what is
// wrong. Borrows both. Not thread-safe.
class MemoryGuard final : public engine::Engines {
   public:
    MemoryGuard(engine::Engines& engines, engine::Workshop& workshop, AvailableMemory available)
        : engines_(engines), workshop_(workshop), available_(std::move(available)) {}

    [[nodiscard]] Result<std::unique_ptr<engine::Engine>> open(
        const engine::OpenSpec& spec) override;
    // The measuring process is a second one beside what is loaded here: the same check.
    [[nodiscard]] Result<std::optional<std::uint64_t>> peak_memory(
        const engine::OpenSpec& spec, const std::vector<engine::Request>& sample) override;

   private:
    [[nodiscard]] Result<void> check(const engine::OpenSpec& spec);

    engine::Engines& engines_;
    engine::Workshop& workshop_;
    AvailableMemory available_;
};

}  // namespace palier::pool
