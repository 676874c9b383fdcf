// What the trade-off plot shows, apart from how it is drawn.
#pragma once

#include "core/hardware.h"
#include "core/summary.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace palier::report::page {

// The horizontal axis: the first of these that is known for a proved System. Energy only when asked
// for.
enum class Axis { Cost, Latency, Parameters, Energy };

struct Mark {
    const core::SystemSummary* system = nullptr;
    double quality = 0;
    core::Interval interval;
    std::optional<double> x;                   // per 1,000 requests, ms, or parameters in millions
    std::optional<core::Interval> x_interval;  // of the latency, where it is bounded; of a range
    std::optional<double> third;               // latency for Cost, parameters for Latency
    bool dominated = false;  // never where x is not known: nothing can be said then
    bool chosen = false;
};

struct Tradeoff {
    Axis axis = Axis::Parameters;
    std::vector<Mark> marks;      // in the order of the summary
    std::optional<double> limit;  // the job's limit on the horizontal axis
    double need = 0;              // threshold as a share of the cases
    std::string unit;             // Cost: the currency; Energy: the figure's name with its method
};

// Only Systems with a measured quality. Dominated: beaten by another one whose x is known too.
[[nodiscard]] Tradeoff tradeoff_of(const core::Summary& summary);
// The same over figures that were counted after the run, by System id: cost of 1,000 requests
// (`unit`: the currency) or watt-hours of one method (`unit`: its figure's name). A range stands at
// its middle, and is beaten by what is no worse than it at both of its ends.
[[nodiscard]] Tradeoff tradeoff_over(const core::Summary& summary,
                                     Axis axis,
                                     const std::map<std::string, core::Range>& per_1k,
                                     std::string unit);

struct Page;
// The plot alone, without legend and table.
[[nodiscard]] std::string tradeoff_svg(
    const Page& page, const Tradeoff& plot, double width, double height, std::string id);
// What the marks mean, and a sentence on the bars.
[[nodiscard]] std::string tradeoff_legend(const Page& page, int sentence_on_bars);

}  // namespace palier::report::page
