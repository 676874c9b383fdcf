#include "run/confidence.h"

#include <algorithm>

namespace palier::run {
namespace {

// Of several accepted labels, the one that was answered.
std::size_t right_place(const core::Case& item,
                        const std::vector<std::string>& labels,
                        const std::optional<std::string>& answered) {
    const bool accepted = answered && std::ranges::count(item.expected, *answered) > 0;
    const auto found = std::ranges::find(labels, accepted ? *answered : item.expected.front());
    return static_cast<std::size_t>(found - labels.begin());
}

double mean_brier(double sum, std::size_t answered, std::size_t cases) {
    sum += static_cast<double>(cases - answered) * core::brier_of({}, 0);
    return sum / static_cast<double>(cases);
}

}  // namespace

std::optional<double> fit_temperature(Climbed& climbed,
                                      const std::vector<const core::Case*>& cases,
                                      const std::vector<core::Trial>& trials) {
    core::SystemSpec& spec = climbed.system.spec;
    const system::AnswerReader reader(climbed.system,
                                      system::scores_or_none(climbed.prior, spec.labels.size()));
    std::vector<core::Scored> scored;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        if (auto values = reader.label_values(trials[i].answer)) {
            scored.push_back({std::move(*values), right_place(*cases[i], spec.labels, {})});
        }
    }
    if (scored.empty()) {
        return std::nullopt;
    }
    // One number of so many cases: what a case itself has taught of it shows nowhere.
    spec.score_temperature = core::fit_temperature(scored);
    double sum = 0;
    for (const core::Scored& item : scored) {
        sum +=
            core::brier_of(core::probabilities_of(item.scores, spec.score_temperature), item.right);
    }
    return mean_brier(sum, scored.size(), trials.size());
}

std::optional<double> fit_precision(Climbed& climbed,
                                    const std::vector<const core::Case*>& cases,
                                    const std::vector<core::Trial>& trials) {
    core::SystemSpec& spec = climbed.system.spec;
    const std::size_t labels = spec.labels.size();
    const system::AnswerReader reader(climbed.system);
    core::LabelPrecision precision(labels);
    std::vector<std::pair<std::size_t, std::size_t>> answered;  // and right
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const core::Answer answer = reader.read(trials[i]);
        if (const std::size_t place = reader.place_of(answer); place < labels) {
            answered.emplace_back(place, right_place(*cases[i], spec.labels, answer.parsed));
            precision.add(place, place == answered.back().second);
        }
    }
    if (answered.empty()) {
        return std::nullopt;
    }
    double sum = 0;
    for (const auto& [place, right] : answered) {
        const double confidence = precision.without(place, place == right);
        sum += core::brier_of(core::spread(confidence, place, labels), right);
    }
    for (std::size_t label = 0; label < labels; ++label) {
        spec.label_precision.push_back(precision.of(label));
    }
    return mean_brier(sum, answered.size(), trials.size());
}

ConfidenceTally::ConfidenceTally(const Climbed& climbed, const std::vector<std::string>& labels)
    : labels_(labels),
      reader_(climbed.system, system::scores_or_none(climbed.prior, labels.size()), climbed.head) {}

void ConfidenceTally::add(const core::Case& item, const core::Trial& trial) {
    const core::Answer answer = reader_.read(trial);
    if (const auto probabilities = reader_.probabilities(answer)) {
        tally_.add(
            *probabilities, right_place(item, labels_, answer.parsed), reader_.place_of(answer));
    }
}

std::optional<core::Reliability> ConfidenceTally::result() const {
    core::Reliability result = tally_.result();
    return result.cases > 0 ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace palier::run
