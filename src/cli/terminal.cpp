#include "cli/terminal.h"

#include "base/text.h"
#include "base/units.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace palier::cli {
namespace {

int message_of(run::Stage stage) {
    switch (stage) {
        case run::Stage::Loading:
            return 9701;
        case run::Stage::Dev:
            return 9702;
        case run::Stage::Topline:
            return 9703;
        case run::Stage::Proof:
            return 9704;
        case run::Stage::Continue:
            return 9705;
        case run::Stage::Latency:
            return 9706;
        case run::Stage::Memory:
            return 9707;
        case run::Stage::Weights:
            return 9708;
    }
    return 9701;
}

}  // namespace

bool stdout_takes_colour() {
    const char* term = std::getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR") && term &&
           std::string_view(term) != "dumb";
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
    : language_(language), clock_(clock), terminal_(stderr_is_terminal()) {}

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
        line += "  " +
                report::sentence(
                    language_, 9709, {{"time", show_seconds(std::ceil(*progress.seconds_left))}});
    }
    return line;
}

void ProgressLine::show(const run::Progress& progress) {
    const std::lock_guard lock(mutex_);
    const bool new_step = !any_ || progress.stage != last_.stage || progress.system != last_.system;
    any_ = true;
    last_ = progress;
    if (!terminal_) {
        // Loading is short; a log wants the steps.
        if (new_step && progress.stage != run::Stage::Loading) {
            run::Progress start = progress;
            start.seconds_left.reset();
            start.total = 0;
            std::fprintf(stderr, "%s\n", line_of(start).c_str());
        }
        return;
    }
    const Nanoseconds now = clock_.now();
    if (!new_step && now - drawn_ < std::chrono::milliseconds(100)) {
        return;
    }
    drawn_ = now;
    shown_ = true;
    std::fprintf(stderr, "\r\033[K%s", shortened(line_of(progress), terminal_width() - 1).c_str());
    std::fflush(stderr);
}

void ProgressLine::clear() {
    const std::lock_guard lock(mutex_);
    if (shown_) {
        std::fprintf(stderr, "\r\033[K");
        std::fflush(stderr);
        shown_ = false;
    }
}

}  // namespace palier::cli
