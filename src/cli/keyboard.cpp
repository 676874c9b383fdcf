#include "cli/keyboard.h"

#include "base/text.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

namespace palier::cli {
namespace {

constexpr char k_ctrl_d = 4, k_backspace = 8, k_ctrl_u = 21, k_ctrl_w = 23, k_escape = 27,
               k_delete = 127;

// Keys one by one and not echoed, for the time of a scope; Ctrl-C still is a signal.
class Raw {
   public:
    explicit Raw(int descriptor) : descriptor_(descriptor) {
        active_ = tcgetattr(descriptor, &before_) == 0;
        if (active_) {
            termios raw = before_;
            raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
            tcsetattr(descriptor, TCSADRAIN, &raw);
        }
    }
    ~Raw() {
        if (active_) {
            tcsetattr(descriptor_, TCSADRAIN, &before_);
        }
    }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

   private:
    int descriptor_;
    bool active_ = false;
    termios before_{};
};

// Ctrl-D. What is typed while no key is waited for goes through the line discipline of the
// terminal, which keeps a Ctrl-D as a zero byte.
bool is_end(char c) {
    return c == k_ctrl_d || c == '\0';
}

std::size_t bytes_after(char first) {
    const auto lead = static_cast<unsigned char>(first);
    return lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
}

void drop_character(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) {
        text.pop_back();
    }
    if (!text.empty()) {
        text.pop_back();
    }
}

void drop_word(std::string& text) {
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    while (!text.empty() && text.back() != ' ') {
        text.pop_back();
    }
}

bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

bool Keyboard::is_terminal() const {
    return isatty(descriptor_) == 1;
}

// poll, since a read is begun again after a signal and would not see Ctrl-C.
std::optional<char> Keyboard::byte() {
    constexpr int k_patience_ms = 200;
    while (!interrupted()) {
        pollfd waiting{descriptor_, POLLIN, 0};
        const int ready = poll(&waiting, 1, k_patience_ms);
        if (ready <= 0) {
            continue;
        }
        char c = 0;
        if (read(descriptor_, &c, 1) != 1) {
            return std::nullopt;
        }
        return c;
    }
    return std::nullopt;
}

std::optional<std::string> Keyboard::character() {
    const auto first = byte();
    if (!first) {
        return std::nullopt;
    }
    std::string character(1, *first);
    for (std::size_t more = bytes_after(*first); more > 0; --more) {
        const auto next = byte();
        if (!next) {
            return std::nullopt;
        }
        character += *next;
    }
    return character;
}

std::optional<std::string> Keyboard::key() {
    if (is_terminal()) {
        const Raw raw(descriptor_);
        auto typed = character();
        return typed && is_end(typed->front()) ? std::nullopt : typed;
    }
    for (;;) {
        auto typed = character();
        if (!typed || !is_blank(typed->front())) {
            return typed;
        }
    }
}

std::optional<std::string> Keyboard::edited_line(const std::string& prefill) {
    const Raw raw(descriptor_);
    std::string text = prefill;
    std::fputs(text.c_str(), stderr);
    for (;;) {
        const auto typed = character();
        if (!typed || (is_end(typed->front()) && text.empty())) {
            std::fputc('\n', stderr);
            return std::nullopt;
        }
        const char c = typed->front();
        if (c == '\n' || c == '\r') {
            std::fputc('\n', stderr);
            return text;
        }
        const std::size_t shown = length_in_characters(text);
        if (c == k_backspace || c == k_delete) {
            drop_character(text);
        } else if (c == k_ctrl_u) {
            text.clear();
        } else if (c == k_ctrl_w) {
            drop_word(text);
        } else if (c == k_escape) {
            // An arrow key is three bytes; there is nowhere to go in this line.
            (void)character();
            (void)character();
        } else if (static_cast<unsigned char>(c) >= ' ') {
            text += *typed;
            std::fputs(typed->c_str(), stderr);
        }
        for (std::size_t gone = length_in_characters(text); gone < shown; ++gone) {
            std::fputs("\b \b", stderr);
        }
    }
}

std::optional<std::string> Keyboard::line(const std::string& prefill) {
    if (is_terminal()) {
        return edited_line(prefill);
    }
    std::string text;
    for (;;) {
        const auto next = byte();
        if (!next && text.empty()) {
            return std::nullopt;
        }
        if (!next || *next == '\n') {
            if (!text.empty() && text.back() == '\r') {
                text.pop_back();
            }
            return text.empty() ? prefill : text;
        }
        text += *next;
    }
}

}  // namespace palier::cli
