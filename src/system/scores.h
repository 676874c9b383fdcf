// Label scores: how they are kept as text, and which label they choose. Pure.
#pragma once

#include "core/system.h"
#include "engine/engine.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::system {

using Scores = std::vector<engine::LabelScore>;

// "label_scores <sum>/<tokens> ..." in the order of the labels.
[[nodiscard]] std::string text_of_scores(const Scores& scores);
// Back; nullopt when it is no such text or the count differs.
[[nodiscard]] std::optional<Scores> scores_of(std::string_view raw, std::size_t labels);

// Index of the best label; ties go to the first. `empty`, the scores after an empty input, is used
// by MinusEmpty only and then has one score per label. scores is not empty.
[[nodiscard]] std::size_t best_label(const Scores& scores,
                                     core::LabelNorm norm,
                                     const Scores& empty);

}  // namespace palier::system
