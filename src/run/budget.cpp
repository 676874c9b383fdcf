#include "run/budget.h"

namespace palier::run {

Budget::Budget(const Clock& clock,
               std::optional<double> seconds_limit,
               std::optional<Money> money_limit,
               double spent_seconds)
    : clock_(clock),
      start_(clock.now()),
      seconds_limit_(seconds_limit),
      money_limit_(money_limit ? std::optional(money_limit->amount) : std::nullopt),
      earlier_seconds_(spent_seconds) {}

double Budget::elapsed_seconds() const {
    return earlier_seconds_ + std::chrono::duration<double>(clock_.now() - start_).count();
}

bool Budget::allows(double expected_seconds, double most_money) const {
    return (!seconds_limit_ || elapsed_seconds() + expected_seconds <= *seconds_limit_) &&
           (!money_limit_ || spent_money_ + most_money <= *money_limit_);
}

double cost_of(const std::optional<core::Price>& price,
               std::int64_t prompt_tokens,
               std::int64_t output_tokens) {
    if (!price) {
        return 0;
    }
    return (price->input_per_1m * static_cast<double>(prompt_tokens) +
            price->output_per_1m * static_cast<double>(output_tokens)) /
           1e6;
}

}  // namespace palier::run
