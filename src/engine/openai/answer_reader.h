// Reads the body of a 200: a stream of chat.completion.chunk events, or one whole chat.completion
// from servers that do not stream. What is not known to be an answer is none.
#pragma once

#include "engine/engine.h"
#include "engine/openai/sse.h"
#include "lib/json/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::engine::openai {

// As the endpoint counts; what it does not say, or says strangely, is absent.
struct TokensCounted {
    std::optional<int> prompt_tokens;
    std::optional<int> cached_tokens;    // of the prompt's
    std::optional<int> output_tokens;    // those of thinking included
    std::optional<int> thinking_tokens;  // of the output's
};

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
[[nodiscard]] Ended ended_by(std::string_view finish_reason);

struct ReadAnswer {
    std::string text;
    std::string thinking;  // "reasoning_content", "reasoning", or parts of the content so named
    std::string refusal;   // what the model says instead of an answer
    std::vector<ToolCall> tool_calls;
    std::string finish_reason;  // as written; "" = not said
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
class AnswerReader {
   public:
    // The visible text that these bytes add; "" = none.
    [[nodiscard]] std::string feed(std::string_view bytes);

    // Nothing that follows can change the result: [DONE], an error or something unreadable came.
    [[nodiscard]] bool is_complete() const { return done_ || broken_.has_value(); }
    // Something of an answer has come, be it a thought.
    [[nodiscard]] bool has_begun() const {
        return !answer_.text.empty() || !answer_.thinking.empty() || !answer_.tool_calls.empty();
    }
    // The result, once the body has ended or is complete.
    [[nodiscard]] std::variant<ReadAnswer, BrokenAnswer> result();
    // What the endpoint has counted so far, whole answer or not.
    [[nodiscard]] const TokensCounted& usage() const { return answer_.usage; }

   private:
    void read_event(const SseEvent& event);
    void read_data(const std::string& data);
    void read_object(const json::Value& object, std::string_view content_member);
    void read_usage(const json::Value& object);
    void read_choice(const json::Value& choice, std::string_view content_member);
    void read_message(const json::Value& message);
    void read_content(const json::Value& content);
    void read_tool_calls(const json::Value& message);
    void read_whole();
    void take_error(const json::Value& object);
    void break_off(BrokenAnswer::How how, std::string detail);

    SseParser sse_;
    ReadAnswer answer_;
    std::optional<BrokenAnswer> broken_;
    bool done_ = false;
    bool streamed_ = false;       // an event came
    bool has_choice_ = false;     // something that was an answer's, be it without a text
    std::string not_understood_;  // the last event that was nothing known
    std::string raw_;             // until the first event: perhaps one whole JSON
};

}  // namespace palier::engine::openai
