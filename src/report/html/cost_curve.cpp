#include "report/html/cost_curve.h"

#include "report/cost_figures.h"
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/html/scale.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace palier::report::page {
namespace {

constexpr int k_points = 60;

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

std::string text(
    double x, double y, std::string_view anchor, std::string_view style, const std::string& words) {
    return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" +
           std::string(anchor) + "\" class=\"" + std::string(style) + "\">" + words + "</text>";
}

std::string rule(double x1, double y1, double x2, double y2, std::string_view style) {
    return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
           attribute("y2", y2) + " class=\"" + std::string(style) + "\"/>";
}

// Told apart without colour.
std::string_view dashes_of(core::Serving serving) {
    switch (serving) {
        case core::Serving::Api:
            return "";
        case core::Serving::OwnMachine:
            return " stroke-dasharray=\"8 4\"";
        case core::Serving::Rented:
            return " stroke-dasharray=\"2 4\"";
        case core::Serving::Hybrid:
            break;
    }
    return " stroke-dasharray=\"8 3 2 3\"";
}

class Curve {
   public:
    Curve(Language language, const CostPlot& plot, double width, double height, std::string id)
        : language_(language), plot_(plot), width_(width), height_(height), id_(std::move(id)) {
        const bool narrow = width < 600;
        // Names of lines stand at their right ends.
        x_ = {1e3, 1e7, narrow ? 56.0 : 84.0, width - (narrow ? 96.0 : 150.0), true};
        if (plot.per_month && *plot.per_month > 0) {
            x_.low = std::min(x_.low, *plot.per_month / 2);
            x_.high = std::max(x_.high, *plot.per_month * 2);
        }
        y_ = {1, 10, height - 56, 28, true};
        heights();
    }

    std::string svg() {
        std::string html =
            "<svg class=\"plot cost-curve\" viewBox=\"0 0 " + svg_number(width_) + " " +
            svg_number(height_) + "\" role=\"img\" aria-labelledby=\"" + id_ + "-t " + id_ +
            "-d\"><title id=\"" + id_ + "-t\">" + say(say::curve_title) + "</title><desc id=\"" +
            id_ + "-d\">" +
            say(say::curve_description, {{"n", std::to_string(plot_.lines.size())}}) + "</desc>\n";
        html += grid();
        for (const core::CostLine& line : plot_.lines) {
            html += drawn(line);
        }
        for (const CostPlot::Mark& mark : plot_.marks) {
            html += marked(mark);
        }
        return html + names() + "</svg>\n";
    }

   private:
    [[nodiscard]] std::string say(int code, const Args& args = {}) const {
        return html_sentence(sentence(language_, code, args));
    }

    // Short where there is little room.
    [[nodiscard]] std::string volume(double requests) const {
        constexpr double million = 1e6;
        constexpr double thousand = 1e3;
        if (width_ >= 600) {
            return count(language_, static_cast<std::int64_t>(requests));
        }
        return requests >= million    ? number(language_, requests / million, 1) + "M"
               : requests >= thousand ? number(language_, requests / thousand, 1) + "k"
                                      : number(language_, requests, 0);
    }

    void heights() {
        double low = 0;
        double high = 0;
        for (const core::CostLine& line : plot_.lines) {
            for (const double volume : {x_.low, x_.high}) {
                const core::Range cost = line.at(volume);
                for (const double value : {cost.low, cost.high}) {
                    if (value > 0) {
                        low = low > 0 ? std::min(low, value) : value;
                        high = std::max(high, value);
                    }
                }
            }
        }
        if (low > 0) {
            y_.low = low / 1.5;
            y_.high = std::max(high, low * 10) * 1.5;
        }
    }

    [[nodiscard]] std::string grid() const {
        std::string html = "<g class=\"grid\">";
        const double bottom = y_.from;
        for (const double tick : y_.ticks(6)) {
            const double y = y_.at(tick);
            html += rule(x_.from, y, x_.to, y, "rule") +
                    text(x_.from - 8,
                         y + 4,
                         "end",
                         "tick",
                         html_sentence(tick >= 1 ? number(language_, tick, 0)
                                                 : significant(language_, tick, 1)));
        }
        for (const double tick : x_.ticks(5)) {
            const double x = x_.at(tick);
            html += rule(x, bottom, x, bottom + 5, "axis") +
                    text(x, bottom + 20, "middle", "tick", html_sentence(volume(tick)));
        }
        html +=
            rule(x_.from, bottom, x_.to, bottom, "axis") +
            text(x_.from,
                 14,
                 "start",
                 "axis-name",
                 say(say::money_a_month, {{"currency", plot_.currency}})) +
            text((x_.from + x_.to) / 2, bottom + 44, "middle", "axis-name", say(say::curve_axis));
        if (plot_.per_month && *plot_.per_month > 0) {
            const double x = x_.at(*plot_.per_month);
            html +=
                rule(x, y_.to, x, bottom, "limit") +
                text(x,
                     y_.to - 4,
                     "middle",
                     "limit-name",
                     html_sentence(count(language_, static_cast<std::int64_t>(*plot_.per_month))));
        }
        return html + "</g>\n";
    }

    // Points of the cheapest or the dearest corner, from left to right.
    [[nodiscard]] std::vector<std::pair<double, double>> points(const core::CostLine& line,
                                                                bool dearest) const {
        std::vector<std::pair<double, double>> found;
        for (int i = 0; i <= k_points; ++i) {
            const double volume =
                x_.low * std::pow(x_.high / x_.low, static_cast<double>(i) / k_points);
            const core::Range cost = line.at(volume);
            const double value = dearest ? cost.high : cost.low;
            found.emplace_back(x_.at(volume), y_.at(std::max(value, y_.low)));
        }
        return found;
    }

    static std::string path_of(const std::vector<std::pair<double, double>>& points, char first) {
        std::string path;
        for (const auto& [x, y] : points) {
            path += (path.empty() ? first : 'L') + svg_number(x) + " " + svg_number(y) + " ";
        }
        return path;
    }

    [[nodiscard]] std::string drawn(const core::CostLine& line) const {
        const auto low = points(line, false);
        auto high = points(line, true);
        if (low.empty()) {
            return "";
        }
        const std::string kind = "cost-line " + std::string(core::name_of(line.serving));
        std::string html = "<g class=\"" + kind + "\"><title>" + name_of(line.serving) + "</title>";
        const std::string stroke = "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"" +
                                   std::string(dashes_of(line.serving));
        html += "<path " + stroke + " d=\"" + path_of(low, 'M') + "\"/>";
        if (low != high) {
            html += "<path " + stroke + " d=\"" + path_of(high, 'M') + "\"/>";
            std::reverse(high.begin(), high.end());
            html += "<path fill=\"currentColor\" fill-opacity=\"0.08\" stroke=\"none\" d=\"" +
                    path_of(low, 'M') + path_of(high, 'L') + "Z\"/>";
        }
        return html + "</g>\n";
    }

    [[nodiscard]] std::string name_of(core::Serving serving) const {
        return html_sentence(serving_name(language_, serving, plot_.fallback_share));
    }

    [[nodiscard]] std::string marked(const CostPlot::Mark& mark) const {
        std::string html;
        const auto line = std::ranges::find(plot_.lines, mark.serving, &core::CostLine::serving);
        if (line == plot_.lines.end()) {
            return html;
        }
        const auto put = [&](const core::BreakEven::Corner& corner, const core::MonthlyCost& cost) {
            const bool inside = corner.crossing == core::Crossing::At &&
                                *corner.requests_per_month >= x_.low &&
                                *corner.requests_per_month <= x_.high;
            if (!inside) {
                return;
            }
            const double volume = *corner.requests_per_month;
            html += "<g class=\"break-even\"><title>" + name_of(mark.serving) + ". " +
                    html_sentence(with_colon(
                        language_,
                        sentence(language_, say::break_even_with, {{"api", plot_.api}}),
                        count(language_, static_cast<std::int64_t>(std::ceil(volume))))) +
                    "</title><circle" + attribute("cx", x_.at(volume)) +
                    attribute("cy", y_.at(cost.at(volume))) + attribute("r", 5) +
                    " fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/></g>\n";
        };
        put(mark.volume.best, line->cheapest);
        if (!(mark.volume.best == mark.volume.worst)) {
            put(mark.volume.worst, line->dearest);
        }
        return html;
    }

    // At the right ends, pushed apart where they would touch.
    [[nodiscard]] std::string names() const {
        std::vector<std::pair<double, std::string>> places;
        for (const core::CostLine& line : plot_.lines) {
            places.emplace_back(y_.at(std::max(line.at(x_.high).high, y_.low)) + 4,
                                name_of(line.serving));
        }
        std::ranges::sort(places);
        constexpr double apart = 16;
        std::string html;
        double free_from = 0;
        for (const auto& [wanted, words] : places) {
            const double y = std::max(wanted, free_from);
            html += text(x_.to + 8, y, "start", "name", words);
            free_from = y + apart;
        }
        return html;
    }

    Language language_;
    const CostPlot& plot_;
    double width_, height_;
    std::string id_;
    Scale x_, y_;
};

}  // namespace

std::string cost_curve_svg(
    Language language, const CostPlot& plot, double width, double height, const std::string& id) {
    return plot.lines.empty() ? "" : Curve(language, plot, width, height, id).svg();
}

}  // namespace palier::report::page
