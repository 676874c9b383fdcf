// Where a System goes wrong: of its Trials those that are not fully right, the few that tell most,
// and what they have in common. Pure.
#pragma once

#include "base/units.h"
#include "core/case.h"
#include "core/trial.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::core {

// One answer of a System, as far as it matters here.
struct GradedCase {
    std::string case_id;
    std::string input;
    std::string expected;  // the first accepted answer
    Grade grade;           // `parsed` is what was answered, "" = nothing usable
    // Another System, the topline, was fully right on this case; absent: not known.
    std::optional<bool> elsewhere_right;
};

// What several failures share. At least three, else chance would be told as a rule.
struct Pattern {
    enum class Kind {
        Confused,  // where `expected` was right, `answered` was said: `times` of `of` such cases
        Answered,  // `answered` in `times` of the `of` failures, whatever was right
        Failed,    // `failure` in `times` of the `of` failures
        Field      // the field `answered` was wrong or missing in `times` of the `of` failures
    };
    Kind kind = Kind::Answered;
    std::string expected, answered;
    Failure failure = Failure::None;
    std::int64_t times = 0, of = 0;
};

struct Failures {
    std::int64_t asked = 0;
    std::vector<GradedCase> cases;     // in the order given
    std::vector<std::size_t> telling;  // at most three of `cases`, the most telling first
    std::optional<Pattern> pattern;    // the one that explains most failures
};

// The failures fall into kinds: the same confusion, the same failure. Each of the three largest
// kinds gives one case, those of the pattern first; within a kind, one that the topline gets right
// stands before others, then the one of least score, then the shortest to read, then the earlier
// one. A confusion is told as the pattern if it explains at least two thirds of what the best
// pattern explains, since it says more; a pattern explains at least a third of the failures.
[[nodiscard]] Failures failures_of(std::vector<GradedCase> answers);

}  // namespace palier::core
