// Pool: the engines that are open. At most one local model is loaded at a time, because a climb
// uses one after the other; endpoints and recordings stay open.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <map>
#include <memory>
#include <string>

namespace palier::pool {

// Not thread-safe.
class Pool {
   public:
    // Borrows `engines`, which outlives the pool.
    explicit Pool(engine::Engines& engines) : engines_(engines) {}

    // The engine for this spec, opened if it is not open. A pointer stays valid until the next call
    // of open() with another local model, or close_local().
    [[nodiscard]] Result<engine::Engine*> open(const engine::OpenSpec& spec);
    void close_local();

   private:
    engine::Engines& engines_;
    std::map<std::string, std::unique_ptr<engine::Engine>> open_;
    std::string local_;  // key of the loaded local model
};

}  // namespace palier::pool
