// DevScorer: what one recipe's Trials say of it, on dev or on the whole of test.
#pragma once

#include "core/case.h"
#include "core/sequential.h"
#include "core/staircase.h"
#include "core/trial.h"
#include "eval/measure.h"

#include <optional>
#include <vector>

namespace palier::run {

struct DevScore {
    double value = 0;        // mean over the cases, or the full-set metric
    double low = 0;          // lower end: Wilson 90 % for 0/1 scores, else BCa 95 %
    bool ruled_out = false;  // the FAIL side of promise B reached K/alpha
};

class DevScorer {
   public:
    // threshold: as a share; nullopt: nothing is ruled out. Borrows the plan.
    DevScorer(const core::ClimbPlan& plan, const core::Job& job, std::optional<double> threshold);
    void add(const core::Case& item, const core::Trial& trial);
    // At least one case was added, or the value is 0.
    [[nodiscard]] DevScore score() const;

   private:
    const core::ClimbPlan& plan_;
    std::optional<core::MeanTest> test_;
    eval::Tally tally_;
    Micros sum_ = 0;
    std::int64_t cases_ = 0;
};

}  // namespace palier::run
