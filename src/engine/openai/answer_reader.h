// Reads the body of a 200: a stream of chat.completion.chunk events, or one whole chat.completion
// from servers that do not stream.
#pragma once

#include "engine/openai/sse.h"
#include "lib/json/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::engine::openai {

struct ReadAnswer {
    std::string text;
    std::string finish_reason;  // "stop", "length", "content_filter"...; "" = not said
    std::string refusal;        // what the model says instead of an answer
    // As the endpoint counts; what it does not say, or says strangely, is absent.
    std::optional<int> prompt_tokens;
    std::optional<int> cached_tokens;
    std::optional<int> output_tokens;
};

// Why a body is no whole answer.
struct BrokenAnswer {
    enum class How { ErrorMessage, CutOff, NotUnderstood } how = How::CutOff;
    std::string detail;  // one line for people
};

// Any bytes are accepted. Not thread-safe.
class AnswerReader {
   public:
    // The visible text that these bytes add; "" = none.
    [[nodiscard]] std::string feed(std::string_view bytes);

    // Nothing that follows can change the result: [DONE], an error or something unreadable came.
    [[nodiscard]] bool is_complete() const { return done_ || broken_.has_value(); }
    // The result, once the body has ended or is complete.
    [[nodiscard]] std::variant<ReadAnswer, BrokenAnswer> result();

   private:
    void read_event(const std::string& data);
    void read_usage(const json::Value& object);
    void read_choice(const json::Value& choice, std::string_view content_member);
    void read_whole();

    SseParser sse_;
    ReadAnswer answer_;
    std::optional<BrokenAnswer> broken_;
    bool done_ = false;
    bool streamed_ = false;  // an event came
    std::string raw_;        // until the first event: perhaps one whole JSON
};

// What an error body says: the message of {"error": {"message"}}, {"error"}, {"detail"} or
// {"message"}, else the beginning of the text; one line.
[[nodiscard]] std::string error_message_in(std::string_view body);
// The error's "code" or "type", where it has one.
[[nodiscard]] std::string error_code_in(std::string_view body);

}  // namespace palier::engine::openai
