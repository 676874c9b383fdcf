#include "report/confidence.h"

#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

namespace palier::report {
namespace {

constexpr std::int64_t k_more = 100;  // examples
constexpr int k_side = 200, k_left = 26, k_top = 8;

std::string curve_line(Language language, const core::SystemSummary& system) {
    const std::vector<core::CurvePoint>& curve = system.measure.learning_curve;
    std::string points;
    for (const core::CurvePoint& point : curve) {
        points +=
            (points.empty() ? "" : ", ") + sentence(language,
                                                    say::learned_point,
                                                    {{"n", count(language, point.examples)},
                                                     {"share", percent(language, point.accuracy)}});
    }
    std::string line = sentence(language,
                                say::learned_line,
                                {{"system", system.verdict.id},
                                 {"n", count(language, learned_from(system))},
                                 {"curve", points}});
    if (curve.size() < 2) {  // one point says nothing of the next
        return line;
    }
    const double gain = core::expected_gain(curve, k_more) * 100;
    constexpr double k_worth_saying = 0.5;
    return gain < k_worth_saying
               ? sentence(language, say::learned_no_more, {{"line", line}})
               : sentence(language,
                          say::learned_more,
                          {{"line", line}, {"points", number(language, gain, 1)}});
}

std::string across(double share) {
    return std::to_string(k_left + static_cast<int>(share * k_side));
}
std::string up(double share) {
    return std::to_string(k_top + k_side - static_cast<int>(share * k_side));
}

}  // namespace

std::vector<std::string> confidence_lines(Language language, const core::SystemSummary& system) {
    std::vector<std::string> lines;
    if (const auto& reliability = system.measure.reliability) {
        lines.push_back(sentence(language,
                                 say::confidence_line,
                                 {{"system", system.verdict.id},
                                  {"ece", percent(language, reliability->ece)},
                                  {"n", count(language, reliability->cases)},
                                  {"brier", number(language, reliability->brier, 3)}}));
    }
    if (!system.measure.learning_curve.empty()) {
        lines.push_back(curve_line(language, system));
    }
    return lines;
}

std::string reliability_picture(Language language, const core::Reliability& reliability) {
    std::vector<std::string> points;
    std::string dots;
    for (const core::ReliabilityBin& bin : reliability.bins) {
        points.push_back(sentence(language,
                                  say::reliability_point,
                                  {{"confidence", percent(language, bin.confidence)},
                                   {"accuracy", percent(language, bin.accuracy)}}));
        dots += "<circle cx=\"" + across(bin.confidence) + "\" cy=\"" + up(bin.accuracy) +
                "\" r=\"4\"/>";
    }
    const auto path = [](double x1, double y1, double x2, double y2) {
        return "M" + across(x1) + " " + up(y1) + "L" + across(x2) + " " + up(y2);
    };
    const auto text = [](std::string_view place, const std::string& words) {
        return "<text " + std::string(place) + ">" + words + "</text>";
    };
    const std::string label = html_sentence(sentence(
        language, say::reliability_picture, {{"points", with_semicolons(language, points)}}));
    return "<svg class=\"reliability\" viewBox=\"0 0 240 236\" role=\"img\" aria-label=\"" + label +
           "\"><path class=\"axis\" d=\"" + path(0, 1, 0, 0) + path(0, 0, 1, 0) +
           "\"/><path class=\"even\" d=\"" + path(0, 0, 1, 1) + "\"/>" + dots +
           text("x=\"26\" y=\"228\"", "0") + text("x=\"226\" y=\"228\" text-anchor=\"end\"", "1") +
           text("x=\"126\" y=\"228\" text-anchor=\"middle\"",
                html_sentence(sentence(language, say::reliability_axis))) +
           text("x=\"32\" y=\"18\"", html_sentence(sentence(language, say::reliability_right))) +
           "</svg>";
}

}  // namespace palier::report
