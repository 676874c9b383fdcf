#include "engine/openai/answer_reader.h"

#include "base/text.h"

#include <algorithm>
#include <limits>

namespace palier::engine::openai {
namespace {

constexpr std::size_t k_longest_message = 300;

std::string one_line(std::string_view text) {
    std::string line(trim(text));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return shortened(line, k_longest_message);
}

std::optional<int> token_count(const json::Value& value) {
    const std::int64_t count = value.as_int(-1);
    return count >= 0 && count <= std::numeric_limits<int>::max()
               ? std::optional(static_cast<int>(count))
               : std::nullopt;
}

// Text of "content": a string, or a list of parts with a "text" each.
std::string text_of(const json::Value& content) {
    std::string text = content.as_string();
    for (const json::Value& part : content.as_array()) {
        text += part["text"].as_string();
    }
    return text;
}

std::string message_of(const json::Value& body) {
    const json::Value& error = body["error"];
    for (const json::Value* candidate :
         {&error["message"], &error, &body["message"], &body["detail"]}) {
        if (!candidate->as_string().empty()) {
            return one_line(candidate->as_string());
        }
    }
    for (const char* member : {"error", "detail"}) {
        if (const json::Value* value = body.find(member); value != nullptr && !value->is_null()) {
            return one_line(json::write(*value));
        }
    }
    return {};
}

bool is_error(const json::Value& body) {
    const json::Value* error = body.find("error");
    return error != nullptr && !error->is_null();
}

}  // namespace

std::string error_message_in(std::string_view body) {
    if (const std::optional<json::Value> value = json::parse_or_nothing(body)) {
        if (std::string message = message_of(*value); !message.empty()) {
            return message;
        }
    }
    return one_line(body);
}

std::string error_code_in(std::string_view body) {
    const std::optional<json::Value> value = json::parse_or_nothing(body);
    if (!value) {
        return {};
    }
    const json::Value& error = (*value)["error"];
    const std::string& code = error["code"].as_string();
    return code.empty() ? error["type"].as_string() : code;
}

std::string AnswerReader::feed(std::string_view bytes) {
    if (is_complete()) {
        return {};
    }
    if (!streamed_) {
        raw_ += bytes;
    }
    const std::size_t known = answer_.text.size();
    for (const std::string& data : sse_.feed(bytes)) {
        if (!is_complete()) {
            read_event(data);
        }
    }
    return answer_.text.substr(known);
}

void AnswerReader::read_event(const std::string& data) {
    streamed_ = true;
    raw_.clear();
    if (trim(data) == "[DONE]") {
        done_ = true;
        return;
    }
    const std::optional<json::Value> event = json::parse_or_nothing(data);
    if (!event || !event->is_object()) {
        broken_ = {BrokenAnswer::How::NotUnderstood,
                   "an event of the stream is no JSON object: " + one_line(shortened(data, 80))};
        return;
    }
    if (is_error(*event)) {
        broken_ = {BrokenAnswer::How::ErrorMessage, message_of(*event)};
        return;
    }
    read_usage(*event);
    for (const json::Value& choice : (*event)["choices"].as_array()) {
        read_choice(choice, "delta");
    }
}

void AnswerReader::read_choice(const json::Value& choice, std::string_view content_member) {
    if (choice["index"].as_int(0) != 0) {
        return;
    }
    const json::Value& message = choice[content_member];
    answer_.text += text_of(message["content"]);
    answer_.refusal += message["refusal"].as_string();
    if (const std::string& reason = choice["finish_reason"].as_string(); !reason.empty()) {
        answer_.finish_reason = reason;
    }
}

void AnswerReader::read_usage(const json::Value& object) {
    const json::Value& usage = object["usage"];
    if (!usage.is_object()) {
        return;
    }
    answer_.prompt_tokens = token_count(usage["prompt_tokens"]);
    answer_.output_tokens = token_count(usage["completion_tokens"]);
    const json::Value& details = usage["prompt_tokens_details"];
    answer_.cached_tokens = token_count(details["cached_tokens"]);
    if (!details.is_object()) {
        answer_.cached_tokens = token_count(object["timings"]["cache_n"]);
    }
    if (answer_.cached_tokens > answer_.prompt_tokens) {  // nullopt is less than any number
        answer_.cached_tokens = answer_.prompt_tokens;
    }
}

void AnswerReader::read_whole() {
    const std::optional<json::Value> whole = json::parse_or_nothing(trim(raw_));
    if (!whole) {
        const bool cut = trim(raw_).starts_with("{") || trim(raw_).empty();
        broken_ = cut ? BrokenAnswer{BrokenAnswer::How::CutOff, "the answer's JSON is cut off"}
                      : BrokenAnswer{BrokenAnswer::How::NotUnderstood,
                                     "neither events nor JSON: " + one_line(shortened(raw_, 80))};
        return;
    }
    if (is_error(*whole)) {
        broken_ = {BrokenAnswer::How::ErrorMessage, message_of(*whole)};
        return;
    }
    const json::Array& choices = (*whole)["choices"].as_array();
    if (choices.empty()) {
        broken_ = {BrokenAnswer::How::NotUnderstood,
                   "a JSON without \"choices\": " + one_line(shortened(raw_, 80))};
        return;
    }
    read_usage(*whole);
    for (const json::Value& choice : choices) {
        read_choice(choice, "message");
    }
    done_ = true;
}

std::variant<ReadAnswer, BrokenAnswer> AnswerReader::result() {
    if (!streamed_ && !is_complete()) {
        read_whole();
    }
    if (broken_) {
        return *broken_;
    }
    // Some servers leave [DONE] out; the reason of the end is as good.
    if (!done_ && answer_.finish_reason.empty()) {
        return BrokenAnswer{BrokenAnswer::How::CutOff, "the stream ended before the answer did"};
    }
    return answer_;
}

}  // namespace palier::engine::openai
