// The questions of `init`: asked on a terminal one at a time, or answered by options.
#pragma once

#include "base/result.h"
#include "base/units.h"
#include "cli/arguments.h"
#include "cli/keyboard.h"
#include "core/decision.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::cli {

struct InitAnswers {
    core::Answers answers;  // without the tokens, which come from the data
    std::vector<std::string> infra_hosts;
    Micros min = 0;                       // threshold, in (0, 1]
    std::vector<std::string> by_default;  // options of the questions that nobody answered
};

// `open_by_default`: what the data says of question 4. Takes each answer from its option, else from
// the keyboard where that is a terminal (asking again until it is understood), else, with
// --defaults, the default. Errors: 2700 {flags}: answers are missing and there is nobody to ask;
// 2704: the questions were left; 2705 {flag, value, known}: an option is not understood.
[[nodiscard]] Result<InitAnswers> ask(const Common& common,
                                      const InitArguments& arguments,
                                      bool open_by_default,
                                      Keyboard& keyboard);

// "machine", "this computer's" French word... -> the answer; nullopt = not understood. In both
// languages, without regard to case and accents.
[[nodiscard]] std::optional<core::Privacy> privacy_of_answer(std::string_view text);
// "1.5 s", "800 ms", "1500" (milliseconds) -> milliseconds; "any", "peu importe" -> an empty one.
[[nodiscard]] std::optional<std::optional<double>> p95_of_answer(std::string_view text);
// "200000", "5000 per day", "5 000 / jour" -> requests a month (30 days).
[[nodiscard]] std::optional<std::int64_t> volume_of_answer(std::string_view text);
// "0.9", "0,9", "90 %" -> millionths.
[[nodiscard]] std::optional<Micros> share_of_answer(std::string_view text);

}  // namespace palier::cli
