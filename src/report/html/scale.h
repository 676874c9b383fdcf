// An axis: values to coordinates, and the round numbers to label it with.
#pragma once

#include <vector>

namespace palier::report::page {

struct Scale {
    double low = 0, high = 1;  // values at the two ends, low < high; low > 0 when logarithmic
    double from = 0, to = 1;   // their coordinates
    bool logarithmic = false;

    // The coordinate of a value; values outside are held at the ends.
    [[nodiscard]] double at(double value) const;
    // Round numbers inside [low, high], ascending: at most about `wanted` on a linear scale; 1, 2
    // and 5 times powers of ten (or only the powers) on a logarithmic one.
    [[nodiscard]] std::vector<double> ticks(int wanted) const;
};

// A scale that holds all values with some room; logarithmic when the largest is over eight times
// the smallest. Values are positive and not empty.
[[nodiscard]] Scale positive_scale(const std::vector<double>& values, double from, double to);

}  // namespace palier::report::page
