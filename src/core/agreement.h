// Agreement of two readings of the same cases: a person's first and second look, or two persons'.
// Pure.
#pragma once

#include "core/sequential.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace palier::core {

struct Agreement {
    std::int64_t cases = 0;
    std::int64_t equal = 0;
    // Share of the cases with the same answer, with its Clopper-Pearson interval.
    Interval share;
    // Cohen's kappa: (share - by chance) / (1 - by chance); nullopt where it is not defined: no
    // case, or both readings gave one and the same label to every case.
    std::optional<double> kappa;
    // kappa with the interval of its large-sample standard error (Fleiss, Cohen and Everitt 1969),
    // cut at -1 and 1. That error is 0 when all answers agree; the interval is then
    // Clopper-Pearson's of the share, carried through kappa's formula with agreement by chance as
    // observed. Set exactly when kappa is.
    std::optional<Interval> kappa_interval;
};

// pairs: indices of labels, (first, second), of each case. level: such as 0.95.
// Sources: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
// Measurement 20 (1960) 37-46; J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard
// errors of kappa and weighted kappa", Psychological Bulletin 72 (1969) 323-327.
[[nodiscard]] Agreement agreement_of(const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                                     double level);

}  // namespace palier::core
