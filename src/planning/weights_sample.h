// What is asked to find the form of the weights that pays on this machine: the same for every job,
// so that what is found holds for all of them.
#pragma once

#include "core/case.h"
#include "core/job.h"

#include <vector>

namespace palier::planning {

// At most: as the file has them, F32, BF16, and five-bit ones as eight-bit ones.
inline constexpr std::size_t k_weights_forms = 4;

[[nodiscard]] core::Job weights_job();
// Some sixty tokens each, no two alike; the first one warms up.
[[nodiscard]] std::vector<core::Input> weights_inputs();

}  // namespace palier::planning
