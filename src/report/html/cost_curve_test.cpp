#include "report/html/cost_curve.h"

#include "report/fixture.h"
#include "report/html/pareto.h"
#include "report/html/parts.h"

#include <doctest/doctest.h>

namespace palier::report::page {
namespace {

std::size_t times(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++found;
    }
    return found;
}

CostPlot workstation() {
    core::Hardware hardware;
    hardware.price = core::Range{3000, 5000};
    hardware.rent_per_hour = core::Range{0.7};
    const core::CostLine own = core::own_machine_line("small", hardware, {0.5, 1});
    CostPlot plot;
    plot.currency = "EUR";
    plot.api = "a/b";
    plot.lines = {core::api_line("", 0.002),
                  own,
                  core::rented_line("small", hardware),
                  core::hybrid_line(own, 0.002, 0.1)};
    plot.marks = {{core::Serving::OwnMachine, core::break_even(own, 0.002)},
                  {core::Serving::Rented, core::break_even(plot.lines[2], 0.002)}};
    plot.fallback_share = 0.1;
    plot.per_month = 200'000;
    return plot;
}

}  // namespace

TEST_CASE("each way to serve is a line with its name, and each break-even a mark") {
    const std::string svg = cost_curve_svg(Language::En, workstation(), 900, 420, "c");
    CHECK(svg.starts_with("<svg"));
    CHECK(svg.ends_with("</svg>\n"));
    for (const char* name : {"LLM API", "own machine", "rented GPU", "hybrid 10"}) {
        CHECK_MESSAGE(svg.find(name) != std::string::npos, name);
    }
    CHECK(times(svg, "class=\"cost-line") == 4);
    // Own machine: two corners; rented: one.
    CHECK(times(svg, "class=\"break-even\"") == 3);
    CHECK(times(svg, "<title") == 1 + 4 + 3);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
    CHECK(svg.find("200,000") != std::string::npos);
    CHECK(cost_curve_svg(Language::Fr, workstation(), 340, 380, "c").find("machine à soi") !=
          std::string::npos);
}

TEST_CASE("no lines make no plot, and lines that cost nothing still make one") {
    CHECK(cost_curve_svg(Language::En, {}, 900, 420, "c").empty());
    CostPlot plot = workstation();
    plot.lines = {core::api_line("", 0), core::CostLine{}};
    const std::string svg = cost_curve_svg(Language::En, plot, 900, 420, "c");
    CHECK(svg.find("nan") == std::string::npos);
}

TEST_CASE("a machine too small for the shown volumes is drawn as several") {
    core::Hardware hardware;
    hardware.price = core::Range{3000};
    CostPlot plot = workstation();
    plot.lines = {core::own_machine_line("small", hardware, {10'000, 1})};
    plot.marks.clear();
    const std::string svg = cost_curve_svg(Language::En, plot, 900, 420, "c");
    CHECK(times(svg, "class=\"cost-line") == 1);
}

TEST_CASE("a name of an API cannot break out of the plot") {
    CostPlot plot = workstation();
    plot.api = "</svg><script>";
    CHECK(cost_curve_svg(Language::En, plot, 900, 420, "c").find("<script>") == std::string::npos);
}

TEST_CASE("costs and energy counted after the run go before those of the job in the trade-off") {
    const core::Summary summary = fixture::tickets();
    const std::string& chosen = summary.verdict.system;
    const Tradeoff plot = tradeoff_over(summary, Axis::Cost, {{chosen, 0.4}}, "USD");
    CHECK(plot.axis == Axis::Cost);
    CHECK_FALSE(plot.limit);
    for (const Mark& mark : plot.marks) {
        CHECK(mark.x.has_value() == (mark.system->verdict.id == chosen));
    }
    const Page page{Language::En, summary};
    const std::string cost = tradeoff_svg(page, plot, 900, 420, "q");
    CHECK(cost.find("USD") != std::string::npos);
    const std::string energy = tradeoff_svg(
        page,
        tradeoff_over(summary, Axis::Energy, {{chosen, 12}}, "energy_wh_per_1k_tdp_estimate"),
        900,
        420,
        "e");
    CHECK(energy.find("energy_wh_per_1k_tdp_estimate") != std::string::npos);
}

}  // namespace palier::report::page
