#include "planning/proposals.h"

#include <doctest/doctest.h>

namespace palier::planning {
namespace {

PlanRow row(const char* name, std::uint64_t parameters, bool on_disk) {
    PlanRow made;
    made.name = name;
    made.parameters = parameters;
    made.on_disk = on_disk;
    made.file_bytes = parameters;
    return made;
}

}  // namespace

TEST_CASE("where no model is here, the two smallest are proposed, to be fetched") {
    const Proposals none = models_on_disk("/nowhere");
    CHECK_FALSE(none.topline);
    REQUIRE(none.candidates.size() == 2);
    CHECK(none.candidates[0].why == Proposal::Why::ToFetch);
    CHECK(none.candidates[1].bytes > 0U);
    CHECK(none.candidates[0].bytes > none.candidates[1].bytes);
}

TEST_CASE("of a plan its picks are proposed, and as the ceiling the largest model that is here") {
    ModelPlan plan;
    plan.rows = {row("huge", 9000, false),
                 row("large", 8000, true),
                 row("a", 700, true),
                 row("b", 200, false)};
    plan.rows[2].pick = core::Size::Limit;
    plan.rows[2].memory_bytes = Expected{5e8, Basis::File};
    plan.rows[3].pick = core::Size::Small;
    plan.rows[3].can_pull = true;
    const Proposals made = proposals_of(plan, {});
    REQUIRE(made.candidates.size() == 2);
    CHECK(made.candidates[0].spec.model == "a");
    CHECK(made.candidates[0].why == Proposal::Why::PickHere);
    CHECK(made.candidates[0].memory_bytes == 5e8);
    CHECK_FALSE(made.candidates[0].request_ms);
    CHECK(made.candidates[1].why == Proposal::Why::PickToFetch);
    REQUIRE(made.topline);
    CHECK(made.topline->spec.model == "large");
}

TEST_CASE(
    "a pick that cannot be pulled, or is estimated over a limit just given, is not proposed") {
    ModelPlan plan;
    plan.rows = {row("slow", 900, true), row("absent", 800, false), row("quick", 700, true)};
    plan.rows[0].pick = core::Size::Limit;
    plan.rows[1].pick = core::Size::Medium;
    plan.rows[2].pick = core::Size::Small;
    plan.rows[0].request_ms = Expected{2130, Basis::File};
    plan.rows[2].request_ms = Expected{400, Basis::File};
    core::Constraints limits;
    limits.p95_ms = 1500;
    const Proposals made = proposals_of(plan, limits);
    REQUIRE(made.candidates.size() == 1);
    CHECK(made.candidates[0].spec.model == "quick");
}

TEST_CASE("a plan that picks nothing proposes nothing") {
    ModelPlan plan;
    plan.rows = {row("large", 8000, true)};
    CHECK(proposals_of(plan, {}).candidates.empty());
    CHECK_FALSE(proposals_of(plan, {}).topline);
}

}  // namespace palier::planning
