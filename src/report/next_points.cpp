#include "report/next_points.h"

#include <algorithm>

namespace palier::report {
namespace {

std::optional<NextPoints> measured(const core::Summary& summary,
                                   const core::SystemSummary& system) {
    NextPoints found;
    found.system = &system;
    if (system.measure.quality) {
        found.quality = system.measure.quality->value;
        return found;
    }
    found.on_dev = true;
    std::optional<NextPoints> best;
    for (const core::RungTried& rung : summary.rungs) {
        if (rung.candidate == system.verdict.candidate && !rung.trouble &&
            (!best || rung.dev_score > best->quality)) {
            found.quality = rung.dev_score;
            best = found;
        }
    }
    return best;
}

std::optional<double> times(std::optional<double> figure, std::optional<double> before) {
    return figure && before && *before > 0 ? std::optional(*figure / *before) : std::nullopt;
}

std::optional<double> p95_of(const core::SystemSummary& system) {
    const auto& latency = system.measure.latency;
    return latency ? std::optional(latency->total_ms_p95) : std::nullopt;
}

std::optional<double> memory_of(const core::SystemSummary& system) {
    const auto& bytes = system.measure.memory_bytes_peak;
    return bytes ? std::optional(static_cast<double>(*bytes)) : std::nullopt;
}

std::optional<double> cost_of(const core::SystemSummary& system) {
    const auto& cost = system.measure.cost;
    return cost ? std::optional(cost->per_1k) : std::nullopt;
}

std::optional<double> parameters_of(const core::SystemSummary& system) {
    return system.parameters > 0 ? std::optional(static_cast<double>(system.parameters))
                                 : std::nullopt;
}

}  // namespace

std::vector<NextPoints> next_points(const core::Summary& summary) {
    std::vector<const core::SystemSummary*> upwards;
    upwards.reserve(summary.systems.size());
    for (const core::SystemSummary& system : summary.systems) {
        upwards.push_back(&system);
    }
    std::ranges::reverse(upwards);
    std::vector<NextPoints> rows;
    for (const core::SystemSummary* system : upwards) {
        std::optional<NextPoints> row = measured(summary, *system);
        if (!row) {
            continue;
        }
        if (!rows.empty()) {
            const NextPoints& before = rows.back();
            if (row->quality <= before.quality) {
                continue;
            }
            row->gained = row->quality - before.quality;
            row->parameters = times(parameters_of(*system), parameters_of(*before.system));
            row->latency = times(p95_of(*system), p95_of(*before.system));
            row->memory = times(memory_of(*system), memory_of(*before.system));
            row->cost = times(cost_of(*system), cost_of(*before.system));
        }
        rows.push_back(*std::move(row));
    }
    return rows;
}

}  // namespace palier::report
