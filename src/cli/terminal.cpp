#include "cli/terminal.h"

#include "base/text.h"
#include "base/units.h"
#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace palier::cli {
namespace {

constexpr std::chrono::milliseconds k_redrawn_every{100};
constexpr std::chrono::seconds k_logged_every{10};

int message_of(run::Stage stage) {
    switch (stage) {
        case run::Stage::Loading:
            return say::progress_loading;
        case run::Stage::Dev:
            return say::progress_dev;
        case run::Stage::Topline:
            return say::progress_topline;
        case run::Stage::Proof:
            return say::progress_test;
        case run::Stage::Continue:
            return say::progress_future;
        case run::Stage::Latency:
            return say::progress_latency;
        case run::Stage::Memory:
            return say::progress_memory;
        case run::Stage::Weights:
            return say::progress_weights;
        case run::Stage::Busy:
            return say::progress_waiting;
    }
    return say::progress_loading;
}

}  // namespace

bool stdout_takes_colour() {
    const char* term = std::getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR") && term &&
           std::string_view(term) != "dumb";
}

bool stdout_is_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

bool stderr_is_terminal() {
    const char* term = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && term && std::string_view(term) != "dumb";
}

std::size_t terminal_width() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
        return size.ws_col;
    }
    return 80;
}

ProgressLine::ProgressLine(report::Language language, const Clock& clock)
    : ProgressLine(language, clock, stderr, stderr_is_terminal()) {}

ProgressLine::ProgressLine(report::Language language,
                           const Clock& clock,
                           std::FILE* out,
                           bool terminal)
    : language_(language), clock_(clock), out_(out), terminal_(terminal), written_(clock.now()) {}

ProgressLine::~ProgressLine() {
    clear();
}

std::string ProgressLine::line_of(const run::Progress& progress) const {
    std::string line =
        report::sentence(language_, message_of(progress.stage), {{"system", progress.system}});
    if (progress.total > 0 && progress.stage != run::Stage::Loading) {
        line += "  " + std::to_string(progress.done) + "/" + std::to_string(progress.total);
    } else if (progress.total > 0) {
        line += "  " + std::to_string(progress.done) + " %";
    }
    if (progress.seconds_left && *progress.seconds_left >= 1) {
        line +=
            "  " + report::sentence(language_,
                                    say::progress_left,
                                    {{"time", show_seconds(std::ceil(*progress.seconds_left))}});
    }
    return line;
}

void ProgressLine::show(const run::Progress& progress) {
    const std::lock_guard lock(mutex_);
    const bool new_step = !any_ || progress.stage != last_.stage || progress.system != last_.system;
    any_ = true;
    last_ = progress;
    const Nanoseconds now = clock_.now();
    if (!terminal_) {
        write_to_log(new_step, now);
        return;
    }
    if (!new_step && now - written_ < k_redrawn_every) {
        return;
    }
    written_ = now;
    shown_ = true;
    std::fprintf(out_, "\r\033[K%s", shortened(line_of(progress), terminal_width() - 1).c_str());
    std::fflush(out_);
}

void ProgressLine::write_to_log(bool new_step, Nanoseconds now) {
    run::Progress told = last_;
    if (new_step && told.stage != run::Stage::Loading) {
        // Nothing of the step is done yet, and no speed of it is known.
        told.total = 0;
        told.seconds_left.reset();
    } else if (now - written_ < k_logged_every) {
        return;
    }
    written_ = now;
    std::fprintf(out_, "%s\n", line_of(told).c_str());
    std::fflush(out_);
}

void ProgressLine::clear() {
    const std::lock_guard lock(mutex_);
    if (shown_) {
        std::fprintf(out_, "\r\033[K");
        std::fflush(out_);
        shown_ = false;
    }
}

}  // namespace palier::cli
