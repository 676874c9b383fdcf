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

// "label_scores <sum>/<tokens> ..." in the order of the labels; with " chosen <place>" behind them
// where the endpoint has chosen itself (engine::Response::chosen). One line for each order in which
// the labels were asked.
[[nodiscard]] std::string text_of_scores(const Scores& scores,
                                         std::optional<std::size_t> chosen = std::nullopt);
// Of each order; empty when it is no such text or a count differs.
[[nodiscard]] std::vector<Scores> orders_of(std::string_view raw, std::size_t labels);
// Not empty; all of as many labels.
[[nodiscard]] Scores mean_of(const std::vector<Scores>& orders);
// Back, the mean over the orders; nullopt when it is no such text or a count differs.
[[nodiscard]] std::optional<Scores> scores_of(std::string_view raw, std::size_t labels);
// The place that the endpoint has chosen; nullopt where it chose none of so many labels.
[[nodiscard]] std::optional<std::size_t> chosen_in(std::string_view raw, std::size_t labels);

// As the above, and none where there are none.
[[nodiscard]] Scores scores_or_none(std::string_view raw, std::size_t labels);

// What is taken off each label's score, as its norm asks.
struct LabelPrior {
    Scores empty;                // MinusEmpty: the scores after an empty input, one per label
    std::vector<double> of_dev;  // MinusPrior: SystemSpec::label_prior
};

// One value a label: the highest is the choice, and their softmax the probabilities, once divided
// by a temperature. scores is not empty.
[[nodiscard]] std::vector<double> values_of(const Scores& scores,
                                            core::LabelNorm norm,
                                            const LabelPrior& prior);
// Index of the best label; ties go to the first.
[[nodiscard]] std::size_t best_of(const std::vector<double>& values);

// The logarithm of each label's mean probability over these answers, the label scores being the
// sums: batch calibration (Zhou et al. 2023, arXiv 2309.17249). At least one answer.
[[nodiscard]] std::vector<double> prior_over(const std::vector<Scores>& answers);

}  // namespace palier::system
