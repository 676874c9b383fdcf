// Keyboard: keys and lines that a person types, or that a pipe brings.
#pragma once

#include <atomic>
#include <optional>
#include <string>

namespace palier::cli {

// Borrows the descriptor and the flag. On a terminal a line can be edited (Backspace, Ctrl-U,
// Ctrl-W) and is shown on stderr; the terminal is left as it was after each call. Not thread-safe.
class Keyboard {
   public:
    Keyboard(int descriptor, const std::atomic<bool>& interrupted)
        : descriptor_(descriptor), interrupted_(interrupted) {}

    [[nodiscard]] bool is_terminal() const;

    // The next key, one character of UTF-8. nullopt: end of input, Ctrl-D or Ctrl-C. From a pipe
    // white space is passed over.
    [[nodiscard]] std::optional<std::string> key();

    // A line without its end, that begins as `prefill` on a terminal. From a pipe an empty line is
    // `prefill`. nullopt: end of input, Ctrl-D on an empty line, or Ctrl-C.
    [[nodiscard]] std::optional<std::string> line(const std::string& prefill = "");

    [[nodiscard]] bool interrupted() const { return interrupted_.load(); }

   private:
    [[nodiscard]] std::optional<char> byte();
    [[nodiscard]] std::optional<std::string> character();
    [[nodiscard]] std::optional<std::string> edited_line(const std::string& prefill);

    int descriptor_;
    const std::atomic<bool>& interrupted_;
};

}  // namespace palier::cli
