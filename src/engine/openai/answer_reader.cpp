#include "engine/openai/answer_reader.h"

#include "base/text.h"
#include "engine/openai/error_body.h"

#include <algorithm>
#include <array>

namespace palier::engine::openai {
namespace {

std::string beginning_of(std::string_view text) {
    constexpr std::size_t k_long = 80;
    return as_one_line(trim(shortened(text, k_long)));
}

// A string, or the texts of a list of strings and of objects with a "text".
std::string text_of(const json::Value& value) {
    std::string text = value.as_string();
    for (const json::Value& part : value.as_array()) {
        text += part.is_string() ? part.as_string() : part["text"].as_string();
    }
    return text;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Ended ended_by(std::string_view finish_reason) {
    const std::string word = to_lower(finish_reason);
    // DashScope writes "null" until the end has come.
    if (is_one_of(word, {"", "null", "none"})) {
        return Ended::NotSaid;
    }
    if (is_one_of(word,
                  {"stop",
                   "eos",
                   "eos_token",
                   "stop_sequence",
                   "stop_token",
                   "end_turn",
                   "end",
                   "complete",
                   "completed"})) {
        return Ended::Well;
    }
    if (is_one_of(word,
                  {"length",
                   "max_tokens",
                   "max_length",
                   "max_output_tokens",
                   "model_length",
                   "token_limit"})) {
        return Ended::AtLength;
    }
    if (is_one_of(word, {"tool_calls", "tool_call", "tool_use", "function_call"})) {
        return Ended::ToCall;
    }
    if (is_one_of(word,
                  {"content_filter",
                   "content_filtered",
                   "safety",
                   "recitation",
                   "blocklist",
                   "prohibited_content",
                   "spii",
                   "sensitive",
                   "refusal",
                   "guardrail_intervened"})) {
        return Ended::Filtered;
    }
    return Ended::Unknown;
}

std::string AnswerReader::feed(std::string_view bytes) {
    if (is_complete()) {
        return {};
    }
    if (!streamed_) {
        raw_ += bytes;
    }
    const std::size_t known = answer_.text.size();
    for (const SseEvent& event : sse_.feed(bytes)) {
        if (!is_complete()) {
            read_event(event);
        }
    }
    return answer_.text.substr(known);
}

void AnswerReader::read_event(const SseEvent& event) {
    if (event.kind == SseEvent::Kind::Line) {
        // One whole JSON begins so too; in a stream it can only say what went wrong.
        const auto object = streamed_ ? json::parse_or_nothing(as_valid_utf8(event.text))
                                      : std::optional<json::Value>();
        if (object && is_error(*object)) {
            take_error(*object);
        }
        return;
    }
    streamed_ = true;
    raw_.clear();
    if (event.kind == SseEvent::Kind::Error) {
        const auto object = json::parse_or_nothing(as_valid_utf8(event.text));
        if (object && object->is_object()) {
            take_error(*object);
        } else {
            take_error(json::Object{{"error", as_one_line(event.text)}});
        }
        return;
    }
    read_data(event.text);
}

void AnswerReader::read_data(const std::string& data) {
    if (trim(data) == "[DONE]") {
        done_ = true;
        return;
    }
    const auto event = json::parse_or_nothing(as_valid_utf8(data));
    if (!event || !event->is_object()) {
        break_off(BrokenAnswer::How::NotUnderstood,
                  "an event of the stream is no JSON object: " + beginning_of(data));
        return;
    }
    read_object(*event, "delta");
}

void AnswerReader::read_object(const json::Value& object, std::string_view content_member) {
    read_usage(object);  // an error may have been counted too
    if (is_error(object)) {
        take_error(object);
        return;
    }
    if (!object["choices"].is_array() && !object["usage"].is_object()) {
        not_understood_ = excerpt_of(object);
    }
    for (const json::Value& choice : object["choices"].as_array()) {
        if (choice["index"].as_int(0) == 0 && !broken_) {
            read_choice(choice, content_member);
        }
    }
}

void AnswerReader::read_choice(const json::Value& choice, std::string_view content_member) {
    const json::Value& message = choice[content_member];
    if (is_error(choice) || is_error(message)) {
        take_error(is_error(choice) ? choice : message);
        return;
    }
    const json::Value& reason = choice["finish_reason"];
    const std::string word =
        reason.is_string() || reason.is_null() ? reason.as_string() : json::write(reason);
    const Ended ended = ended_by(word);
    if (ended != Ended::NotSaid && answer_.ended != Ended::Unknown) {
        answer_.finish_reason = word;
        answer_.ended = ended;
    }
    if (!message.is_object()) {
        // The last chunk of some servers has a reason and nothing else.
        const bool only_ends = content_member == "delta" && ended != Ended::NotSaid &&
                               choice["message"].is_null() && choice["text"].is_null();
        if (!only_ends) {
            break_off(BrokenAnswer::How::NotUnderstood,
                      "a choice without a \"" + std::string(content_member) +
                          "\": " + excerpt_of(choice));
            return;
        }
    }
    has_choice_ = true;
    read_message(message);
}

void AnswerReader::read_message(const json::Value& message) {
    read_content(message["content"]);
    // Some servers give the same thought under two names.
    for (const char* member : {"reasoning_content", "reasoning", "thinking"}) {
        if (const std::string thought = text_of(message[member]); !thought.empty()) {
            answer_.thinking += thought;
            break;
        }
    }
    answer_.refusal += message["refusal"].as_string();
    read_tool_calls(message);
}

void AnswerReader::read_content(const json::Value& content) {
    if (!content.is_null() && !content.is_string() && !content.is_array()) {
        break_off(BrokenAnswer::How::NotUnderstood,
                  "a content that is no text: " + excerpt_of(content));
        return;
    }
    answer_.text += content.as_string();
    for (const json::Value& part : content.as_array()) {
        const std::string& type = part["type"].as_string();
        if (part.is_string()) {
            answer_.text += part.as_string();
        } else if (type == "thinking" || type == "reasoning") {
            answer_.thinking += text_of(part["thinking"]) + text_of(part["text"]);
        } else if (type == "refusal") {
            answer_.refusal += part["refusal"].as_string();
        } else {
            answer_.text += part["text"].as_string();
        }
    }
}

// A stream gives a call in parts, told apart by their index.
void AnswerReader::read_tool_calls(const json::Value& message) {
    constexpr std::int64_t k_most_calls = 128;
    const auto add = [this](std::int64_t index, const std::string& id, const json::Value& part) {
        if (index < 0 || index >= k_most_calls) {
            return;
        }
        const auto place = static_cast<std::size_t>(index);
        if (answer_.tool_calls.size() <= place) {
            answer_.tool_calls.resize(place + 1);
        }
        ToolCall& call = answer_.tool_calls[place];
        call.id += id;
        call.name += part["name"].as_string();
        const json::Value& arguments = part["arguments"];
        call.arguments += arguments.is_object() ? json::write(arguments) : arguments.as_string();
    };
    std::int64_t next = 0;
    for (const json::Value& call : message["tool_calls"].as_array()) {
        add(call["index"].as_int(next), call["id"].as_string(), call["function"]);
        ++next;
    }
    if (message["function_call"].is_object()) {
        add(0, "", message["function_call"]);
    }
}

void AnswerReader::read_usage(const json::Value& object) {
    if (const auto counted = tokens_counted_in(object)) {
        answer_.usage = *counted;
    }
}

void AnswerReader::read_whole() {
    const auto whole = json::parse_or_nothing(as_valid_utf8(trim(raw_)));
    if (!whole) {
        const bool cut = trim(raw_).starts_with("{") || trim(raw_).empty();
        break_off(cut ? BrokenAnswer::How::CutOff : BrokenAnswer::How::NotUnderstood,
                  cut ? "the answer's JSON is cut off"
                      : "neither events nor JSON: " + beginning_of(raw_));
        return;
    }
    read_object(*whole, "message");
    done_ = true;
}

void AnswerReader::take_error(const json::Value& object) {
    std::string message = message_in(object);
    broken_ = {BrokenAnswer::How::ErrorMessage,
               message.empty() ? excerpt_of(object) : std::move(message),
               complaint_in(json::write(object))};
}

void AnswerReader::break_off(BrokenAnswer::How how, std::string detail) {
    broken_ = {how, std::move(detail), ""};
}

std::variant<ReadAnswer, BrokenAnswer> AnswerReader::result() {
    using How = BrokenAnswer::How;
    if (!is_complete() && streamed_) {
        for (const SseEvent& event : sse_.rest()) {
            const auto object = json::parse_or_nothing(as_valid_utf8(event.text));
            const bool ends = trim(event.text) == "[DONE]" || (object && is_error(*object));
            if (!is_complete() && (ends || event.kind == SseEvent::Kind::Error)) {
                read_event(event);
            }
        }
    }
    if (!streamed_ && !is_complete()) {
        read_whole();
    }
    if (broken_) {
        return *broken_;
    }
    if (answer_.ended == Ended::Unknown) {
        return BrokenAnswer{How::ErrorMessage,
                            "the answer broke off with finish_reason \"" +
                                beginning_of(answer_.finish_reason) + "\"",
                            ""};
    }
    // Some servers leave [DONE] out; the reason of the end is as good.
    if (!done_ && answer_.ended == Ended::NotSaid) {
        return BrokenAnswer{How::CutOff, "the stream ended before the answer did", ""};
    }
    const bool says_nothing = !has_begun() && answer_.refusal.empty();
    const bool doubtful = answer_.ended == Ended::NotSaid || says_nothing;
    if (!has_choice_ || (doubtful && !not_understood_.empty()) ||
        (says_nothing && answer_.ended == Ended::NotSaid)) {
        return BrokenAnswer{How::NotUnderstood,
                            not_understood_.empty() ? "there is no answer in it"
                                                    : "no answer, but " + not_understood_,
                            ""};
    }
    return answer_;
}

}  // namespace palier::engine::openai
