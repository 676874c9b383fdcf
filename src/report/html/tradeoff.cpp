#include "core/pareto.h"
#include "report/html/pareto.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report::page {
namespace {

Axis axis_of(const core::Summary& summary) {
    bool latency = false;
    for (const auto& system : summary.systems) {
        if (!system.measure.quality) {
            continue;
        }
        if (system.measure.cost) {
            return Axis::Cost;
        }
        latency = latency || system.measure.latency.has_value();
    }
    return latency ? Axis::Latency : Axis::Parameters;
}

std::optional<double> millions(const core::SystemSummary& system) {
    if (system.parameters == 0) {
        return std::nullopt;
    }
    return static_cast<double>(system.parameters) / 1e6;
}

Mark mark_of(const core::SystemSummary& system, Axis axis) {
    const core::Measure& m = system.measure;
    Mark mark;
    mark.system = &system;
    mark.quality = m.quality->value;
    mark.interval = m.quality->interval;
    const std::optional<double> latency =
        m.latency ? std::optional(m.latency->total_ms_p95) : std::nullopt;
    switch (axis) {
        case Axis::Cost:
            mark.x = m.cost ? std::optional(m.cost->per_1k) : std::nullopt;
            mark.third = latency;
            break;
        case Axis::Latency:
            mark.x = latency;
            mark.third = millions(system);
            if (m.latency && m.latency->total_ms_p95_bounded) {
                mark.x_interval = m.latency->total_ms_p95_interval;
            }
            break;
        case Axis::Parameters:
            mark.x = millions(system);
            break;
        case Axis::Energy:
            break;
    }
    return mark;
}

// A mark at one end of its horizontal range.
core::ParetoPoint point_of(const Mark& mark, Axis axis, bool low) {
    core::ParetoPoint point;
    point.quality = mark.quality;
    point.cost = mark.x;
    const bool is_range = axis == Axis::Cost || axis == Axis::Energy;
    if (is_range && mark.x_interval) {
        point.cost = low ? mark.x_interval->low : mark.x_interval->high;
    }
    point.latency = axis == Axis::Cost ? mark.third : std::nullopt;
    return point;
}

// Which marks are chosen, and which beaten by another one whose x is known too.
void judge(const core::Summary& summary, Tradeoff& plot) {
    for (Mark& mark : plot.marks) {
        mark.chosen = mark.system == chosen(summary);
        mark.dominated = mark.x && std::ranges::any_of(plot.marks, [&](const Mark& other) {
                             return other.x &&
                                    core::dominates(point_of(other, plot.axis, true),
                                                    point_of(mark, plot.axis, true)) &&
                                    core::dominates(point_of(other, plot.axis, false),
                                                    point_of(mark, plot.axis, false));
                         });
    }
}

}  // namespace

Tradeoff tradeoff_of(const core::Summary& summary) {
    Tradeoff result;
    result.axis = axis_of(summary);
    result.unit = summary.currency;
    result.need = need_of(summary).value_or(0);
    switch (result.axis) {
        case Axis::Cost:
            result.limit = summary.plan.cost_per_1k;
            break;
        case Axis::Latency:
            result.limit = summary.plan.p95_ms;
            break;
        case Axis::Parameters:
        case Axis::Energy:
            break;
    }
    for (const auto& system : summary.systems) {
        if (system.measure.quality) {
            result.marks.push_back(mark_of(system, result.axis));
        }
    }
    judge(summary, result);
    return result;
}

Tradeoff tradeoff_over(const core::Summary& summary,
                       Axis axis,
                       const std::map<std::string, core::Range>& per_1k,
                       std::string unit) {
    Tradeoff result;
    result.axis = axis;
    result.need = need_of(summary).value_or(0);
    if (axis == Axis::Cost && unit == summary.currency) {
        result.limit = summary.plan.cost_per_1k;
    }
    result.unit = std::move(unit);
    for (const auto& system : summary.systems) {
        if (system.measure.quality) {
            Mark mark = mark_of(system, axis);
            const auto found = per_1k.find(system.verdict.id);
            mark.x.reset();
            mark.x_interval.reset();
            if (found != per_1k.end()) {
                const core::Range& range = found->second;
                mark.x = (range.low + range.high) / 2;
                if (!range.is_exact()) {
                    mark.x_interval = core::Interval{range.low, range.high, 1};
                }
            }
            result.marks.push_back(mark);
        }
    }
    judge(summary, result);
    return result;
}

}  // namespace palier::report::page
