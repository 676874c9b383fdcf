// Learning from labelled examples: the strength by cross-validation, and what cross-validation says
// of every example, so that nothing is judged on what it was learned from. Pure and deterministic.
#pragma once

#include "core/calibration.h"
#include "learn/learned.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace palier::learn {

// What is learned from. texts: for the baselines; states: for a head; both in the order of right.
struct Examples {
    std::vector<std::string> labels;  // that may be answered
    std::vector<std::size_t> right;   // of each example: a place in labels
    std::vector<std::string> texts;
    std::vector<std::vector<float>> states;
    std::size_t always = 0;  // so many at the end are never held out: nobody measures them
    std::string sha256;      // of them all
};

struct Fitted {
    Learned learned;  // from all examples
    // Of each example that is held out: its scores by what was learned from the other folds.
    std::vector<std::vector<double>> held_out;
    // Accuracy on the held-out folds by the number of examples learned from: 25, 50, 100, 200 as
    // far as they go, then all of the other folds. Heads and n-grams only.
    std::vector<core::CurvePoint> curve;
};

enum class Method { Majority, Nearest, LinearText, Head };

// Five folds by place modulo five (examples come in a seeded order), fewer where there are fewer
// examples; with one example it is held out by a guess that knows nothing. The strength with the
// lowest mean -log p over the held-out folds is taken for all. At least one example to hold out.
[[nodiscard]] Fitted fit(const Examples& examples,
                         Method method,
                         const std::string& model_identity);

}  // namespace palier::learn
