// What the next points of quality cost: the Systems that bring quality, from the smallest up.
#pragma once

#include "core/summary.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::report {

struct NextPoints {
    const core::SystemSummary* system = nullptr;
    double quality = 0;   // a share, or the metric's value
    bool on_dev = false;  // of its best rung there: it was never proved
    // Over the one before, in points of `quality`; absent for the first.
    std::optional<double> gained;
    // How many times the figure of the one before; absent where either is not known.
    std::optional<double> parameters, latency, memory, cost;
};

// Each has a higher quality than all that are smaller, the smallest first; the topline, whose size
// may not be known, is last. The pointers are into `summary`.
[[nodiscard]] std::vector<NextPoints> next_points(const core::Summary& summary);

}  // namespace palier::report
