// BodyReader: what makes an answer of the body of a 200. What is not known to be an answer is none.
#pragma once

#include "engine/engine.h"
#include "engine/openai/usage.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::engine::openai {

// How an answer ended, by what servers write there: OpenAI, llama.cpp, vLLM, Ollama, TGI, Mistral,
// and those that pass on what Anthropic, Google or Cohere say; upper and lower case.
enum class Ended {
    NotSaid,
    Well,      // "stop", "eos_token", "end_turn"...
    AtLength,  // "length", "max_tokens"...
    ToCall,    // "tool_calls", "function_call"...
    Filtered,  // "content_filter", "safety"...
    Unknown    // any other word: an error, or something that nobody here knows
};

struct ReadAnswer {
    std::string text;
    std::string thinking;  // "reasoning_content", "reasoning", or parts of the content so named
    std::string refusal;   // what the model says instead of an answer
    std::vector<ToolCall> tool_calls;
    std::vector<LabelScore> scores;     // of a decision: one per label
    std::optional<std::size_t> chosen;  // of a decision: the label's place
    std::string finish_reason;          // as written; "" = not said
    Ended ended = Ended::NotSaid;
    TokensCounted usage;
};

// Why a body is no whole answer.
struct BrokenAnswer {
    enum class How { ErrorMessage, CutOff, NotUnderstood } how = How::CutOff;
    std::string detail;     // one line for people
    std::string complaint;  // ErrorMessage: all that the error says, as complaint_in
};

// Any bytes are accepted. Not thread-safe.
class BodyReader {
   public:
    virtual ~BodyReader() = default;

    // The visible text that these bytes add; "" = none.
    [[nodiscard]] virtual std::string feed(std::string_view bytes) = 0;
    // Nothing that follows can change the result.
    [[nodiscard]] virtual bool is_complete() const = 0;
    // Something of an answer has come, be it a thought.
    [[nodiscard]] virtual bool has_begun() const = 0;
    // The result, once the body has ended or is complete.
    [[nodiscard]] virtual std::variant<ReadAnswer, BrokenAnswer> result() = 0;
    // What the endpoint has counted so far, whole answer or not.
    [[nodiscard]] virtual const TokensCounted& usage() const = 0;
};

}  // namespace palier::engine::openai
