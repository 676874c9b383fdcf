// Where a System goes wrong, read from the store: for people, for scripts, for the page.
#pragma once

#include "base/result.h"
#include "core/failures.h"
#include "core/summary.h"
#include "report/messages.h"
#include "store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::report {

struct SystemFailures {
    const core::SystemSummary* system = nullptr;  // of the summary, which outlives this
    bool on_dev = false;                          // it was not proved: its answers on dev
    core::Failures found;                         // inputs cut to 600 characters
};

// The System whose failures people ask for first: the chosen one; where that is the topline, or
// nothing was chosen, the best smaller candidate, for it says why they are not enough; else the
// topline. nullptr when none was asked anything.
[[nodiscard]] const core::SystemSummary* told_first(const core::Summary& summary);

// Its answers on test, else on dev; nullopt when none is kept. Memory grows with the cases that it
// was asked, by an id and its labels each.
[[nodiscard]] Result<std::optional<SystemFailures>> read_failures(
    const core::Summary& summary,
    store::Store& store,
    std::int64_t run,
    const core::SystemSummary& system);

// "Where x goes wrong: 10 of its 118 answers"; "x is right on all 118 cases that it was asked".
[[nodiscard]] std::string failures_title(Language language, const SystemFailures& failures);
// The pattern as a sentence; "" without one.
[[nodiscard]] std::string pattern_in_words(Language language, const core::Failures& found);
// "expected "a", answered "b"", each on one line and cut where it is long.
[[nodiscard]] std::string failure_in_words(Language language, const core::GradedCase& one);

// Lines of at most `width` characters: the title apart, the pattern, then the three telling cases
// or all of them, in the order of the cases, each with its id.
[[nodiscard]] std::vector<std::string> failure_lines(Language language,
                                                     const SystemFailures& failures,
                                                     bool all,
                                                     std::size_t width);
// What `show --failures` prints: title and lines.
[[nodiscard]] std::string failures_text(Language language, const SystemFailures& failures);
// One object on one line, without a newline (docs/formats/verdict.md).
[[nodiscard]] std::string failures_json(const std::string& run, const SystemFailures& failures);

}  // namespace palier::report
