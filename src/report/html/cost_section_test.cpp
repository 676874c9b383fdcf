#include "planning/codes.h"
#include "report/cost_figures.h"
#include "report/fixture.h"
#include "report/html/pareto.h"
#include "report/html/parts.h"
#include "report/report.h"

#include <doctest/doctest.h>

namespace palier::report::page {
namespace {

// Prices, a machine and two methods of energy for the tickets, as somebody who stated them all.
CostFigures figures_of(const core::Summary& summary) {
    core::Hardware hardware;
    hardware.price = core::Range{900, 1100};
    const core::CostLine own = core::own_machine_line("small", hardware, {0.5, 1});
    CostFigures figures;
    figures.currency = "EUR";
    figures.own_machine = CostFigures::OwnMachine::AtVolume;
    figures.per_month = 100'000;
    figures.system = "small";
    figures.api = "provider/model";
    figures.fallback_share = {0.05, 0.2};
    figures.lines = {core::api_line("", 0.002), own, core::hybrid_line(own, 0.002, {0.05, 0.2})};
    figures.break_even = {{core::Serving::OwnMachine, core::break_even(own, 0.002)},
                          {core::Serving::Hybrid, {}}};
    figures.energy = {{core::EnergyMethod::Meter, "energy_wh_per_1k_meter", {}},
                      {core::EnergyMethod::TdpEstimate, "energy_wh_per_1k_tdp_estimate", {}}};
    double factor = 1;
    for (const core::SystemSummary& system : summary.systems) {
        figures.cost_per_1k[system.verdict.id] = {0.3 * factor, 0.4 * factor};
        if (system.verdict.role == core::Role::Candidate) {
            figures.energy[0].wh_per_1k[system.verdict.id] = 8 * factor;
            figures.energy[1].wh_per_1k[system.verdict.id] = {3 * factor, 9 * factor};
        }
        factor *= 0.7;
    }
    figures.counted_with = {{"hardware.price", "900 to 1100 EUR [job]"}};
    figures.remarks = {{planning::codes::rented_speed_unknown, {}}};
    return figures;
}

std::size_t times(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

TEST_CASE("quality for money, for energy by method, and the cost of a month are on the page") {
    const core::Summary summary = fixture::tickets();
    const CostFigures figures = figures_of(summary);
    for (const Language language : {Language::En, Language::Fr}) {
        const std::string html = cost_section(Page{language, summary}, figures);
        // Money, meter, TDP: each for wide and narrow pages, and its values as a table.
        CHECK(times(html, "class=\"plot wide\" viewBox") == 3);
        CHECK(times(html, "class=\"plot narrow\" viewBox") == 3);
        CHECK(times(html, "<table>") == 3);
        CHECK(times(html, "cost-curve") == 2);
        CHECK(html.find("provider/model") != std::string::npos);
        CHECK(html.find("900 to 1100 EUR") != std::string::npos);
        CHECK(html.find("PAL-") == std::string::npos);
        CHECK(html.find("nan") == std::string::npos);
    }
}

TEST_CASE("two methods of energy are never in one plot") {
    const core::Summary summary = fixture::tickets();
    const std::string html = cost_section(Page{Language::En, summary}, figures_of(summary));
    const std::size_t tdp = html.find("estimated from the TDP");
    REQUIRE(tdp != std::string::npos);
    CHECK(html.substr(0, tdp).find("power of the data sheet x time") == std::string::npos);
    CHECK(html.substr(tdp).find("power stated in the job x time") == std::string::npos);
}

TEST_CASE("where nothing is known one sentence says what to state, and nothing is drawn") {
    const core::Summary summary = fixture::tickets();
    const std::string html = cost_section(Page{Language::En, summary}, {});
    CHECK(html.find("[hardware]") != std::string::npos);
    CHECK(html.find("input_per_1m") != std::string::npos);
    CHECK(html.find("<svg") == std::string::npos);
}

TEST_CASE("a job that cannot be used any more is named with the reason") {
    core::Summary summary = fixture::tickets();
    summary.job_path = "<gone>.toml";
    CostFigures figures;
    figures.unread =
        Error(planning::codes::run_of_other_job, {{"run", "r1"}, {"found", "a"}, {"job", "b"}});
    const std::string html = cost_section(Page{Language::En, summary}, figures);
    CHECK(html.find("&lt;gone&gt;.toml") != std::string::npos);
    CHECK(html.find("of the job a") != std::string::npos);
}

TEST_CASE("a range is beaten only by what is no worse at both of its ends") {
    const core::Summary summary = fixture::tickets();
    const std::string best = summary.systems[0].verdict.id;
    const std::string other = summary.systems[3].verdict.id;
    REQUIRE(summary.systems[0].measure.quality->value > summary.systems[3].measure.quality->value);
    const auto beaten = [&](const core::Range& of_best, const core::Range& of_other) {
        return tradeoff_over(summary, Axis::Energy, {{best, of_best}, {other, of_other}}, "energy")
            .marks[3]
            .dominated;
    };
    CHECK(beaten({1, 2}, {3, 4}));
    CHECK(beaten({1, 3}, {2, 4}));
    CHECK_FALSE(beaten({1, 5}, {2, 4}));
    CHECK_FALSE(beaten({3, 4}, {1, 2}));
}

TEST_CASE("the other forms have the same figures, and nothing more where none are known") {
    const core::Summary summary = fixture::tickets();
    const CostFigures figures = figures_of(summary);
    const std::string markdown = report::markdown(Language::En, summary, figures);
    CHECK(markdown.find("## Cost and energy") != std::string::npos);
    CHECK(markdown.find("EUR per 1,000") != std::string::npos);
    CHECK(markdown.find("hybrid 5–20 %") != std::string::npos);
    CHECK(report::markdown(Language::En, summary).find("Cost and energy") == std::string::npos);
    const std::string json = verdict_json(summary, figures);
    CHECK(json.find("\"costs\":{\"currency\":\"EUR\",\"per_month\":100000") != std::string::npos);
    CHECK(json.find("\"own_machine\":\"at_volume\"") != std::string::npos);
    CHECK(json.find("\"energy_wh_per_1k_meter\":{") != std::string::npos);
    CHECK(verdict_json(summary).find("\"costs\"") == std::string::npos);
}

}  // namespace palier::report::page
