#include "report/form.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

core::SystemSummary extracted() {
    core::SystemSummary system;
    system.verdict.id = "m/structured";
    system.measure.other_metrics = {
        {"exact_match", 0.71}, {"schema_valid", 0.98}, {"valid_but_wrong", 0.27}};
    return system;
}

}  // namespace

TEST_CASE("what follows the schema, what is right, and what follows it and is wrong stand apart") {
    core::SystemSummary system = extracted();
    CHECK(form_line(Language::En, system) ==
          "m/structured: 98 % of its answers follow the schema, 71 % are right in every field, "
          "27 % follow it and are wrong all the same");
    system.measure.other_metrics["repaired"] = 0.05;
    const auto french = form_line(Language::Fr, system);
    REQUIRE(french);
    CHECK(french->find("redemandées") != std::string::npos);
}

TEST_CASE("without a schema nothing is said of the form") {
    core::SystemSummary system = extracted();
    system.measure.other_metrics.erase("schema_valid");
    CHECK_FALSE(form_line(Language::En, system));
}

}  // namespace palier::report
