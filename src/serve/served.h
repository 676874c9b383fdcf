// Served: what answers under one name - a plain model, or a System of a run. Questions go in, what
// is said comes out by take(); nothing here waits.
#pragma once

#include "core/answer.h"
#include "engine/engine.h"
#include "serve/chat_answer.h"
#include "serve/chat_request.h"
#include "serve/json_body.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace palier::serve {

struct Said {
    std::uint64_t ticket = 0;
    // More of the text; or the end, which comes once: the whole answer, or why there is none.
    std::variant<std::string, Completion, Refusal> what;
    [[nodiscard]] bool is_last() const { return !std::holds_alternative<std::string>(what); }
};

// Not thread-safe.
class Served {
   public:
    virtual ~Served() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    // What of a request cannot be done here.
    [[nodiscard]] virtual Complaint refusal_of(const ChatRequest& request) const = 0;
    // Of a request that is not refused. `ticket` is used for no other one under way. A complaint:
    // it was not begun, and nothing will be said to it.
    [[nodiscard]] virtual Complaint ask(std::uint64_t ticket, const ChatRequest& request) = 0;
    // Its end comes soon, whatever it is by then.
    virtual void cancel(std::uint64_t ticket) = 0;
    [[nodiscard]] virtual std::vector<Said> take() = 0;
};

// From the asking to the end of an answer; guards against a hang.
inline constexpr Nanoseconds k_longest_answer = std::chrono::minutes(10);

// Of an answer that is one: its text is `text`, its finish and tokens are as they were.
[[nodiscard]] Completion completion_of(std::string text, const core::Answer& answer);
// Of a model that ended without an answer.
[[nodiscard]] Refusal refusal_for(const std::string& model,
                                  engine::FailureKind kind,
                                  const std::string& detail);
// "needs 5000 tokens, the context has 4096" has both numbers (engine::FailureKind).
[[nodiscard]] Refusal context_refusal(const std::string& detail);

}  // namespace palier::serve
