#include "cli/terminal.h"

#include "base/text.h"
#include "base/units.h"
#include "cli/output.h"
#include "report/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace palier::cli {
namespace {

constexpr std::chrono::milliseconds k_redrawn_every{100};
constexpr std::chrono::milliseconds k_logged_every{10'000};

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
        case run::Stage::Alone:
            return say::progress_alone;
        case run::Stage::Continue:
            return say::progress_future;
        case run::Stage::Latency:
            return say::progress_latency;
        case run::Stage::Memory:
            return say::progress_memory;
        case run::Stage::Diagnosis:
            return say::progress_diagnosis;
        case run::Stage::Weights:
            return say::progress_weights;
        case run::Stage::Busy:
            return say::progress_waiting;
    }
    return say::progress_loading;
}

// Loading and waiting come between steps, or into the middle of one.
bool is_step(const run::Progress& progress) {
    return progress.stage != run::Stage::Loading && progress.stage != run::Stage::Busy;
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
    end();
    clear();
}

std::string ProgressLine::line_of(const run::Progress& progress) const {
    std::string rest;
    if (progress.total > 0 && progress.stage != run::Stage::Loading) {
        rest += "  " + std::to_string(progress.done) + "/" + std::to_string(progress.total);
    } else if (progress.total > 0) {
        rest += "  " + std::to_string(progress.done) + " %";
    }
    if (progress.seconds_left && *progress.seconds_left >= 1) {
        rest +=
            "  " + report::sentence(language_,
                                    say::progress_left,
                                    {{"time", show_seconds(std::ceil(*progress.seconds_left))}});
    }
    const auto line = [&](const std::string& system) {
        return report::sentence(language_, message_of(progress.stage), {{"system", system}}) + rest;
    };
    const std::size_t length = length_in_characters(line(progress.system));
    const std::size_t name = length_in_characters(progress.system);
    const std::size_t room = terminal_ ? terminal_width() - 1 : length;
    if (length <= room || length - room >= name) {
        return line(progress.system);
    }
    return line(report::shortened_inside(progress.system, name - (length - room)));
}

void ProgressLine::show(const run::Progress& progress) {
    const std::lock_guard lock(mutex_);
    if (is_step(progress)) {
        if (step_ && (progress.stage != step_->stage || progress.system != step_->system)) {
            finish_step();
        }
        step_ = progress;
    } else if (step_ && progress.stage == run::Stage::Loading) {
        // Another model is needed: what this one was asked for is done.
        finish_step();
    }
    const Nanoseconds now = clock_.now();
    const bool begins = terminal_ && shown_.empty();
    if (!begins && now - written_ < (terminal_ ? k_redrawn_every : k_logged_every)) {
        return;
    }
    written_ = now;
    if (!terminal_) {
        std::fprintf(out_, "%s\n", line_of(progress).c_str());
        std::fflush(out_);
        return;
    }
    shown_ = shortened(line_of(progress), terminal_width() - 1);
    std::fprintf(out_, "\r\033[K%s", shown_.c_str());
    std::fflush(out_);
}

void ProgressLine::finish_step() {
    if (!step_) {
        return;
    }
    step_->seconds_left.reset();
    const std::string line = line_of(*step_);
    std::fprintf(out_, terminal_ ? "\r\033[K%s\n" : "%s\n", line.c_str());
    std::fflush(out_);
    step_.reset();
    shown_.clear();
    written_ = clock_.now();
}

void ProgressLine::clear() {
    const std::lock_guard lock(mutex_);
    if (!shown_.empty()) {
        std::fprintf(out_, "\r\033[K");
        std::fflush(out_);
        shown_.clear();
    }
}

void ProgressLine::end() {
    const std::lock_guard lock(mutex_);
    if (step_) {
        finish_step();
    }
}

}  // namespace palier::cli
