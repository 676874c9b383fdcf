// The trade-off plot, drawn twice (for wide and for narrow pages, the style sheet shows one), and
// its table. Marks: shape = role, hollow = dominated, ring = chosen, size = the third axis.
#include "report/html/pareto.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/html/parts.h"
#include "report/html/scale.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>
#include <cmath>

namespace palier::report::page {
namespace {

struct Box {
    double left, top, right, bottom;
    [[nodiscard]] bool meets(const Box& o) const {
        return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
    }
};

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

std::string line(double x1, double y1, double x2, double y2, std::string_view name) {
    return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
           attribute("y2", y2) + " class=\"" + std::string(name) + "\"/>";
}

std::string label(
    double x, double y, std::string_view anchor, std::string_view name, const std::string& text) {
    return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" +
           std::string(anchor) + "\" class=\"" + std::string(name) + "\">" + text + "</text>";
}

class Drawing {
   public:
    Drawing(const Page& page, const Tradeoff& plot, double width, double height, std::string id)
        : page_(page), plot_(plot), width_(width), height_(height), id_(std::move(id)) {
        narrow_ = width < 600;
        left_ = narrow_ ? 44 : 64;
        bottom_ = height - 56;
        const bool gutter =
            std::ranges::any_of(plot.marks, [](const Mark& mark) { return !mark.x; });
        gutter_ = gutter ? (narrow_ ? 94 : 214) : 0;
        right_ = width - gutter_ - 16;
        scales();
    }

    std::string svg() {
        std::string html =
            "<svg class=\"plot " + std::string(narrow_ ? "narrow" : "wide") + "\" viewBox=\"0 0 " +
            svg_number(width_) + " " + svg_number(height_) + "\" role=\"img\" aria-labelledby=\"" +
            id_ + "-t " + id_ + "-d\"><title id=\"" + id_ + "-t\">" + page_.say(say::plot_title) +
            "</title><desc id=\"" + id_ + "-d\">" +
            page_.say(say::plot_desc, {{"n", std::to_string(plot_.marks.size())}}) + "</desc>\n";
        html += grid() + limits() + frontier();
        for (const Mark& mark : plot_.marks) {
            html += bars(mark);
        }
        for (const Mark& mark : plot_.marks) {
            html += shape(mark);
        }
        for (const Mark& mark : plot_.marks) {
            html += name(mark);
        }
        return html + "</svg>\n";
    }

   private:
    void scales() {
        double low = plot_.need;
        double high = plot_.need;
        std::vector<double> xs;
        for (const Mark& mark : plot_.marks) {
            low = std::min({low, mark.interval.low, mark.quality});
            high = std::max({high, mark.interval.high, mark.quality});
            if (mark.x) {
                xs.push_back(*mark.x);
            }
            const bool is_range = plot_.axis == Axis::Cost || plot_.axis == Axis::Energy;
            if (is_range && mark.x_interval) {
                xs.insert(xs.end(), {mark.x_interval->low, mark.x_interval->high});
            }
        }
        if (plot_.limit && *plot_.limit > 0) {
            xs.push_back(*plot_.limit);
        }
        if (xs.empty()) {
            xs.push_back(1);
        }
        y_.low = std::max(0.0, low - 0.04);
        y_.high = std::min(1.0, high + 0.04);
        if (y_.high <= y_.low) {
            y_ = {0, 1, 0, 1, false};
        }
        y_.from = bottom_;
        y_.to = 20;
        x_ = positive_scale(xs, left_, right_);
    }

    [[nodiscard]] std::string axis_name() const {
        std::string name;
        switch (plot_.axis) {
            case Axis::Cost:
                name = page_.plain(say::plot_axis_cost, {{"currency", plot_.unit}});
                break;
            case Axis::Latency:
                name = page_.plain(say::plot_axis_latency);
                break;
            case Axis::Parameters:
                name = page_.plain(say::plot_axis_parameters);
                break;
            case Axis::Energy:
                name = page_.plain(say::energy_line, {{"method", plot_.unit}});
                break;
        }
        return x_.logarithmic ? page_.say(say::plot_log, {{"axis", name}}) : html_sentence(name);
    }

    // Times with the unit that the tiles give them.
    [[nodiscard]] std::string tick_words(double tick) const {
        return plot_.axis == Axis::Latency ? html_sentence(milliseconds(page_.language, tick))
                                           : number(page_.language, tick, 3);
    }

    [[nodiscard]] std::string grid() const {
        std::string html = "<g class=\"grid\">";
        const bool percentages = reads_as_percent(page_.summary);
        for (const double tick : y_.ticks(6)) {
            const double y = y_.at(tick);
            html += line(left_, y, width_ - 16, y, "rule") +
                    label(left_ - 8,
                          y + 4,
                          "end",
                          "tick",
                          percentages ? html_sentence(percent(page_.language, tick))
                                      : number(page_.language, tick, 2));
        }
        for (const double tick : x_.ticks(narrow_ ? 4 : 8)) {
            const double x = x_.at(tick);
            html += line(x, bottom_, x, bottom_ + 5, "axis") +
                    label(x, bottom_ + 20, "middle", "tick", tick_words(tick));
        }
        html += line(left_, bottom_, right_, bottom_, "axis");
        const std::string quality = page_.say(
            say::plot_axis_quality,
            {{"metric", page_.summary.plan.quality.metric}, {"unit", percentages ? " (%)" : ""}});
        html += label(left_, 10, "start", "axis-name", quality) +
                label((left_ + right_) / 2, bottom_ + 44, "middle", "axis-name", axis_name());
        if (gutter_ > 0) {
            const double middle = right_ + 14 + gutter_ / 2;
            html += line(right_ + 12, 20, right_ + 12, bottom_, "break") +
                    label(middle,
                          bottom_ + 20,
                          "middle",
                          "tick",
                          page_.say(plot_.axis == Axis::Cost || plot_.axis == Axis::Energy
                                        ? say::cost_not_known
                                        : say::plot_unmeasured));
        }
        return html + "</g>\n";
    }

    [[nodiscard]] std::string limits() {
        const double y = y_.at(plot_.need);
        const std::string need = page_.say(
            say::plot_threshold, {{"need", need_in_words(page_.language, page_.summary)}});
        std::string html = line(left_, y, width_ - 16, y, "limit") +
                           label(left_ + 6, y - 6, "start", "limit-name", need);
        taken_.push_back({left_, y - 20, left_ + 8.0 * static_cast<double>(need.size()), y});
        lines_.push_back({left_, y - 1, width_ - 16, y + 1});
        if (plot_.limit) {
            const double x = x_.at(*plot_.limit);
            const std::string_view kind = plot_.axis == Axis::Cost ? "cost" : "latency_p95";
            const std::string limit = page_.say(
                say::plot_limit,
                {{"limit", reason_value(page_.language, page_.summary, kind, *plot_.limit)}});
            lines_.push_back({x - 1, 20, x + 1, bottom_});
            html += line(x, 20, x, bottom_, "limit") +
                    label(x - 6, bottom_ - 8, "end", "limit-name", limit);
        }
        return html + "\n";
    }

    // The best quality to be had up to each point of the horizontal axis.
    [[nodiscard]] std::string frontier() {
        std::vector<std::pair<double, double>> points;
        for (const Mark& mark : plot_.marks) {
            if (mark.x && !mark.dominated) {
                points.emplace_back(*mark.x, mark.quality);
            }
        }
        std::ranges::sort(points, [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : a.second > b.second;
        });
        std::string path;
        double best = -1;
        double last_x = 0;
        double last_y = 0;
        for (const auto& [x, quality] : points) {
            if (quality <= best) {
                continue;
            }
            const double px = x_.at(x);
            const double py = y_.at(quality);
            if (path.empty()) {
                path = "M" + svg_number(px) + " " + svg_number(py) + " ";
            } else {
                path += "H" + svg_number(px) + " V" + svg_number(py) + " ";
                lines_.push_back({last_x, last_y - 2, px, last_y + 2});
            }
            best = quality;
            last_x = px;
            last_y = py;
        }
        if (path.empty() || points.size() < 2) {
            return {};
        }
        path += "H" + svg_number(right_);
        lines_.push_back({last_x, last_y - 2, right_, last_y + 2});
        return "<path class=\"front\" d=\"" + path + "\"/>\n";
    }

    [[nodiscard]] double x_of(const Mark& mark) const {
        return mark.x ? x_.at(*mark.x) : right_ + 14 + gutter_ / (narrow_ ? 2.0 : 7.0);
    }

    // Radius 6 to 14; the area grows with the third value.
    [[nodiscard]] double radius_of(const Mark& mark) const {
        double most = 0;
        for (const Mark& other : plot_.marks) {
            most = std::max(most, other.third.value_or(0));
        }
        if (!mark.third || most <= 0) {
            return 8;
        }
        return 6 + 8 * std::sqrt(*mark.third / most);
    }

    [[nodiscard]] std::string bars(const Mark& mark) {
        const double x = x_of(mark);
        const double low = y_.at(mark.interval.low);
        const double high = y_.at(mark.interval.high);
        lines_.push_back({x - 5, high, x + 5, low});
        std::string html = "<g class=\"" + std::string(mark.dominated ? "bars beaten" : "bars") +
                           "\">" + line(x, low, x, high, "bar-line");
        html +=
            line(x - 5, low, x + 5, low, "bar-line") + line(x - 5, high, x + 5, high, "bar-line");
        if (mark.x_interval) {
            const double y = y_.at(mark.quality);
            const double from = x_.at(mark.x_interval->low);
            const double to = x_.at(mark.x_interval->high);
            lines_.push_back({from, y - 5, to, y + 5});
            html += line(from, y, to, y, "bar-line") + line(from, y - 5, from, y + 5, "bar-line") +
                    line(to, y - 5, to, y + 5, "bar-line");
        }
        return html + "</g>\n";
    }

    [[nodiscard]] std::string shape(const Mark& mark) {
        const double x = x_of(mark);
        const double y = y_.at(mark.quality);
        const double r = radius_of(mark);
        taken_.push_back({x - r - 1, y - r - 1, x + r + 1, y + r + 1});
        std::string html =
            "<g class=\"mark-shape" + std::string(mark.dominated ? " beaten" : "") + "\"><title>" +
            html_sentence(
                with_colon(page_.language,
                           model_name(*mark.system),
                           quality_in_full(page_.language, page_.summary, mark.system->measure))) +
            "</title>";
        if (mark.chosen) {
            html += "<circle class=\"ring\"" + attribute("cx", x) + attribute("cy", y) +
                    attribute("r", r + 5) + "/>";
        }
        switch (mark.system->verdict.role) {
            case core::Role::Candidate:
                html +=
                    "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", r) + "/>";
                break;
            case core::Role::Topline:
                html += "<rect" + attribute("x", x - r * 0.9) + attribute("y", y - r * 0.9) +
                        attribute("width", r * 1.8) + attribute("height", r * 1.8) + "/>";
                break;
            default:
                html += "<path d=\"M" + svg_number(x) + " " + svg_number(y - r * 1.1) + " L" +
                        svg_number(x + r) + " " + svg_number(y + r * 0.8) + " L" +
                        svg_number(x - r) + " " + svg_number(y + r * 0.8) + " Z\"/>";
        }
        return html + "</g>\n";
    }

    // Beside its mark where there is room, else above or below it.
    [[nodiscard]] std::string name(const Mark& mark) {
        const double character = narrow_ ? 7.3 : 7.9;
        const std::size_t most = !mark.x   ? static_cast<std::size_t>((gutter_ - 6) / character)
                                 : narrow_ ? 20
                                           : 34;
        const std::string text = shortened(plain_line(model_name(*mark.system)), most);
        const double length = character * static_cast<double>(length_in_characters(text));
        const double x = x_of(mark);
        const double y = y_.at(mark.quality);
        const double away = radius_of(mark) + (mark.chosen ? 11 : 7);
        struct Place {
            double x, y;
            std::string_view anchor;
        };
        // In the band of what was not measured there is room beside a short name only.
        const double band = right_ + 16;
        const double above = std::min(y - away, y_.at(mark.interval.high)) - 5;
        const double below = std::max(y + away, y_.at(mark.interval.low)) + 14;
        const double over = y_.at(mark.interval.high) - 8;
        const double under = y_.at(mark.interval.low) + 18;
        const std::vector<Place> inside{{x + away, y + 4, "start"},
                                        {band, above, "start"},
                                        {band, below, "start"},
                                        {band, above - 16, "start"},
                                        {band, below + 16, "start"}};
        const std::vector<Place> beside{{x + away, y + 4, "start"},
                                        {x - away, y + 4, "end"},
                                        {x + 8, y - away - 2, "start"},
                                        {x - 8, y - away - 2, "end"},
                                        {x + 8, y + away + 11, "start"},
                                        {x - 8, y + away + 11, "end"},
                                        {x + 8, y - away - 20, "start"},
                                        {x + 8, y + away + 29, "start"},
                                        {x - 8, y + away + 29, "end"},
                                        {x + 8, over, "start"},
                                        {x - 8, over, "end"},
                                        {x + 8, under, "start"},
                                        {x - 8, under, "end"},
                                        {x + 8, over - 16, "start"},
                                        {x - 8, under + 16, "end"}};
        const auto box_of = [&](const Place& place) {
            const double left = place.anchor == "start" ? place.x : place.x - length;
            return Box{left, place.y - 12, left + length, place.y + 4};
        };
        const auto is_free = [&](const Place& place) {
            const Box box = box_of(place);
            return box.left >= left_ && box.right <= width_ && box.top >= 14 &&
                   box.bottom <= bottom_ &&
                   std::ranges::none_of(taken_, [&](const Box& b) { return b.meets(box); });
        };
        const auto is_clear = [&](const Place& place) {
            return is_free(place) && std::ranges::none_of(lines_, [&](const Box& b) {
                       return b.meets(box_of(place));
                   });
        };
        const std::vector<Place>& places = mark.x ? beside : inside;
        auto found = std::ranges::find_if(places, is_clear);
        if (found == places.end()) {
            found = std::ranges::find_if(places, is_free);
        }
        const Place place = found != places.end() ? *found
                            : !mark.x             ? places[1]
                            : x > width_ / 2      ? places[3]
                                                  : places[2];
        taken_.push_back(box_of(place));
        const std::string_view style = mark.chosen      ? "name chosen-name"
                                       : mark.dominated ? "name beaten"
                                                        : "name";
        return label(place.x, place.y, place.anchor, style, html_text(text)) + "\n";
    }

    const Page& page_;
    const Tradeoff& plot_;
    double width_, height_;
    std::string id_;
    bool narrow_ = false;
    double left_ = 0, right_ = 0, bottom_ = 0, gutter_ = 0;
    Scale x_, y_;
    // Where marks and words stand, which no name may cover, and where lines run, which it may at
    // need.
    std::vector<Box> taken_, lines_;
};

std::string value_or_words(const Page& page, const std::optional<std::string>& value) {
    return value ? html_sentence(*value) : page.say(say::plot_unmeasured);
}

std::string table(const Page& page, const Tradeoff& plot) {
    std::string html = "<details><summary>" + page.say(say::plot_table) + "</summary>" +
                       scroll_start(page) + "<table><thead><tr>";
    for (const int phrase : {say::head_system,
                             say::head_role,
                             say::head_quality,
                             say::head_p95,
                             say::head_cost,
                             say::head_parameters,
                             say::plot_frontier_column}) {
        html += "<th scope=\"col\">" + page.say(phrase) + "</th>";
    }
    html += "</tr></thead><tbody>\n";
    for (const Mark& mark : plot.marks) {
        const core::SystemSummary& system = *mark.system;
        const core::Measure& m = system.measure;
        std::optional<std::string> p95;
        std::optional<std::string> cost;
        std::optional<std::string> size;
        if (m.latency) {
            p95 = milliseconds(page.language, m.latency->total_ms_p95);
        }
        if (m.cost) {
            cost = money(page.language, m.cost->per_1k, m.cost->currency);
        }
        if (system.parameters > 0) {
            size = parameters(page.language, system.parameters);
        }
        html += "<tr><th scope=\"row\">" + html_text(model_name(system)) + "</th><td>" +
                html_text(role_word(page.language, system.verdict.role)) + "</td><td>" +
                html_sentence(quality_in_full(page.language, page.summary, m)) + "</td><td>" +
                value_or_words(page, p95) + "</td><td>" + value_or_words(page, cost) + "</td><td>" +
                value_or_words(page, size) + "</td><td>" +
                page.say(!mark.x          ? say::plot_unmeasured
                         : mark.dominated ? say::plot_dominated
                                          : say::plot_front) +
                "</td></tr>\n";
    }
    return html + "</tbody></table>" + std::string(k_scroll_end) + "</details>\n";
}

}  // namespace

std::string tradeoff_svg(
    const Page& page, const Tradeoff& plot, double width, double height, std::string id) {
    return Drawing(page, plot, width, height, std::move(id)).svg();
}

std::string tradeoff_legend(const Page& page, int sentence_on_bars) {
    const auto item = [](std::string_view shape, const std::string& words) {
        return "<li><svg viewBox=\"0 0 20 20\" width=\"16\" height=\"16\" aria-hidden=\"true\" "
               "class=\"key\">" +
               std::string(shape) + "</svg> " + words + "</li>";
    };
    const auto has = [&](core::Role role) {
        return std::ranges::any_of(page.summary.systems, [&](const core::SystemSummary& system) {
            return system.verdict.role == role && system.measure.quality;
        });
    };
    constexpr std::string_view k_triangle = "<path d=\"M10 3 L17 15 L3 15 Z\"/>";
    std::string roles;
    if (has(core::Role::Topline)) {
        roles +=
            item("<rect x=\"4\" y=\"4\" width=\"12\" height=\"12\"/>", page.say(say::role_topline));
    }
    roles += item("<circle cx=\"10\" cy=\"10\" r=\"6\"/>", page.say(say::role_candidate));
    if (has(core::Role::Baseline)) {
        roles += item(k_triangle, page.say(say::role_baseline));
    }
    if (has(core::Role::Hybrid)) {
        roles += item(k_triangle, page.say(say::role_hybrid));
    }
    return "<ul class=\"legend\">" + roles +
           item(
               "<circle cx=\"10\" cy=\"10\" r=\"5\"/><circle class=\"ring\" cx=\"10\" cy=\"10\" "
               "r=\"8.5\"/>",
               page.say(say::stair_chosen)) +
           item("<circle class=\"beaten\" cx=\"10\" cy=\"10\" r=\"6\"/>",
                page.say(say::plot_dominated)) +
           item("<path class=\"front\" d=\"M1 14 H9 V6 H19\"/>", page.say(say::plot_front)) +
           "</ul><p class=\"fine\">" + page.say(sentence_on_bars) + "</p>\n";
}

std::string pareto_section(const Page& page) {
    const Tradeoff plot = tradeoff_of(page.summary);
    std::string html = section_start("tradeoff", page.say(say::plot_title));
    if (plot.marks.empty()) {
        return html + "<p>" + page.say(say::plot_nothing) + "</p>\n" + std::string(k_section_end);
    }
    if (std::ranges::none_of(plot.marks, [](const Mark& mark) { return mark.x.has_value(); })) {
        return html + "<p>" + page.say(say::plot_unplaced) + "</p>\n" + table(page, plot) +
               std::string(k_section_end);
    }
    const int lead = plot.axis == Axis::Cost      ? say::plot_lead_cost
                     : plot.axis == Axis::Latency ? say::plot_lead_latency
                                                  : say::plot_lead_parameters;
    html += "<p class=\"lead\">" + page.say(lead) + "</p>\n<figure>\n";
    html += Drawing(page, plot, 1040, 470, "plot-wide").svg();
    html += Drawing(page, plot, 360, 400, "plot-narrow").svg();
    html += tradeoff_legend(page, say::plot_error_bars) + "</figure>\n" + table(page, plot);
    return html + std::string(k_section_end);
}

}  // namespace palier::report::page
