#include "system/shown_shots.h"

#include <string>

namespace palier::system {
namespace {

learn::Closest index_of(const core::SystemSpec& spec) {
    std::vector<std::string> texts;
    if (spec.recipe.nearest > 0) {
        for (const core::Shot& shot : spec.examples) {
            texts.push_back(shot.input);
        }
    }
    return learn::Closest(texts);
}

}  // namespace

ShownShots::ShownShots(const core::SystemSpec& spec)
    : nearest_(static_cast<std::size_t>(spec.recipe.nearest)),
      shots_(nearest_ > 0 ? spec.examples : spec.recipe.shots),
      closest_(index_of(spec)) {}

std::vector<core::Shot> ShownShots::for_input(const core::Input& input) const {
    if (nearest_ == 0) {
        return shots_;
    }
    std::vector<core::Shot> shown;
    for (const std::size_t i : closest_.to(input.text, nearest_)) {
        shown.push_back(shots_[i]);
    }
    return shown;
}

}  // namespace palier::system
