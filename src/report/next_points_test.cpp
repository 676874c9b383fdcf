#include "report/next_points.h"

#include "report/fixture.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

using doctest::Approx;

// In the verdict's order: the topline, then from the largest down.
core::SystemSummary system(const std::string& candidate,
                           std::uint64_t parameters,
                           std::optional<double> quality,
                           double p95_ms) {
    core::SystemSummary made;
    made.verdict.candidate = made.verdict.id = candidate;
    made.parameters = parameters;
    if (quality) {
        made.measure.quality.emplace().value = *quality;
        made.measure.latency.emplace().total_ms_p95 = p95_ms;
    }
    return made;
}

core::RungTried on_dev(const std::string& candidate, core::Rung rung, double score) {
    core::RungTried tried;
    tried.candidate = candidate;
    tried.rung = rung;
    tried.dev_score = score;
    return tried;
}

TEST_CASE("each System that is better than all smaller ones says what its points cost") {
    core::Summary summary;
    summary.systems = {system("topline", 0, 0.97, 900),
                       system("large", 1'500, 0.95, 800),
                       system("middling", 500, 0.80, 300),
                       system("small", 100, 0.90, 200)};
    const auto rows = next_points(summary);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].system->verdict.id == "small");
    CHECK_FALSE(rows[0].gained);
    CHECK(rows[1].system->verdict.id == "large");
    CHECK(*rows[1].gained == Approx(0.05));
    CHECK(*rows[1].parameters == Approx(15));
    CHECK(*rows[1].latency == Approx(4));
    CHECK_FALSE(rows[1].memory);
    CHECK(rows[2].system->verdict.id == "topline");
    CHECK_FALSE(rows[2].parameters);
}

TEST_CASE(
    "what was never proved stands with its best rung on dev, and what was not asked not at all") {
    core::Summary summary;
    summary.systems = {
        system("large", 2, 0.9, 1), system("ruled", 1, {}, 0), system("unasked", 1, {}, 0)};
    core::RungTried useless = on_dev("ruled", core::Rung::Structured, 0.99);
    useless.trouble = core::Trouble::Unable;
    summary.rungs = {on_dev("ruled", core::Rung::ZeroShot, 0.2),
                     on_dev("ruled", core::Rung::FewShot, 0.6),
                     useless};
    const auto rows = next_points(summary);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].on_dev);
    CHECK(rows[0].quality == Approx(0.6));
    CHECK_FALSE(rows[1].on_dev);
    CHECK(*rows[1].gained == Approx(0.3));
    CHECK_FALSE(rows[1].latency);
}

}  // namespace
}  // namespace palier::report
