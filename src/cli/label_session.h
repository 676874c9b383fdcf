// LabelSession: the dialogue of `data label`. One case after the other, an answer, undo, skip,
// note, quit; every answer is on disk before the next case is shown.
#pragma once

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/keyboard.h"
#include "cli/suggester.h"
#include "core/case.h"
#include "eval/answer_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::cli {

// Keys for labels: 1 to 9, then letters that are no command.
[[nodiscard]] std::string label_keys();

// What is labelled: the task, its labels, and how an answer is read.
struct Labelling {
    core::Task task = core::Task::Classify;
    std::vector<std::string> labels;
};

// Borrows everything; for the time of one pass.
class LabelSession {
   public:
    LabelSession(const Common& common, const Labelling& labelling, Keyboard& keyboard)
        : common_(common), labelling_(labelling), keyboard_(keyboard) {}

    enum class Asked { Answer, Undo, Skip, Quit };
    struct Reply {
        Asked asked = Asked::Quit;
        json::Value expected;
        std::string note;
    };

    // Shows a case and takes what the person says to it. `suggestion`: of `suggested_by`, "" =
    // none.
    [[nodiscard]] Reply ask(const core::Case& item,
                            std::int64_t done,
                            std::int64_t all,
                            const std::string& suggestion,
                            const std::string& suggested_by);

    // One answer without a case in view; nullopt: s, q or the end of input.
    [[nodiscard]] std::optional<json::Value> settle();

   private:
    [[nodiscard]] std::optional<Reply> by_key(const std::string& suggestion, std::string& note);
    [[nodiscard]] std::optional<Reply> by_line(const std::string& suggestion, std::string& note);
    [[nodiscard]] std::optional<Reply> reply_to(const std::string& suggestion, std::string& note);
    [[nodiscard]] std::optional<json::Value> read(const std::string& text);
    void show_keys() const;

    const Common& common_;
    const Labelling& labelling_;
    Keyboard& keyboard_;
};

// An answer as one text, for comparing and showing.
[[nodiscard]] std::string answer_text(const json::Value& expected);

}  // namespace palier::cli
