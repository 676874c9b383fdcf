// What a finished (or stopped) run looks like to people and to scripts. Pure functions of a
// Summary, but for the case matrix and the CSV of Trials, which are read from the store one at a
// time. Thread-safe: nothing is shared.
#pragma once

#include "base/result.h"
#include "core/summary.h"
#include "report/cost_figures.h"
#include "report/failures.h"
#include "report/messages.h"
#include "store/store.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::report {

// Receives the text piece by piece, in order.
using Sink = std::function<void(std::string_view)>;

// The verdict as one sentence of one line: what passes, with what quality, latency and cost, and
// why the smaller ones fail. A topline that misses the threshold is said first.
[[nodiscard]] std::string headline(Language language, const core::Summary& summary);

// The same sentence in two parts, for pages: what it comes to, and the rest (may be empty).
struct Headline {
    std::string lead;
    std::string details;
};
[[nodiscard]] Headline headline_parts(Language language, const core::Summary& summary);

// The two promises of the chosen System. `decision` is nullopt where there is no promise to make.
struct Promise {
    std::string title;  // "On these 182 cases"
    std::string word;   // "pass", "fail", "too close to call", "no promise"
    std::string text;   // "The whole set would reach 90 %; ..."
    bool made = false;  // false: no promise (nothing chosen, or the metric allows none)
    core::Decision decision = core::Decision::Undecided;  // Undecided = too close
};
struct Promises {
    Promise on_these_cases;
    Promise on_future_traffic;
};
[[nodiscard]] Promises promise_parts(Language language, const core::Summary& summary);
// "On these 182 cases: pass. ..." and "On future traffic: ...".
[[nodiscard]] std::vector<std::string> promises(Language language, const core::Summary& summary);

struct Style {
    bool colour = false;  // ANSI colours; nothing is told by colour alone
    bool ascii = false;   // signs in ASCII
    std::size_t width = 80;
    bool one_line_verdict = true;  // however long, so that scripts find it first
};
// The terminal report: headline, promises, tables, reasons, where it goes wrong if `failures` is
// given, notes, what to do next. Ends with a newline.
[[nodiscard]] std::string text(Language language,
                               const core::Summary& summary,
                               const Style& style,
                               const std::optional<SystemFailures>& failures = {});

// The object of `palier climb --json` (docs/formats/verdict.md), one line without a newline.
// Machine formats are never localised; what was not measured is null. With figures that are known,
// a "costs" object more.
[[nodiscard]] std::string verdict_json(const core::Summary& summary,
                                       const CostFigures& figures = {});
[[nodiscard]] std::string markdown(Language language,
                                   const core::Summary& summary,
                                   const CostFigures& figures = {});
// One row a System; the first row names the columns.
[[nodiscard]] std::string csv(const core::Summary& summary);
// One row a Trial of the dev, topline, test and latency phases, in that order.
[[nodiscard]] Result<void> csv_trials(const core::Summary& summary,
                                      store::Store& store,
                                      std::int64_t run,
                                      const Sink& out);

// One self-contained page: no external resource, no network. Needs the cases and Trials of the run
// for its case matrix. Nothing is written after an error of the store.
[[nodiscard]] Result<void> html(Language language,
                                const core::Summary& summary,
                                store::Store& store,
                                std::int64_t run,
                                const Sink& out,
                                const CostFigures& figures = {});

}  // namespace palier::report
