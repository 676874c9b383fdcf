// What makes a test set unable to tell good from bad: contradictions and cases that dev has too.
#pragma once

#include "core/case.h"

#include <cstdint>
#include <vector>

namespace palier::eval {

// The most cases that a system can get right that gives one answer to one input: of cases with the
// same input and context, those that accept the commonest answer.
[[nodiscard]] std::int64_t most_right(const std::vector<core::Case>& cases);

// Cases of test whose input and context stand in dev, or are near-duplicates of a dev case
// (similarity.h).
[[nodiscard]] std::int64_t seen_in_dev(const std::vector<core::Case>& dev,
                                       const std::vector<core::Case>& test);

}  // namespace palier::eval
