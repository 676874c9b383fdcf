// Examples: what of dev a prompt may show.
#pragma once

#include "core/job.h"
#include "core/recipes.h"

#include <vector>

namespace palier::eval {

// Of each case: whether one of `others` is the same, or nearly so: their inputs are near-duplicates
// (similarity.h), and their contexts equal.
[[nodiscard]] std::vector<bool> nearly_among(const std::vector<const core::Case*>& cases,
                                             const std::vector<const core::Case*>& others);

// For core::ingredients_of: dev in its order. The kind of an example is its label, the members and
// types of its JSON object, or whether it has an answer at all. One that is nearly among test may
// not be shown: the model would be told the answer.
[[nodiscard]] std::vector<core::Example> examples_of(core::Task task,
                                                     const std::vector<const core::Case*>& dev,
                                                     const std::vector<const core::Case*>& test);

}  // namespace palier::eval
