// For tests: a keyboard whose keys are written beforehand, as a pipe or as a terminal.
#pragma once

#include "base/check.h"
#include "cli/keyboard.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

namespace palier::cli {

class TypedKeys {
   public:
    // Ahead: before a key is waited for, so that the terminal's own line editing sees the keys.
    enum class Into { Pipe, Terminal, TerminalAhead };

    explicit TypedKeys(const std::string& keys, Into into = Into::Pipe) {
        const bool terminal = into != Into::Pipe;
        if (terminal) {
            ends_[1] = posix_openpt(O_RDWR | O_NOCTTY);
            PALIER_CHECK(ends_[1] >= 0, "keys can be typed");
            PALIER_CHECK(grantpt(ends_[1]) == 0, "keys can be typed");
            PALIER_CHECK(unlockpt(ends_[1]) == 0, "keys can be typed");
            ends_[0] = open(ptsname(ends_[1]), O_RDWR | O_NOCTTY);
            PALIER_CHECK(ends_[0] >= 0, "keys can be typed");
            if (into == Into::Terminal) {
                termios mode{};
                PALIER_CHECK(tcgetattr(ends_[0], &mode) == 0, "keys can be typed");
                mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
                PALIER_CHECK(tcsetattr(ends_[0], TCSANOW, &mode) == 0, "keys can be typed");
            }
        } else {
            PALIER_CHECK(pipe(ends_.data()) == 0, "keys can be typed");
        }
        PALIER_CHECK(write(ends_[1], keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()),
                     "keys can be typed");
        if (!terminal) {
            close(ends_[1]);
            ends_[1] = -1;
        }
    }
    ~TypedKeys() {
        for (const int end : ends_) {
            if (end >= 0) {
                close(end);
            }
        }
    }
    TypedKeys(const TypedKeys&) = delete;
    TypedKeys& operator=(const TypedKeys&) = delete;

    [[nodiscard]] Keyboard keyboard() const { return {ends_[0], interrupted}; }
    std::atomic<bool> interrupted{false};

   private:
    std::array<int, 2> ends_{-1, -1};
};

}  // namespace palier::cli
