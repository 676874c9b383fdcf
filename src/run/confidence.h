// How far the probabilities that a System gives to labels can be trusted, from the store's Trials.
#pragma once

#include "core/calibration.h"
#include "run/climber.h"
#include "system/reading.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::run {

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
    double temperature_;
    system::AnswerReader reader_;
    core::ReliabilityTally tally_;
};

}  // namespace palier::run
