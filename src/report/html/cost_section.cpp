// Cost and energy: quality for the money, quality for the energy (one plot a method), and the cost
// of a month by volume. Where nothing is known, one sentence says what would have to be stated.
#include "report/cost_figures.h"
#include "report/escape.h"
#include "report/html/cost_curve.h"
#include "report/html/pareto.h"
#include "report/html/parts.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report::page {
namespace {

// Drawn for wide and for narrow pages; the style sheet shows one.
constexpr double k_wide = 1040, k_wide_height = 400;
constexpr double k_narrow = 360, k_narrow_height = 400;

std::string heading(const Page& page, int phrase) {
    return "<h3>" + page.say(phrase) + "</h3>\n";
}

std::string table_start(const Page& page, const std::vector<std::string>& columns) {
    std::string html = "<details><summary>" + page.say(say::plot_table) + "</summary>" +
                       scroll_start(page) + "<table><thead><tr>";
    for (const std::string& column : columns) {
        html += "<th scope=\"col\">" + column + "</th>";
    }
    return html + "</tr></thead><tbody>\n";
}

std::string table_end() {
    return "</tbody></table>" + std::string(k_scroll_end) + "</details>\n";
}

std::string table_of(const Page& page,
                     const Tradeoff& plot,
                     const std::map<std::string, core::Range>& per_1k,
                     const std::string& title) {
    std::string html = table_start(page,
                                   {page.say(say::head_system),
                                    page.say(say::head_quality),
                                    title,
                                    page.say(say::plot_frontier_column)});
    for (const Mark& mark : plot.marks) {
        const auto found = per_1k.find(mark.system->verdict.id);
        const std::string unknown = page.say(say::cost_not_known);
        html += "<tr><th scope=\"row\">" + html_text(model_name(*mark.system)) + "</th><td>" +
                html_sentence(quality_in_full(page.language, page.summary, mark.system->measure)) +
                "</td><td>" +
                (found == per_1k.end() ? unknown
                                       : html_sentence(amount(page.language, found->second))) +
                "</td><td>" +
                (!mark.x          ? unknown
                 : mark.dominated ? page.say(say::plot_dominated)
                                  : page.say(say::plot_front)) +
                "</td></tr>\n";
    }
    return html + table_end();
}

std::string plot_of(const Page& page, const Tradeoff& plot, const std::string& id) {
    return "<figure>\n" + tradeoff_svg(page, plot, k_wide, k_wide_height, id + "-wide") +
           tradeoff_svg(page, plot, k_narrow, k_narrow_height, id + "-narrow") +
           tradeoff_legend(page, say::cost_bars) + "</figure>\n";
}

bool has_x(const Tradeoff& plot) {
    return std::ranges::any_of(plot.marks, [](const Mark& mark) { return mark.x.has_value(); });
}

std::string money_part(const Page& page, const CostFigures& figures) {
    const Tradeoff plot =
        tradeoff_over(page.summary, Axis::Cost, figures.cost_per_1k, figures.currency);
    if (!has_x(plot)) {
        return "";
    }
    int lead = say::cost_bought;
    Args args;
    switch (figures.own_machine) {
        case CostFigures::OwnMachine::AtVolume:
            lead = say::cost_at_volume;
            args = {
                {"count",
                 count(page.language, static_cast<std::int64_t>(figures.per_month.value_or(0)))}};
            break;
        case CostFigures::OwnMachine::AlwaysBusy:
            lead = say::cost_busy;
            break;
        case CostFigures::OwnMachine::ElectricityAlone:
            lead = say::cost_electricity;
            break;
        case CostFigures::OwnMachine::NotKnown:
            break;
    }
    return heading(page, say::cost_money) + "<p class=\"lead\">" + page.say(lead, args) + "</p>\n" +
           plot_of(page, plot, "money") +
           table_of(page,
                    plot,
                    figures.cost_per_1k,
                    page.say(say::cost_column, {{"currency", figures.currency}}));
}

std::string energy_part(const Page& page, const CostFigures::EnergyFigures& energy) {
    const std::string method = energy_word(page.language, energy.method);
    const Tradeoff plot = tradeoff_over(page.summary, Axis::Energy, energy.wh_per_1k, method);
    if (!has_x(plot)) {
        return "";
    }
    const int title = energy.method == core::EnergyMethod::Counter ? say::cost_counter
                      : energy.method == core::EnergyMethod::Meter ? say::cost_meter
                                                                   : say::cost_tdp;
    return heading(page, title) + "<p class=\"lead\">" +
           page.say(say::cost_energy, {{"method", method}}) + "</p>\n" +
           plot_of(page, plot, "energy-" + std::string(core::name_of(energy.method))) +
           table_of(page, plot, energy.wh_per_1k, page.say(say::energy_line, {{"method", method}}));
}

std::string curve_part(const Page& page, const CostFigures& figures) {
    CostPlot plot;
    plot.currency = figures.currency;
    plot.lines = figures.lines;
    plot.api = figures.api;
    plot.fallback_share = figures.fallback_share;
    plot.per_month = figures.per_month;
    for (const CostFigures::BreakEven& mark : figures.break_even) {
        plot.marks.push_back({mark.serving, mark.volume});
    }
    const bool against = !figures.api.empty() && !figures.break_even.empty();
    // One line says nothing that its cost of 1,000 requests does not.
    if (plot.lines.size() < 2) {
        return "";
    }
    std::string html =
        heading(page, say::curve_title) + "<p class=\"lead\">" +
        page.say(against ? say::cost_lines_against : say::cost_lines,
                 {{"system", figures.system}, {"api", figures.api}}) +
        "</p>\n<figure>\n<div class=\"plot wide\">" +
        cost_curve_svg(page.language, plot, k_wide, k_wide_height, "month-wide") +
        "</div><div class=\"plot narrow\">" +
        cost_curve_svg(page.language, plot, k_narrow, k_narrow_height, "month-narrow") +
        "</div></figure>\n";
    if (!against) {
        return html;
    }
    html += "<div class=\"scroll\"><table class=\"compact\"><thead><tr><th scope=\"col\">" +
            page.say(say::cost_serving) + "</th><th scope=\"col\">" +
            page.say(say::break_even_with, {{"api", figures.api}}) + "</th></tr></thead><tbody>\n";
    for (const CostFigures::BreakEven& mark : figures.break_even) {
        const std::string words = break_even_words(page.language, mark.volume);
        html += "<tr><th scope=\"row\">" +
                html_sentence(serving_name(page.language, mark.serving, figures.fallback_share)) +
                "</th><td>" + html_sentence(words) + "</td></tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string counted_with(const Page& page, const CostFigures& figures) {
    std::string html;
    if (!figures.counted_with.empty()) {
        html +=
            "<details><summary>" + page.say(say::counted_with) + "</summary><dl class=\"facts\">";
        for (const auto& [name, value] : figures.counted_with) {
            html +=
                "<div><dt>" + html_text(name) + "</dt><dd>" + html_text(value) + "</dd></div>\n";
        }
        html += "</dl></details>\n";
    }
    if (!figures.remarks.empty()) {
        html += "<ul class=\"fine\">";
        for (const core::Note& note : figures.remarks) {
            html += "<li>" + page.say(note.code, note.args) + "</li>\n";
        }
        html += "</ul>\n";
    }
    return html;
}

}  // namespace

std::string cost_section(const Page& page, const CostFigures& figures) {
    std::string html = section_start("cost", page.say(say::cost_title));
    std::string parts = money_part(page, figures);
    for (const CostFigures::EnergyFigures& energy : figures.energy) {
        parts += energy_part(page, energy);
    }
    parts += curve_part(page, figures);
    if (!parts.empty()) {
        html += parts + counted_with(page, figures);
    } else if (figures.unread) {
        html +=
            "<p>" +
            page.say(
                say::cost_unread,
                {{"job", page.summary.job_path},
                 {"why", sentence(page.language, figures.unread->code, figures.unread->args)}}) +
            "</p>\n";
    } else {
        html += "<p>" + page.say(say::cost_nothing) + "</p>\n";
    }
    return html + std::string(k_section_end);
}

}  // namespace palier::report::page
