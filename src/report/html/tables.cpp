// Tables: all Systems; labels, fields and confusion; unusable answers; comparisons.
#include "report/confidence.h"
#include "report/escape.h"
#include "report/form.h"
#include "report/html/parts.h"
#include "report/next_points.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/wording.h"

#include <algorithm>
#include <set>

namespace palier::report::page {
namespace {

// The first column names the rows; those after it hold figures, as far as `figures` says.
std::string heads(const Page& page, std::initializer_list<int> phrases, std::size_t figures) {
    std::string html = "<thead><tr>";
    std::size_t column = 0;
    for (const int phrase : phrases) {
        const bool is_figure = column > 0 && column <= figures;
        html += "<th scope=\"col\"" + std::string(is_figure ? " class=\"num\"" : "") + ">" +
                page.say(phrase) + "</th>";
        ++column;
    }
    return html + "</tr></thead>\n<tbody>\n";
}

constexpr std::string_view k_table_end = "</tbody></table>";

std::string cell(const std::string& escaped) {
    return "<td>" + escaped + "</td>";
}
std::string figure(const std::string& escaped) {
    return "<td class=\"num\">" + escaped + "</td>";
}

std::string absent(const Page& page, int why) {
    return "<span class=\"none\" title=\"" + page.say(why) + "\">–</span>";
}

std::string missing(const Page& page) {
    return absent(page, say::table_missing);
}

std::string quality_cells(const Page& page, const core::Measure& measure) {
    if (!measure.quality) {
        return cell(missing(page)) + figure(missing(page));
    }
    const core::QualityMeasure& q = *measure.quality;
    const std::string value = quality_value(page.language, page.summary, q.value, q.need);
    const std::string ends = range(page.language, q.interval, reads_as_percent(page.summary));
    return cell("<b>" + html_sentence(value) + "</b> " + interval_bar(page, q) + "<small>" +
                html_sentence(
                    is_exact(measure)
                        ? page.plain(say::tile_exact)
                        : page.plain(say::tile_range,
                                     {{"range", ends},
                                      {"level", level(page.language, q.interval.level)}})) +
                "</small>") +
           figure(html_sentence(count(page.language, measure.items_used) + "/" +
                                count(page.language, measure.items_total)));
}

std::string future_cell(const Page& page, const core::SystemVerdict& verdict) {
    if (!verdict.on_future_traffic) {
        return cell(missing(page));
    }
    switch (*verdict.on_future_traffic) {
        case core::Decision::Pass:
            return cell(status_mark(page, core::Status::Pass));
        case core::Decision::Fail:
            return cell(status_mark(page, core::Status::Fail));
        case core::Decision::Undecided:
            return cell(status_mark(page, core::Status::TooClose));
    }
    return {};
}

std::string system_row(const Page& page, const core::SystemSummary& system) {
    const core::Measure& m = system.measure;
    const auto optional_figure = [&](bool known, const std::string& text) {
        return figure(known ? html_sentence(text) : missing(page));
    };
    // Of a System that writes no text there is nothing to measure.
    const auto of_text = [&](const std::optional<double>& value, const auto& words) {
        if (m.latency && !value) {
            return figure(absent(page, say::table_not_applicable));
        }
        return optional_figure(value.has_value(), value ? words(*value) : "");
    };
    const auto& l = m.latency;
    std::string html = "<tr" +
                       std::string(&system == chosen(page.summary) ? " class=\"chosen\"" : "") +
                       "><th scope=\"row\">" + html_text(model_name(system)) + "<small>" +
                       html_text(role_word(page.language, system.verdict.role)) + ", " +
                       html_text(rung_cell(page.language, system)) + "</small></th>";
    html += cell(status_mark(page, system));
    html += quality_cells(page, m) + future_cell(page, system.verdict);
    html += of_text(l ? l->ttft_ms_p95 : std::nullopt,
                    [&](double ms) { return milliseconds(page.language, ms); });
    html += optional_figure(l.has_value(), l ? milliseconds(page.language, l->total_ms_p95) : "");
    html += of_text(l ? l->tokens_per_s : std::nullopt,
                    [&](double rate) { return number(page.language, rate, 0); });
    html += optional_figure(m.memory_bytes_peak.has_value(),
                            bytes(page.language, m.memory_bytes_peak.value_or(0)));
    html += optional_figure(m.cost.has_value(),
                            m.cost ? money(page.language, m.cost->per_1k, m.cost->currency) : "");
    return html + "</tr>\n";
}

// A figure, and how many times that of the row above.
std::string grown(const Page& page,
                  bool known,
                  const std::string& text,
                  const std::optional<double>& times) {
    if (!known) {
        return figure(missing(page));
    }
    std::string html = html_sentence(text);
    if (times) {
        html += "<small>" +
                page.say(say::points_times, {{"factor", number(page.language, *times, 1)}}) +
                "</small>";
    }
    return figure(html);
}

std::string next_points_row(const Page& page, const NextPoints& row) {
    const core::Measure& m = row.system->measure;
    const Language language = page.language;
    const bool percents = reads_as_percent(page.summary);
    std::string gained = "–";
    if (row.gained) {
        gained = percents ? page.say(say::compare_points,
                                     {{"value", "+" + number(language, *row.gained * 100, 1)}})
                          : "+" + number(language, *row.gained, 3);
    }
    std::string quality =
        html_sentence(percents ? percent(language, row.quality) : number(language, row.quality, 3));
    if (row.on_dev) {
        quality += "<small>" + page.say(say::points_on_dev) + "</small>";
    }
    return "<tr" + std::string(row.system == chosen(page.summary) ? " class=\"chosen\"" : "") +
           "><th scope=\"row\">" + html_text(model_name(*row.system)) + "<small>" +
           html_text(role_word(language, row.system->verdict.role)) + "</small></th>" +
           figure(quality) + figure(gained) +
           grown(page,
                 row.system->parameters > 0,
                 parameters(language, row.system->parameters),
                 row.parameters) +
           grown(page,
                 m.latency.has_value(),
                 m.latency ? milliseconds(language, m.latency->total_ms_p95) : "",
                 row.latency) +
           grown(page,
                 m.memory_bytes_peak.has_value(),
                 bytes(language, m.memory_bytes_peak.value_or(0)),
                 row.memory) +
           grown(page,
                 m.cost.has_value(),
                 m.cost ? money(language, m.cost->per_1k, m.cost->currency) : "",
                 row.cost) +
           "</tr>\n";
}

// "" where there is nothing to compare.
std::string next_points_table(const Page& page) {
    const std::vector<NextPoints> rows = next_points(page.summary);
    if (rows.size() < 2) {
        return {};
    }
    std::string html = "<h3>" + page.say(say::points_title) + "</h3>\n<p class=\"fine\">" +
                       page.say(say::points_lead) + "</p>\n" + scroll_start(page) +
                       "<table class=\"next-points\">" +
                       heads(page,
                             {say::head_system,
                              say::head_quality,
                              say::points_gained,
                              say::points_parameters,
                              say::head_p95,
                              say::head_memory,
                              say::head_cost},
                             6);
    for (const NextPoints& row : rows) {
        html += next_points_row(page, row);
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end) + "<h3>" +
           page.say(say::points_all) + "</h3>\n";
}

std::string percent_of(const Page& page, double share) {
    return html_sentence(percent(page.language, share));
}

std::string label_table(const Page& page, const core::Measure& measure) {
    std::string html = scroll_start(page) + "<table>" +
                       heads(page,
                             {say::detail_label,
                              say::detail_support,
                              say::detail_correct,
                              say::detail_recall_interval,
                              say::detail_precision,
                              say::detail_f1},
                             5);
    for (const core::LabelRow& row : measure.labels) {
        html +=
            "<tr><th scope=\"row\">" + html_text(row.label) + "</th>" +
            figure(count(page.language, row.support)) + figure(count(page.language, row.correct)) +
            figure(percent_of(page, row.recall) + " <small>" +
                   html_sentence(range(page.language, row.recall_interval, true)) + "</small>") +
            figure(percent_of(page, row.precision)) + figure(number(page.language, row.f1, 3)) +
            "</tr>\n";
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end);
}

// How dark a cell of the confusion matrix is: five steps, by its share of its row.
int shade(std::int64_t value, std::int64_t row_total) {
    if (value == 0 || row_total == 0) {
        return 0;
    }
    const double share = static_cast<double>(value) / static_cast<double>(row_total);
    return std::clamp(1 + static_cast<int>(share * 4), 1, 4);
}

std::string confusion_table(const Page& page, const core::Measure& measure) {
    const auto& labels = page.summary.labels;
    const auto title = [&](std::size_t i) {
        return i < labels.size() ? html_text(labels[i]) : page.say(say::detail_no_label);
    };
    std::string html = "<p class=\"fine\">" + page.say(say::detail_confusion) + "</p>" +
                       scroll_start(page) +
                       "<table class=\"confusion\"><thead><tr><th scope=\"col\">" +
                       page.say(say::detail_expected_got) + "</th>";
    const std::size_t columns = measure.confusion.front().size();
    for (std::size_t j = 0; j < columns; ++j) {
        html += "<th scope=\"col\"><span>" + title(j) + "</span></th>";
    }
    html += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < measure.confusion.size(); ++i) {
        const auto& row = measure.confusion[i];
        std::int64_t total = 0;
        for (const std::int64_t value : row) {
            total += value;
        }
        html += "<tr><th scope=\"row\">" + title(i) + "</th>";
        for (std::size_t j = 0; j < row.size(); ++j) {
            html += "<td class=\"num " + std::string(i == j ? "hit" : "miss") + " c" +
                    std::to_string(shade(row[j], total)) + "\">" +
                    (row[j] == 0 ? "·" : count(page.language, row[j])) + "</td>";
        }
        html += "</tr>\n";
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end);
}

std::string field_table(const Page& page, const core::Measure& measure) {
    std::string html = scroll_start(page) + "<table>" +
                       heads(page,
                             {say::detail_field,
                              say::detail_tp,
                              say::detail_fp,
                              say::detail_fn,
                              say::detail_precision,
                              say::detail_recall,
                              say::detail_f1},
                             6);
    for (const core::Measure::FieldRow& row : measure.fields) {
        html += "<tr><th scope=\"row\"><code>" + html_text(row.path) + "</code></th>" +
                figure(count(page.language, row.true_positive)) +
                figure(count(page.language, row.false_positive)) +
                figure(count(page.language, row.false_negative)) +
                figure(percent_of(page, row.precision)) + figure(percent_of(page, row.recall)) +
                figure(number(page.language, row.f1, 3)) + "</tr>\n";
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end);
}

std::string metric_table(const Page& page, const core::Measure& measure) {
    std::string html = "<h4>" + page.say(say::detail_other_metrics) + "</h4>" + scroll_start(page) +
                       "<table class=\"compact\">" +
                       heads(page, {say::detail_metric, say::detail_value}, 1);
    for (const auto& [name, value] : measure.other_metrics) {
        html += "<tr><th scope=\"row\"><code>" + html_text(name) + "</code></th>" +
                figure(number(page.language, value, 4)) + "</tr>\n";
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end);
}

// One System's tables, folded away except for the one that matters most.
std::string system_details(const Page& page,
                           const core::SystemSummary& system,
                           const SystemFailures* failures,
                           bool open) {
    const core::Measure& m = system.measure;
    std::string inside = failures != nullptr ? failures_block(page, *failures, "h4") : "";
    if (!m.confusion.empty()) {
        inside += confusion_table(page, m);
    }
    if (!m.labels.empty()) {
        inside += label_table(page, m);
    }
    if (!m.fields.empty()) {
        inside += field_table(page, m);
    }
    if (const std::optional<std::string> told = form_line(page.language, system)) {
        inside += "<p>" + html_sentence(*told) + ".</p>\n";
    }
    if (!m.other_metrics.empty()) {
        inside += metric_table(page, m);
    }
    const std::vector<std::string> told = confidence_lines(page.language, system);
    if (!told.empty()) {
        inside += "<h4>" + page.say(say::reliability_title) + "</h4>\n";
    }
    for (const std::string& line : told) {
        inside += "<p>" + html_sentence(line) + ".</p>\n";
    }
    if (m.reliability) {
        inside += reliability_picture(page.language, *m.reliability) + "\n";
    }
    if (inside.empty()) {
        return inside;
    }
    return "<details" + std::string(open ? " open" : "") + "><summary>" +
           html_text(model_name(system)) + " <small>" +
           html_text(rung_cell(page.language, system)) + ", " +
           html_sentence(count(page.language, m.items_used) + "/" +
                         count(page.language, m.items_total)) +
           "</small></summary>\n" + inside + "</details>\n";
}

std::string errors_table(const Page& page) {
    std::set<std::string> kinds;
    for (const auto& system : page.summary.systems) {
        for (const auto& [kind, times] : system.measure.errors) {
            kinds.insert(kind);
        }
    }
    std::string html = "<h3>" + page.say(say::section_errors) + "</h3>\n";
    if (kinds.empty()) {
        return html + "<p>" + page.say(say::errors_none) + "</p>\n";
    }
    html += scroll_start(page) + "<table><thead><tr><th scope=\"col\">" +
            page.say(say::errors_kind) + "</th>";
    for (const auto& system : page.summary.systems) {
        html += "<th scope=\"col\" class=\"num\">" + html_text(model_name(system)) + "</th>";
    }
    html += "</tr></thead><tbody>\n";
    for (const std::string& kind : kinds) {
        html +=
            "<tr><th scope=\"row\">" + html_sentence(failure_word(page.language, kind)) + "</th>";
        for (const auto& system : page.summary.systems) {
            const auto found = system.measure.errors.find(kind);
            const bool any = found != system.measure.errors.end();
            html += figure(any ? count(page.language, found->second) : "·");
        }
        html += "</tr>\n";
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end);
}

std::string test_name(const Page& page, const std::string& test) {
    if (test == "mcnemar-exact") {
        return page.say(say::compare_mcnemar);
    }
    return test == "paired-permutation" ? page.say(say::compare_permutation) : html_text(test);
}

std::string comparisons_table(const Page& page) {
    if (page.summary.comparisons.empty()) {
        return {};
    }
    std::string html = "<h3>" + page.say(say::compare_title) + "</h3>\n" + scroll_start(page) +
                       "<table>" +
                       heads(page,
                             {say::head_system,
                              say::head_cases,
                              say::compare_only_system,
                              say::compare_only_with,
                              say::compare_difference,
                              say::compare_p,
                              say::compare_test},
                             5);
    for (const core::Comparison& c : page.summary.comparisons) {
        const bool counts = c.test == "mcnemar-exact";
        const std::string points =
            (c.difference > 0 ? "+" : "") + number(page.language, c.difference * 100, 1);
        html += "<tr><th scope=\"row\">" + html_text(c.system) + "</th>" +
                figure(count(page.language, c.cases)) +
                figure(counts ? count(page.language, c.only_system) : missing(page)) +
                figure(counts ? count(page.language, c.only_with) : missing(page)) +
                figure(page.say(say::compare_points, {{"value", points}})) +
                figure(c.p_value < 0.0001 ? "&lt; " + number(page.language, 0.0001, 4)
                                          : number(page.language, c.p_value, 4)) +
                cell(test_name(page, c.test)) + "</tr>\n";
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end) + "<p class=\"fine\">" +
           page.say(say::compare_note) + "</p>\n";
}

}  // namespace

std::string status_mark(const Page& page, core::Status status) {
    return "<span class=\"mark s-" + std::string(core::name_of(status)) +
           "\"><span aria-hidden=\"true\">" + std::string(status_sign(status)) + "</span> " +
           html_sentence(status_word(page.language, status)) + "</span>";
}

std::string status_mark(const Page& page, const core::SystemSummary& system) {
    if (!is_quality_only(system.verdict) && !is_unfinished(system)) {
        return status_mark(page, system.verdict.status);
    }
    return "<span class=\"mark open\"><span aria-hidden=\"true\">" +
           std::string(status_sign(system.verdict.status)) + "</span> " +
           html_sentence(status_word(page.language, system)) + "</span>";
}

std::string systems_section(const Page& page) {
    std::string html = section_start("systems", page.say(say::section_all_systems)) +
                       next_points_table(page) + scroll_start(page) + "<table class=\"systems\">" +
                       heads(page,
                             {say::head_system,
                              say::head_status,
                              say::head_quality,
                              say::head_cases,
                              say::head_future,
                              say::head_ttft,
                              say::head_p95,
                              say::head_speed,
                              say::head_memory,
                              say::head_cost},
                             0);
    for (const auto& system : page.summary.systems) {
        html += system_row(page, system);
    }
    return html + std::string(k_table_end) + std::string(k_scroll_end) + std::string(k_section_end);
}

std::string details_section(const Page& page,
                            const std::vector<SystemFailures>& failures,
                            const SystemFailures* first) {
    std::string html = section_start("details", page.say(say::detail_title));
    if (first != nullptr) {
        html += failures_block(page, *first, "h3");
    }
    const core::SystemSummary* open = chosen(page.summary);
    if (open == nullptr) {
        open = topline(page.summary);
    }
    for (const auto& system : page.summary.systems) {
        const auto own = std::ranges::find(failures, &system, &SystemFailures::system);
        const bool told = own != failures.end() && &*own != first;
        html += system_details(page, system, told ? &*own : nullptr, &system == open);
    }
    return html + errors_table(page) + comparisons_table(page) + std::string(k_section_end);
}

}  // namespace palier::report::page
