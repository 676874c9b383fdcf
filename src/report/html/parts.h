// The parts of the HTML page; each section is one file. Internal to report/html.
#pragma once

#include "base/result.h"
#include "core/summary.h"
#include "report/report.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace palier::report::page {

// What every section needs.
struct Page {
    Language language;
    const core::Summary& summary;

    // A sentence of ours, escaped.
    [[nodiscard]] std::string say(int phrase, const Args& args = {}) const;
    // The same, not escaped: for arguments of other sentences.
    [[nodiscard]] std::string plain(int phrase, const Args& args = {}) const;
};

// "<section id=... aria-labelledby=...><h2>title</h2>" and its end.
[[nodiscard]] std::string section_start(std::string_view id, std::string_view title);
inline constexpr std::string_view k_section_end = "</section>\n";

// A box that scrolls sideways on its own when a table is wider than the page; reachable by
// keyboard.
[[nodiscard]] std::string scroll_start(const Page& page);
inline constexpr std::string_view k_scroll_end = "</div>\n";

// "<span class=status-pass><span aria-hidden>✓</span> pass</span>".
[[nodiscard]] std::string status_mark(const Page& page, core::Status status);
[[nodiscard]] std::string status_mark(const Page& page, const core::SystemSummary& system);
// A coordinate or percentage for SVG and CSS: dot decimal, at most two decimals.
[[nodiscard]] std::string svg_number(double value);
// A bar of the quality interval with the threshold as a tick, on a scale from 0 to 1.
[[nodiscard]] std::string interval_bar(const Page& page, const core::QualityMeasure& quality);

// The first page: the verdict, what it means, cost, `failures` (nullptr: none), what to do next.
[[nodiscard]] std::string verdict_section(const Page& page,
                                          const CostFigures& figures,
                                          const SystemFailures* failures);
// Its parts that stand in summary.cpp; each may be "".
[[nodiscard]] std::string task_line(const Page& page);
[[nodiscard]] std::string cost_line(const Page& page, const CostFigures& figures);
[[nodiscard]] std::string next_block(const Page& page);
// How many answers of a System are wrong, in an element `heading` such as "h3"; the pattern, the
// telling cases.
[[nodiscard]] std::string failures_block(const Page& page,
                                         const SystemFailures& failures,
                                         std::string_view heading);
[[nodiscard]] std::string staircase_section(const Page& page);
[[nodiscard]] std::string pareto_section(const Page& page);
// What the Systems cost and use; one sentence on how to know it where nothing is known.
[[nodiscard]] std::string cost_section(const Page& page, const CostFigures& figures);
[[nodiscard]] std::string systems_section(const Page& page);
// Failures of the System told first, which may be nullptr; then of each its failures, labels or
// fields; unusable answers, comparisons.
[[nodiscard]] std::string details_section(const Page& page,
                                          const std::vector<SystemFailures>& failures,
                                          const SystemFailures* first);
[[nodiscard]] std::string notes_section(const Page& page);  // "" without notes
[[nodiscard]] std::string method_section(const Page& page);
[[nodiscard]] std::string facts_section(const Page& page);
// Reads the cases and Trials; memory grows with the number of cases by a few bytes a System.
[[nodiscard]] Result<void> matrix_section(const Page& page,
                                          store::Store& store,
                                          std::int64_t run,
                                          const Sink& out);

extern const std::string_view k_style;   // CSS
extern const std::string_view k_script;  // JavaScript; the page works without it

}  // namespace palier::report::page
