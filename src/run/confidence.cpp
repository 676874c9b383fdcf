#include "run/confidence.h"

#include <algorithm>
#include <cmath>

namespace palier::run {

ConfidenceTally::ConfidenceTally(const Climbed& climbed, const std::vector<std::string>& labels)
    : labels_(labels),
      temperature_(climbed.system.spec.score_temperature),
      reader_(climbed.system, system::scores_or_none(climbed.prior, labels.size()), climbed.head) {}

void ConfidenceTally::add(const core::Case& item, const core::Trial& trial) {
    const auto values = temperature_ > 0 ? reader_.label_values(trial.answer)
                                         : std::optional<std::vector<double>>();
    if (!values) {
        return;
    }
    std::vector<double> probabilities = core::log_softmax(*values, temperature_);
    for (double& value : probabilities) {
        value = std::exp(value);
    }
    const std::size_t chosen = system::best_of(*values);
    // Any of the accepted labels is right; of several, the one that was chosen.
    std::size_t right = labels_.size();
    for (const std::string& expected : item.expected) {
        const auto found = std::ranges::find(labels_, expected);
        if (found != labels_.end() && right != chosen) {
            right = static_cast<std::size_t>(found - labels_.begin());
        }
    }
    tally_.add(probabilities, right, chosen);
}

std::optional<core::Reliability> ConfidenceTally::result() const {
    core::Reliability result = tally_.result();
    return result.cases > 0 ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace palier::run
