// The curve of monthly cost over volume, for the page: one line a way to serve, both axes
// logarithmic, with the volumes where a way becomes cheaper than the API.
#pragma once

#include "core/cost.h"
#include "report/messages.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::report::page {

struct CostPlot {
    std::string currency;
    std::vector<core::CostLine> lines;
    struct Mark {
        core::Serving serving = core::Serving::OwnMachine;
        core::BreakEven volume;
    };
    std::vector<Mark> marks;          // today's prices
    std::string api;                  // whose price the marks are against
    core::Range fallback_share;       // of the hybrid
    std::optional<double> per_month;  // the volume asked about, drawn as a line
};

// An <svg> with title and description; "" without lines. `id` is unique on its page. A line known
// as a range is a band; beyond the capacity of one machine it is not drawn.
[[nodiscard]] std::string cost_curve_svg(
    Language language, const CostPlot& plot, double width, double height, const std::string& id);

}  // namespace palier::report::page
