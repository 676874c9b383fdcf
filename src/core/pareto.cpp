#include "core/pareto.h"

#include <algorithm>

namespace palier::core {
namespace {

// Compares two measures of which lower is better; an axis that one of them lacks says nothing.
void compare(const std::optional<double>& a,
             const std::optional<double>& b,
             bool& better,
             bool& worse) {
    if (a && b) {
        better = better || *a < *b;
        worse = worse || *a > *b;
    }
}

}  // namespace

bool dominates(const ParetoPoint& a, const ParetoPoint& b) {
    bool better = a.quality > b.quality;
    bool worse = a.quality < b.quality;
    compare(a.cost, b.cost, better, worse);
    compare(a.latency, b.latency, better, worse);
    return better && !worse;
}

std::vector<bool> pareto_set(std::span<const ParetoPoint> points) {
    std::vector<bool> in_set;
    in_set.reserve(points.size());
    for (const ParetoPoint& point : points) {
        in_set.push_back(std::none_of(points.begin(), points.end(), [&](const ParetoPoint& other) {
            return dominates(other, point);
        }));
    }
    return in_set;
}

}  // namespace palier::core
