// How far the probabilities that a System gives to labels can be trusted, from the store's Trials.
#pragma once

#include "core/calibration.h"
#include "run/climber.h"
#include "system/reading.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::run {

// What makes a System's answers probabilities, found on dev: one temperature for label scores, or
// how often each answered label was right. Into the System's spec, whose hash is then another one.
// trials: one a case. Returns the mean Brier score over all cases, where the answer to each is held
// against what the others taught; nullopt: no answer was a label, and nothing was found.
[[nodiscard]] std::optional<double> fit_temperature(Climbed& climbed,
                                                    const std::vector<const core::Case*>& cases,
                                                    const std::vector<core::Trial>& trials);
[[nodiscard]] std::optional<double> fit_precision(Climbed& climbed,
                                                  const std::vector<const core::Case*>& cases,
                                                  const std::vector<core::Trial>& trials);

class ConfidenceTally {
   public:
    // Borrows both.
    ConfidenceTally(const Climbed& climbed, const std::vector<std::string>& labels);
    // An answer without probabilities is left out: it has no confidence that could be wrong.
    void add(const core::Case& item, const core::Trial& trial);
    // nullopt: the System gives no probabilities.
    [[nodiscard]] std::optional<core::Reliability> result() const;

   private:
    const std::vector<std::string>& labels_;
    system::AnswerReader reader_;
    core::ReliabilityTally tally_;
};

}  // namespace palier::run
