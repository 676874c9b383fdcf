#include "learn/learned.h"

#include "base/check.h"

#include <algorithm>

namespace palier::learn {
namespace {

// Cosines of a neighbour lie in [0, 1]: so sharpened, one that is alike by 0.1 more is about three
// times as likely. A temperature is fitted on top of it where probabilities are wanted.
constexpr double k_sharpness = 10;

std::vector<double> scores_of(const Majority& how, std::string_view /*text*/, std::size_t) {
    return how.log_shares;
}

std::vector<double> scores_of(const Nearest& how, std::string_view text, std::size_t labels) {
    std::vector<double> scores(labels, 0.0);
    const Sparse asked = how.ngrams.of(text);
    for (std::size_t i = 0; i < how.examples.size(); ++i) {
        double& best = scores[how.labels[i]];
        best = std::max(best, k_sharpness * product(asked, how.examples[i]));
    }
    return scores;
}

std::vector<double> scores_of(const LinearText& how, std::string_view text, std::size_t labels) {
    std::vector<double> scores(how.bias.begin(), how.bias.end());
    const Sparse& rarities = how.ngrams.rarities();
    for (const auto& [piece, weight] : how.ngrams.of(text)) {
        const auto known =
            std::ranges::lower_bound(rarities, piece, {}, &Sparse::value_type::first);
        const auto row = static_cast<std::size_t>(known - rarities.begin()) * labels;
        for (std::size_t k = 0; k < labels; ++k) {
            scores[k] += static_cast<double>(weight) * static_cast<double>(how.weights[row + k]);
        }
    }
    return scores;
}

std::vector<double> scores_of(const Head& /*how*/, std::string_view /*text*/, std::size_t) {
    PALIER_CHECK(false, "a head reads states, not texts");
    return {};
}

}  // namespace

std::vector<double> Learned::scores(std::string_view text) const {
    return std::visit([&](const auto& known) { return scores_of(known, text, labels.size()); },
                      how);
}

std::vector<double> Learned::scores(std::span<const float> state) const {
    const Head* const known = head();
    PALIER_CHECK(known != nullptr && state.size() == known->mean.size(),
                 "a state as long as those that the head was learned on");
    std::vector<double> scores(known->bias.begin(), known->bias.end());
    for (std::size_t d = 0; d < state.size(); ++d) {
        const double value =
            static_cast<double>(state[d] - known->mean[d]) * static_cast<double>(known->scale[d]);
        for (std::size_t k = 0; k < scores.size(); ++k) {
            scores[k] += value * static_cast<double>(known->weights[k * state.size() + d]);
        }
    }
    return scores;
}

std::string_view name_of(const Learned& learned) {
    constexpr std::string_view k_names[] = {"majority", "nearest", "n-grams", "head"};
    return k_names[learned.how.index()];
}

}  // namespace palier::learn
