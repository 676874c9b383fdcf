// What the terminal can do, and the one line that shows progress.
#pragma once

#include "base/clock.h"
#include "report/messages.h"
#include "run/progress.h"

#include <cstddef>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace palier::cli {

// stdout is a terminal that takes colours (NO_COLOR and TERM=dumb say no).
[[nodiscard]] bool stdout_takes_colour();
[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stderr_is_terminal();
// Columns of the terminal; 80 where it does not tell.
[[nodiscard]] std::size_t terminal_width();

// Shows progress on stderr. On a terminal one line that is written over, with the time left, and a
// line that stays for each step that has ended. Elsewhere a plain line when a step ends and, while
// one goes on, every ten seconds. Loading a model and waiting for a quiet machine are no steps.
// Thread-safe: loading reports from the engine's thread.
class ProgressLine {
   public:
    ProgressLine(report::Language language, const Clock& clock);
    // To another stream, which outlives this object; `terminal` says which of the two forms it
    // gets.
    ProgressLine(report::Language language, const Clock& clock, std::FILE* out, bool terminal);
    ~ProgressLine();
    void show(const run::Progress& progress);
    // Removes the line that is written over, before something else is written; the step goes on.
    void clear();
    // The last step has ended.
    void end();

   private:
    [[nodiscard]] std::string line_of(const run::Progress& progress) const;
    void finish_step();

    report::Language language_;
    const Clock& clock_;
    std::FILE* out_;
    std::mutex mutex_;
    bool terminal_;
    std::string shown_;                  // on a terminal: what is written over
    Nanoseconds written_;                // when the last line was
    std::optional<run::Progress> step_;  // under way, as it was told last
};

}  // namespace palier::cli
