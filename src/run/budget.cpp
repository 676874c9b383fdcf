#include "run/budget.h"

#include <algorithm>

namespace palier::run {

Budget::Budget(const Clock& clock,
               std::optional<double> seconds_limit,
               std::optional<Money> money_limit,
               double spent_seconds,
               double spent_money)
    : clock_(clock),
      start_(clock.now()),
      seconds_limit_(seconds_limit),
      money_limit_(money_limit ? std::optional(money_limit->amount) : std::nullopt),
      earlier_seconds_(spent_seconds),
      spent_money_(spent_money) {}

double Budget::elapsed_seconds() const {
    return earlier_seconds_ + std::chrono::duration<double>(clock_.now() - start_).count();
}

bool Budget::time_is_up() const {
    return seconds_limit_ && elapsed_seconds() >= *seconds_limit_;
}

Nanoseconds Budget::patience(Nanoseconds most) const {
    if (!seconds_limit_) {
        return most;
    }
    const std::chrono::duration<double> left(std::max(0.0, *seconds_limit_ - elapsed_seconds()));
    return left < most ? std::chrono::duration_cast<Nanoseconds>(left) : most;
}

bool Budget::allows(double expected_seconds, double most_money) const {
    return !time_is_up() &&
           (!seconds_limit_ || elapsed_seconds() + expected_seconds <= *seconds_limit_) &&
           (!money_limit_ || spent_money_ + most_money <= *money_limit_);
}

}  // namespace palier::run
