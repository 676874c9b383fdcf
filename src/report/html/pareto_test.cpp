#include "report/html/pareto.h"

#include "base/rng.h"
#include "report/fixture.h"
#include "report/html/parts.h"
#include "report/html/scale.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace palier::report::page {

TEST_CASE("the horizontal axis is cost where it is known, then latency, then size") {
    core::Summary summary = fixture::orders();
    CHECK(tradeoff_of(summary).axis == Axis::Cost);
    summary = fixture::tickets();
    CHECK(tradeoff_of(summary).axis == Axis::Latency);
    CHECK(tradeoff_of(summary).limit == std::optional(1500.0));
    for (auto& system : summary.systems) {
        system.measure.latency.reset();
    }
    CHECK(tradeoff_of(summary).axis == Axis::Parameters);
    CHECK(tradeoff_of(core::Summary{}).marks.empty());
}

TEST_CASE("a mark is dominated only by one that is measured on the same axis") {
    core::Summary summary = fixture::tickets();
    Tradeoff plot = tradeoff_of(summary);
    REQUIRE(plot.marks.size() == 4);
    CHECK_FALSE(plot.marks[0].x);
    CHECK(std::ranges::none_of(plot.marks, &Mark::dominated));
    CHECK(plot.marks[2].chosen);
    // The small one gets slower than the middle one: beaten on both sides.
    summary.systems[3].measure.latency = summary.systems[1].measure.latency;
    plot = tradeoff_of(summary);
    CHECK(plot.marks[3].dominated);
    CHECK_FALSE(plot.marks[2].dominated);
}

TEST_CASE("scales keep order, hold their values and have a few round ticks inside") {
    Rng rng(9);
    for (int i = 0; i < 500; ++i) {
        std::vector<double> values;
        const std::uint64_t n = 1 + rng.below(6);
        for (std::uint64_t k = 0; k < n; ++k) {
            values.push_back(std::exp(static_cast<double>(rng.below(2000)) / 100 - 8));
        }
        const Scale scale = positive_scale(values, 60, 900);
        std::ranges::sort(values);
        for (std::size_t k = 0; k < values.size(); ++k) {
            CHECK(scale.at(values[k]) >= 60);
            CHECK(scale.at(values[k]) <= 900);
            CHECK((k == 0 || scale.at(values[k]) >= scale.at(values[k - 1])));
        }
        const std::vector<double> ticks = scale.ticks(8);
        CHECK(ticks.size() >= 1);
        CHECK(ticks.size() <= 12);
        for (const double tick : ticks) {
            CHECK(tick >= scale.low * (1 - 1e-6));
            CHECK(tick <= scale.high * (1 + 1e-6));
        }
    }
}

TEST_CASE("a wide span of values is shown on a logarithmic scale") {
    CHECK(positive_scale({1, 100}, 0, 1).logarithmic);
    CHECK_FALSE(positive_scale({1, 7}, 0, 1).logarithmic);
    CHECK_FALSE(positive_scale({0, 7}, 0, 1).logarithmic);
    CHECK_FALSE(positive_scale({0}, 0, 1).logarithmic);
}

TEST_CASE("times stand on the axis with their unit; without any second axis nothing is drawn") {
    core::Summary summary = fixture::tickets();
    CHECK(pareto_section({Language::En, summary}).find("\u00a0s</text>") != std::string::npos);
    for (auto& system : summary.systems) {
        system.measure.latency.reset();
        system.measure.cost.reset();
        system.parameters = 0;
    }
    const std::string section = pareto_section({Language::En, summary});
    CHECK(section.find("<svg") == std::string::npos);
    CHECK(section.find("no second axis to draw") != std::string::npos);
}

}  // namespace palier::report::page
