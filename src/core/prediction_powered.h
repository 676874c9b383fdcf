// Prediction-powered inference of a rate: what a judge says of many answers, corrected by what
// people say of a random part of them. Pure.
#pragma once

#include "base/rng.h"
#include "core/sequential.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace palier::core {

// The answers on which a judge gave one and the same verdict; that it gave none is a verdict too.
struct JudgedGroup {
    std::int64_t judged = 0;  // rated or not
    std::int64_t rated = 0;   // of these, by people
    std::int64_t good = 0;    // of the rated ones
};

struct CorrectedRate {
    double judge_alone = 0;        // share of the judged that the judge calls good
    std::optional<double> people;  // share of the rated that is good; nullopt: none is rated
    std::optional<double> value;   // corrected; nullopt likewise
    std::optional<double> lambda;  // weight of the judge in it, 0 (none) to 1
    std::int64_t judged = 0, rated = 0;
    // Bounds of the true rate at one-sided level each; low 0 and high 1 where nothing is rated.
    Interval bounds;
};

// groups: the first is what the judge calls good, in any order the others. The rated answers are a
// random part of the judged ones, and all of them a random sample of the traffic that is meant.
// level: one-sided, of each bound, such as 0.99. Deterministic for a seeded rng. draws: an order
// statistic of 20,000 leaves an error of about 7 % of a tail of 1 %.
//
// value: people's share plus lambda x (the judge's share over the answers that are not rated, less
// its share over the rated ones); lambda minimises the variance, cut to [0, 1]. Sources:
// A. N. Angelopoulos, S. Bates, C. Fannjiang, M. I. Jordan and T. Zrnic, "Prediction-powered
// inference", Science 382 (2023) 669-674; A. N. Angelopoulos, J. C. Duchi and T. Zrnic, "PPI++:
// efficient prediction-powered inference", arXiv 2311.01453 (2023), section 6 for lambda.
//
// bounds: the central limit theorem of these papers says nothing of forty ratings of which all are
// good. Verdicts are few and whole, so that the same information is a sum over groups: share of the
// group x rate of the group. Each rate has the one-sided distribution of Clopper and Pearson, Beta
// (good, bad + 1) for the lower bound and Beta(good + 1, bad) for the upper one; the shares have
// Dirichlet's with one more count for the group that harms the bound most; a quantile of their sum
// is the bound. With one group it is Clopper and Pearson's. Source: M. P. Fay, M. A. Proschan and
// E. Brittain, "Combining one-sample confidence procedures for inference in the two-sample case",
// Biometrics 71 (2015) 146-156 (melding), here for a weighted sum. Its coverage is measured by
// simulation (prediction_powered_simulation_test.cpp), not proved.
[[nodiscard]] CorrectedRate corrected_rate(const std::vector<JudgedGroup>& groups,
                                           double level,
                                           Rng& rng,
                                           int draws = 20'000);

}  // namespace palier::core
