// Answer: what a System gives back. What is not known is absent, never 0.
#pragma once

#include "core/trial.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::core {

enum class Finish { End, Length, ToolCalls, Unknown };
[[nodiscard]] std::string_view name_of(Finish finish);

struct Answer {
    std::string text;  // as a user of the System gets it: without the model's thoughts
    // The label, the JSON, or else the trimmed text; absent: nothing usable.
    std::optional<std::string> parsed;
    std::string raw;  // as the engine gave it, for the store: the text, or the label scores
    Failure failure = Failure::None;
    std::string failure_detail;
    Finish finish = Finish::End;
    TokensUsed tokens;
    // From the asking to the first text that a user could see, and to the end.
    std::optional<double> ttft_ms, total_ms;
    bool alone = false;          // nothing else was asked of the engine meanwhile
    std::optional<double> cost;  // in the currency of the System's price
    // A calibrated probability that the answer is right.
    std::optional<double> confidence;
    // Where the labels were asked in several orders: whether one of these alone had chosen another.
    std::optional<bool> depends_on_order;
    // Where the recipe has an answer that breaks the schema asked for again: how often it was.
    std::optional<int> repairs;
    bool recorded = false;
    std::string answered_by;  // System::id
};

// The model said something, which can be graded; what a grader found by running it, too.
[[nodiscard]] constexpr bool says_something(Failure failure) {
    switch (failure) {
        case Failure::None:
        case Failure::InvalidAnswer:
        case Failure::Truncated:
        case Failure::SqlError:
        case Failure::SqlForbidden:
        case Failure::SqlLimit:
        case Failure::PatternError:
            return true;
        case Failure::Timeout:
        case Failure::Refused:
        case Failure::ContextExceeded:
        case Failure::Rejected:
        case Failure::ServerError:
        case Failure::ToolCall:
        case Failure::ThoughtsOnly:
            break;
    }
    return false;
}

}  // namespace palier::core
