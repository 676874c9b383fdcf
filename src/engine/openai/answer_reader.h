// Reads the body of a 200: a stream of chat.completion.chunk events, or one whole chat.completion
// from servers that do not stream. What is not known to be an answer is none.
#pragma once

#include "engine/openai/body_reader.h"
#include "engine/openai/sse.h"
#include "lib/json/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::engine::openai {

[[nodiscard]] Ended ended_by(std::string_view finish_reason);

class AnswerReader final : public BodyReader {
   public:
    [[nodiscard]] std::string feed(std::string_view bytes) override;
    // [DONE], an error or something unreadable came.
    [[nodiscard]] bool is_complete() const override { return done_ || broken_.has_value(); }
    [[nodiscard]] bool has_begun() const override {
        return !answer_.text.empty() || !answer_.thinking.empty() || !answer_.tool_calls.empty();
    }
    [[nodiscard]] std::variant<ReadAnswer, BrokenAnswer> result() override;
    [[nodiscard]] const TokensCounted& usage() const override { return answer_.usage; }

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
