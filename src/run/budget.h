// Budget: stops before the money or the time of a run is exceeded, never after. Not thread-safe.
#pragma once

#include "base/clock.h"
#include "base/units.h"
#include "core/job.h"

#include <cstdint>
#include <optional>

namespace palier::run {

class Budget {
   public:
    // spent_*: of earlier sessions of the same run. Prices are in the budget's currency (job/
    // checks it).
    Budget(const Clock& clock,
           std::optional<double> seconds_limit,
           std::optional<Money> money_limit,
           double spent_seconds,
           double spent_money = 0);

    // Books what a request has cost.
    void spend(double money) { spent_money_ += money; }
    // May work start that is expected to take this long and can cost at most this much?
    [[nodiscard]] bool allows(double expected_seconds, double most_money) const;

    [[nodiscard]] double elapsed_seconds() const;
    [[nodiscard]] bool time_is_up() const;
    // How long to wait for something, at most `most`, so that the time is not exceeded.
    [[nodiscard]] Nanoseconds patience(Nanoseconds most) const;
    [[nodiscard]] double spent_money() const { return spent_money_; }
    [[nodiscard]] std::optional<double> seconds_limit() const { return seconds_limit_; }

   private:
    const Clock& clock_;
    Nanoseconds start_;
    std::optional<double> seconds_limit_;
    std::optional<double> money_limit_;
    double earlier_seconds_;
    double spent_money_;
};

}  // namespace palier::run
