// ShownShots: the examples that a System's prompt shows, which may depend on the input.
#pragma once

#include "core/case.h"
#include "core/system.h"
#include "learn/closest.h"

#include <vector>

namespace palier::system {

// Pure once made.
class ShownShots {
   public:
    explicit ShownShots(const core::SystemSpec& spec);

    // In the order of showing: the nearest last, next to the question (Liu et al., "What Makes Good
    // In-Context Examples for GPT-3?", 2022). Never the input itself, nor what is nearly the same.
    [[nodiscard]] std::vector<core::Shot> for_input(const core::Input& input) const;

   private:
    std::size_t nearest_;
    std::vector<core::Shot> shots_;
    learn::Closest closest_;
};

}  // namespace palier::system
