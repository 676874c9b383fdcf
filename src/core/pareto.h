// Pareto set: the points that no other point beats on every axis.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace palier::core {

// Quality is better when higher; cost and latency when lower. An axis that is not measured for both
// points of a pair is left out of that comparison.
struct ParetoPoint {
    double quality = 0;
    std::optional<double> cost;
    std::optional<double> latency;
};

// a dominates b: at least as good on every common axis and better on one.
[[nodiscard]] bool dominates(const ParetoPoint& a, const ParetoPoint& b);
// For each point: is it in the set? A point that lacks an axis can dominate only on the axes it
// has.
[[nodiscard]] std::vector<bool> pareto_set(std::span<const ParetoPoint> points);

}  // namespace palier::core
