#include "serve/chat_answer.h"

#include "base/text.h"
#include "lib/json/json.h"

namespace palier::serve {
namespace {

using json::Object;
using json::Value;

Value usage_value(const Usage& usage) {
    if (!usage.prompt || !usage.output) {
        return {};
    }
    Value value = Object{{"prompt_tokens", *usage.prompt},
                         {"completion_tokens", *usage.output},
                         {"total_tokens", std::int64_t{*usage.prompt} + *usage.output}};
    if (usage.cached) {
        value.add("prompt_tokens_details", Object{{"cached_tokens", *usage.cached}});
    }
    if (usage.thinking) {
        value.add("completion_tokens_details", Object{{"reasoning_tokens", *usage.thinking}});
    }
    return value;
}

// What palier knows besides; null where it is nothing.
Value own_value(const Completion& completion) {
    if (!completion.confidence && completion.probabilities.empty()) {
        return {};
    }
    Value value = Object{{"confidence", completion.confidence}};
    if (!completion.probabilities.empty()) {
        Value list = json::Array{};
        for (const auto& [label, probability] : completion.probabilities) {
            list.push(Object{{"value", label}, {"probability", probability}});
        }
        value.add("probabilities", std::move(list));
    }
    return value;
}

Value head(const Stamp& stamp, const char* kind) {
    return Object{{"id", stamp.id},
                  {"object", kind},
                  {"created", stamp.created},
                  {"model", as_valid_utf8(stamp.model)}};
}

std::string event_of(const Value& value) {
    return "data: " + json::write(value) + "\n\n";
}

std::string event_with(const Stamp& stamp,
                       Object delta,
                       std::optional<std::string_view> finish,
                       bool with_usage,
                       Value own = {}) {
    Value value = head(stamp, "chat.completion.chunk");
    value.add("choices",
              json::Array{Object{{"index", 0},
                                 {"delta", std::move(delta)},
                                 {"logprobs", nullptr},
                                 {"finish_reason", finish}}});
    if (with_usage) {
        value.add("usage", nullptr);
    }
    if (!own.is_null()) {
        value.add("palier", std::move(own));
    }
    return event_of(value);
}

}  // namespace

std::string completion_body(const Stamp& stamp, const Completion& completion) {
    Value value = head(stamp, "chat.completion");
    value.add("choices",
              json::Array{Object{{"index", 0},
                                 {"message",
                                  Object{{"role", "assistant"},
                                         {"content", as_valid_utf8(completion.text)},
                                         {"refusal", nullptr}}},
                                 {"logprobs", nullptr},
                                 {"finish_reason", completion.finish}}});
    value.add("usage", usage_value(completion.usage));
    if (Value own = own_value(completion); !own.is_null()) {
        value.add("palier", std::move(own));
    }
    return json::write(value);
}

std::string first_event(const Stamp& stamp, bool with_usage) {
    return event_with(stamp, {{"role", "assistant"}, {"content", ""}}, std::nullopt, with_usage);
}

std::string text_event(const Stamp& stamp, std::string_view text, bool with_usage) {
    return event_with(stamp, {{"content", as_valid_utf8(text)}}, std::nullopt, with_usage);
}

std::string last_event(const Stamp& stamp, const Completion& completion, bool with_usage) {
    return event_with(stamp, {}, completion.finish, with_usage, own_value(completion));
}

std::string usage_event(const Stamp& stamp, const Usage& usage) {
    Value value = head(stamp, "chat.completion.chunk");
    value.add("choices", json::Array{});
    value.add("usage", usage_value(usage));
    return event_of(value);
}

std::string error_event(std::string_view body) {
    return "data: " + std::string(body) + "\n\n";
}

}  // namespace palier::serve
