#include "run/empty_input.h"

#include "engine/codes.h"
#include "run/codes.h"
#include "system/identity.h"

namespace palier::run {

bool needs_empty_input(const core::Recipe& recipe) {
    return recipe.decide == core::Decide::Score && recipe.norm == core::LabelNorm::MinusEmpty;
}

std::string empty_input_memo(const core::SystemSpec& spec) {
    return "empty:" + system::RequestKeys(spec).of({});
}

Error no_empty_input(const std::string& system, const system::Outcome& outcome) {
    if (const auto* trouble = std::get_if<system::Trouble>(&outcome)) {
        return Error(codes::empty_input_unscored,
                     {{"system", system}, {"reason", trouble->detail}});
    }
    const auto& answer = std::get<core::Answer>(outcome);
    if (answer.failure == core::Failure::Rejected) {
        return Error(engine::codes::template_unusable, {{"why", answer.failure_detail}});
    }
    const bool too_long = answer.failure == core::Failure::ContextExceeded;
    return Error(too_long ? codes::empty_input_too_long : codes::empty_input_unscored,
                 {{"system", system}, {"reason", answer.failure_detail}});
}

}  // namespace palier::run
