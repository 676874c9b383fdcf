// Trial: one System on one Case.
#pragma once

#include "base/units.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace palier::core {

// Why a model gave no usable answer. Failures of the world are not here: they are retried or end a
// proof as an error.
enum class Failure {
    None,
    Timeout,          // the deadline passed while it answered
    Refused,          // the endpoint or model declined
    Truncated,        // ended at the token limit
    ContextExceeded,  // the prompt does not fit
    InvalidAnswer,    // no label, no JSON, no number where one was asked
    Rejected,         // a 4xx for this case
    ServerError,      // repeated 5xx for this case while the last good case still succeeds
    ToolCall,         // it asked for a tool to be called and said nothing
    ThoughtsOnly,     // it thought, came to an end, and said nothing
    // Found by running what it wrote:
    SqlError,      // the query does not run on the case's database
    SqlForbidden,  // it would write, attach a file, load code, change settings
    SqlLimit,      // it was stopped: it takes more steps or memory than a query may
    PatternError   // the regular expression is none
};
[[nodiscard]] std::string_view name_of(Failure failure);

// Counts behind a field F1 (research: flatten to leaf paths; a wrong value is one FP and one FN).
struct FieldCounts {
    int true_positive = 0;
    int false_positive = 0;
    int false_negative = 0;
    bool operator==(const FieldCounts&) const = default;
};

// What a grader says of one answer.
struct Grade {
    Micros score = 0;    // of the job's metric for this case, in [0, 1]
    std::string parsed;  // the label, JSON, number or normalised text that was compared
    Failure failure = Failure::None;
    std::string failure_detail;  // one line, where the grader knows more; kept by the Trial
    std::map<std::string, Micros> metrics;      // every per-case metric of the task, by name
    std::map<std::string, FieldCounts> fields;  // extract: by leaf path
};

struct Timing {
    double ttft_ms = 0;
    double total_ms = 0;
};

// What is not known is absent.
struct TokensUsed {
    std::optional<int> prompt;
    std::optional<int> cached;  // of the prompt's, those not computed again
    std::optional<int> output;
    // Of the output's; where nobody counts them, by their length. Of a fresh answer: the store does
    // not keep it by Trial.
    std::optional<int> thinking = std::nullopt;
    bool operator==(const TokensUsed&) const = default;
};

struct Trial {
    std::string key;          // content key: request, recipe, case, grader version (SHA-256, hex)
    std::string request_key;  // model, engine build, rendered request, batch shape (SHA-256, hex)
    std::string system_hash;
    std::string case_id;
    std::string answer;  // what the engine returned: text, or label scores as JSON
    Grade grade;
    std::string failure_detail;
    std::optional<Timing>
        timing;  // only where the request was alone: probes and sequential engines
    TokensUsed tokens;
    bool recorded = false;
};

}  // namespace palier::core
