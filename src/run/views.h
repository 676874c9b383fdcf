// Views on a job and its run that are no climb: the prompt of a case, the topline's answers.
#pragma once

#include "planning/prepare.h"
#include "run/climb.h"

#include <string>
#include <utility>
#include <vector>

namespace palier::run {

// See rendered_prompt and topline_answers in climb.h.
[[nodiscard]] Result<std::string> render_prompt(const planning::Prepared& prepared,
                                                engine::Engines& engines,
                                                const std::string& system,
                                                const std::string& case_id);

[[nodiscard]] Result<std::vector<engine::RecordedAnswer>> answers_of_topline(
    const planning::Prepared& prepared, store::Store& store, const ClimbResult& result);

}  // namespace palier::run
