#include "report/confidence.h"

#include "report/fixture.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

core::SystemSummary learned() {
    core::SystemSummary system;
    system.verdict.id = "small/head";
    system.notes["learned_from"] = "150";
    system.measure.reliability =
        core::Reliability{60, 0.123, 0.042, {{30, 0.5, 0.4}, {30, 0.9, 0.95}}};
    system.measure.learning_curve = {{60, 0.8}, {120, 0.9}};
    return system;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("a confidence is told with its error, in both languages") {
    const auto english = confidence_lines(Language::En, learned());
    REQUIRE(english.size() == 2);
    CHECK(has(english[0], "ECE over 60 test cases"));
    CHECK(has(english[0], "4.2"));
    CHECK(has(english[0], "0.123"));
    CHECK(has(confidence_lines(Language::Fr, learned())[0], "4,2"));
}

TEST_CASE("a rising curve says what more cases would bring, a flat one that they would not") {
    // error 0.2 -> 0.1 over a doubling: 12 / n.
    CHECK(has(confidence_lines(Language::En, learned())[1], "100 more would bring about 4.5"));
    core::SystemSummary flat = learned();
    flat.measure.learning_curve = {{60, 0.9}, {120, 0.9}};
    CHECK(has(confidence_lines(Language::En, flat)[1], "not expected to help"));
    flat.measure.learning_curve.resize(1);
    CHECK(confidence_lines(Language::En, flat)[1].ends_with("60 cases 90 %"));
}

TEST_CASE("a System that gives no confidence and learned nothing says nothing") {
    CHECK(confidence_lines(Language::En, core::SystemSummary{}).empty());
}

TEST_CASE("the picture has a dot a bin, and its figures as text") {
    const std::string svg = reliability_picture(Language::En, *learned().measure.reliability);
    std::size_t dots = 0;
    for (std::size_t at = svg.find("<circle"); at != std::string::npos;
         at = svg.find("<circle", at + 1)) {
        ++dots;
    }
    CHECK(dots == 2);
    CHECK(has(svg, "95"));
    CHECK(has(svg, "role=\"img\""));
}

}  // namespace
}  // namespace palier::report
