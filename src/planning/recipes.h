// Recipes: what a rung tries. Pure; the variants of one rung compete on dev.
#pragma once

#include "base/rng.h"
#include "core/case.h"
#include "core/job.h"
#include "core/system.h"
#include "engine/engine.h"

#include <vector>

namespace palier::planning {

// The rungs that exist for this task on an engine with these abilities, upwards: zero-shot always;
// structured for a label set, where the engine scores labels or constrains its text; few-shot where
// dev has cases to show. `rag`, `lora` and `full` are never among them.
[[nodiscard]] std::vector<core::Rung> rungs_for(const core::Job& job,
                                                bool can_score,
                                                bool can_constrain,
                                                std::size_t dev_cases);

// The variants of a rung. structured: label scores by sum, mean and minus-empty, or else one
// constrained recipe. few-shot: as `base` (the best recipe so far), with shots.
[[nodiscard]] std::vector<core::Recipe> recipes_for(const core::Job& job,
                                                    core::Rung rung,
                                                    const engine::Facts& facts,
                                                    const core::Recipe& base,
                                                    const std::vector<core::Shot>& shots);

// Three to five examples out of dev, seeded: different labels first, for a classification; returned
// as indices into `dev`. Fewer only when dev has fewer than six cases, of which half are kept.
[[nodiscard]] std::vector<std::size_t> choose_shots(const core::Job& job,
                                                    const std::vector<const core::Case*>& dev,
                                                    Rng& rng);

}  // namespace palier::planning
