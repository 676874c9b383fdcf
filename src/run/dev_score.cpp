#include "run/dev_score.h"

#include "core/statistics.h"

namespace palier::run {

DevScorer::DevScorer(const core::ClimbPlan& plan,
                     const core::Job& job,
                     std::optional<double> threshold)
    : plan_(plan), tally_(job) {
    const Micros micros = threshold ? micros_of(*threshold) : 0;
    if (plan.sequential && micros > 0 && micros <= k_one) {
        test_.emplace(micros, plan.k / plan.alpha);
    }
}

void DevScorer::add(const core::Case& item, const core::Trial& trial) {
    tally_.add(item, trial);
    sum_ += trial.grade.score;
    ++cases_;
    if (test_) {
        test_->add(trial.grade.score);
    }
}

DevScore DevScorer::score() const {
    DevScore score;
    if (cases_ == 0) {
        return score;
    }
    score.value = plan_.sequential ? static_cast<double>(sum_) / static_cast<double>(k_one) /
                                         static_cast<double>(cases_)
                                   : tally_.value(plan_.quality.metric).value_or(0);
    score.ruled_out = test_ && test_->decision() == core::Decision::Fail;
    if (plan_.sequential && plan_.zero_one) {
        score.low = core::wilson(sum_ / k_one, cases_, 0.90).low;
    } else {
        // The lower end of a 95 % interval: a little more careful than 90 %.
        Rng rng(cases_ > 0 ? static_cast<std::uint64_t>(cases_) : 1);
        const auto quality = tally_.quality(rng);
        score.low = quality ? quality->interval.low : 0;
    }
    return score;
}

}  // namespace palier::run
