// The sum that turns logits into log-probabilities.
#pragma once

#include <cstddef>
#include <span>

namespace palier::engine::llama {

// log(sum(exp(logits))), natural: the log-probability of token t is logits[t] less this.
// Exponentials in float (relative error below 2e-7), summed in double. Empty: minus infinity.
[[nodiscard]] double log_sum_exp(std::span<const float> logits);

// Index of the largest, the first of equals. Not empty.
[[nodiscard]] std::size_t index_of_largest(std::span<const float> logits);

}  // namespace palier::engine::llama
