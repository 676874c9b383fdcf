// What the terminal can do, and the one line that shows progress.
#pragma once

#include "base/clock.h"
#include "report/messages.h"
#include "run/progress.h"

#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace palier::cli {

// stdout is a terminal that takes colours (NO_COLOR and TERM=dumb say no).
[[nodiscard]] bool stdout_takes_colour();
[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stderr_is_terminal();
// Columns of the terminal; 80 where it does not tell.
[[nodiscard]] std::size_t terminal_width();

// Shows progress on stderr: one line that is written over on a terminal, with the time left;
// elsewhere a plain line when a step begins and every ten seconds that it goes on; a model that
// loads faster than that is not told. Thread-safe: loading reports from the engine's thread.
class ProgressLine {
   public:
    ProgressLine(report::Language language, const Clock& clock);
    // To another stream, which outlives this object; `terminal` says which of the two forms it
    // gets.
    ProgressLine(report::Language language, const Clock& clock, std::FILE* out, bool terminal);
    ~ProgressLine();
    void show(const run::Progress& progress);
    // Removes the line, before something else is written.
    void clear();

   private:
    [[nodiscard]] std::string line_of(const run::Progress& progress) const;
    void write_to_log(bool new_step, Nanoseconds now);

    report::Language language_;
    const Clock& clock_;
    std::FILE* out_;
    std::mutex mutex_;
    bool terminal_;
    bool shown_ = false;
    Nanoseconds written_;  // when the last line was
    run::Progress last_;
    bool any_ = false;
};

}  // namespace palier::cli
