// The report as Markdown, for a pull request or a wiki page.
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/report.h"
#include "report/wording.h"

namespace palier::report {
namespace {

std::string row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& cell : cells) {
        line += " " + markdown_text(cell) + " |";
    }
    return line + "\n";
}

std::string rule(std::size_t left, std::size_t right) {
    std::string line = "|";
    for (std::size_t i = 0; i < left + right; ++i) {
        line += i < left ? " --- |" : " ---: |";
    }
    return line + "\n";
}

std::vector<std::string> cells_of(Language language,
                                  const core::Summary& summary,
                                  const core::SystemSummary& system) {
    const core::Measure& m = system.measure;
    std::string quality = "-";
    std::string cases = "-";
    if (m.quality) {
        quality = quality_value(language, summary, m.quality->value, m.quality->need) + " (" +
                  (is_exact(m) ? sentence(language, say::exact_word)
                               : range(language, m.quality->interval, reads_as_percent(summary)) +
                                     ", " + level(language, m.quality->interval.level)) +
                  ")";
        cases = count(language, m.items_used) + "/" + count(language, m.items_total);
    }
    const core::Status status = system.verdict.status;
    return {model_name(system),
            role_word(language, system.verdict.role),
            rung_cell(language, system),
            std::string(status_sign(status)) + " " + status_word(language, system),
            quality,
            cases,
            m.latency ? milliseconds(language, m.latency->total_ms_p95) : "-",
            m.memory_bytes_peak ? bytes(language, *m.memory_bytes_peak) : "-",
            m.cost ? money(language, m.cost->per_1k, m.cost->currency) : "-"};
}

std::string reasons(Language language, const core::Summary& summary) {
    std::string text;
    for (const auto& system : summary.systems) {
        for (const core::Reason& reason : system.verdict.reasons) {
            text += "- " + markdown_text(model_name(system)) + " - " +
                    markdown_text(reason_in_short(language, summary, system, reason)) + "\n";
        }
        if (const std::string trouble = trouble_of(language, system); !trouble.empty()) {
            text +=
                "- " + markdown_text(model_name(system)) + " - " + markdown_text(trouble) + "\n";
        }
    }
    return text.empty() ? text : "\n## " + sentence(language, say::section_why) + "\n\n" + text;
}

// A table of what 1,000 requests cost and use, and where ways to serve break even.
std::string costs(Language language, const core::Summary& summary, const CostFigures& figures) {
    if (!figures.known()) {
        return "";
    }
    std::vector<std::string> head{sentence(language, say::head_system)};
    std::vector<const std::map<std::string, core::Range>*> columns;
    if (!figures.cost_per_1k.empty()) {
        head.push_back(sentence(language, say::cost_column, {{"currency", figures.currency}}));
        columns.push_back(&figures.cost_per_1k);
    }
    for (const CostFigures::EnergyFigures& energy : figures.energy) {
        head.push_back(energy.name);
        columns.push_back(&energy.wh_per_1k);
    }
    std::string text = "\n## " + sentence(language, say::cost_title) + "\n\n";
    if (!columns.empty()) {
        text += row(head) + rule(1, columns.size());
        for (const auto& system : summary.systems) {
            std::vector<std::string> cells{model_name(system)};
            for (const auto* column : columns) {
                const auto found = column->find(system.verdict.id);
                cells.push_back(found == column->end() ? "-" : amount(language, found->second));
            }
            text += row(cells);
        }
    }
    if (!figures.break_even.empty()) {
        text += "\n" +
                markdown_text(sentence(language, say::break_even_with, {{"api", figures.api}})) +
                "\n\n";
    }
    for (const CostFigures::BreakEven& mark : figures.break_even) {
        text += "- " +
                markdown_text(serving_name(language, mark.serving, figures.fallback_share) + " - " +
                              break_even_words(language, mark.volume)) +
                "\n";
    }
    return text;
}

}  // namespace

std::string markdown(Language language, const core::Summary& summary, const CostFigures& figures) {
    const auto word = [&](int phrase) { return sentence(language, phrase); };
    std::string text = "# " + with_colon(language, "palier", markdown_text(summary.job_name)) +
                       "\n\n**" + markdown_text(headline(language, summary)) + "**\n\n";
    for (const std::string& promise : promises(language, summary)) {
        text += "- " + markdown_text(promise) + "\n";
    }
    text += "\n## " + word(say::section_systems) + "\n\n";
    text += row({word(say::head_system),
                 word(say::head_role),
                 word(say::head_rung),
                 word(say::head_status),
                 word(say::head_quality),
                 word(say::head_cases),
                 word(say::head_p95),
                 word(say::head_memory),
                 word(say::head_cost)});
    text += rule(5, 4);
    for (const auto& system : summary.systems) {
        text += row(cells_of(language, summary, system));
    }
    text += reasons(language, summary);
    text += costs(language, summary, figures);
    if (!summary.notes.empty()) {
        text += "\n## " + word(say::section_notes) + "\n\n";
        for (const core::Note& note : summary.notes) {
            text += "- " + markdown_text(sentence(language, note.code, note.args)) + "\n";
        }
    }
    text += "\n## " + word(say::facts_title) + "\n\n";
    for (const auto& [name, value] : summary.facts) {
        text += "- " + with_colon(language, markdown_text(name), markdown_text(value)) + "\n";
    }
    return text;
}

}  // namespace palier::report
