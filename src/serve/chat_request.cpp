#include "serve/chat_request.h"

#include "lib/json/pointer.h"
#include "report/phrases.h"
#include "serve/json_body.h"

#include <algorithm>
#include <array>
#include <limits>

namespace palier::serve {
namespace {

namespace say = report::say;
using json::Value;

constexpr std::string_view k_example =
    R"({"model": "...", "messages": [{"role": "user", "content": "..."}]})";
constexpr std::size_t k_most_stops = 16;

Complaint take_number(const Value& value,
                      const std::string& at,
                      double low,
                      double high,
                      std::optional<double>& out) {
    if (!value.is_number()) {
        return wrong(at, "is no number");
    }
    const double number = value.as_double();
    if (!(number >= low && number <= high)) {
        return out_of_range(at, json::write(low), json::write(high));
    }
    out = number;
    return std::nullopt;
}

Complaint take_count(const Value& value,
                     const std::string& at,
                     int least,
                     std::optional<int>& out) {
    constexpr int k_most = std::numeric_limits<int>::max();
    if (!value.is_int()) {
        return wrong(at, "is no whole number");
    }
    if (value.as_int() < least || value.as_int() > k_most) {
        return out_of_range(at, std::to_string(least), std::to_string(k_most));
    }
    out = static_cast<int>(value.as_int());
    return std::nullopt;
}

// `take`s each member of a list, up to the first that is refused.
template <class Take>
Complaint take_each(const Value& list, const std::string& at, const Take& take) {
    for (std::size_t i = 0; i < list.as_array().size(); ++i) {
        if (Complaint complaint =
                take(list.as_array()[i], json::pointer_to(at, std::to_string(i)))) {
            return complaint;
        }
    }
    return std::nullopt;
}

Complaint take_part(const Value& part, const std::string& at, std::string& out) {
    const std::string& kind = part["type"].as_string();
    if (kind.empty()) {
        return missing(at + "/type");
    }
    if (kind != "text") {
        return Refusal{
            400, "unsupported_content", say::only_text, {{"param", at}, {"kind", kind}}, at};
    }
    std::string text;
    if (Complaint wrong_text = take_text(part["text"], at + "/text", text)) {
        return wrong_text;
    }
    out += text;
    return std::nullopt;
}

// A text, or a list of parts that are.
Complaint take_content(const Value& content, const std::string& at, std::string& out) {
    if (content.is_string()) {
        out = content.as_string();
        return std::nullopt;
    }
    if (!content.is_array()) {
        return content.is_null() ? missing(at) : wrong(at, "is no text");
    }
    return take_each(content, at, [&](const Value& part, const std::string& where) {
        return take_part(part, where, out);
    });
}

bool is_nothing(const Value& value) {
    return value.is_null() || (value.is_array() && value.as_array().empty()) ||
           (value.is_string() && value.as_string().empty()) ||
           (value.is_object() && value.as_object().empty());
}

Complaint take_message(const Value& message, const std::string& at, engine::Message& out) {
    if (!message.is_object()) {
        return wrong(at, "is no object");
    }
    for (const auto& [name, value] : message.as_object()) {
        // What servers say of their own answers, and clients send back, is read where it is empty.
        if (name != "role" && name != "content" && !is_nothing(value)) {
            return unsupported(json::pointer_to(at, name));
        }
    }
    const std::string where = at + "/role";
    if (message["role"].is_null()) {
        return missing(where);
    }
    if (Complaint complaint = take_text(message["role"], where, out.role)) {
        return complaint;
    }
    if (out.role == "developer") {
        out.role = "system";
    }
    if (out.role != "system" && out.role != "user" && out.role != "assistant") {
        return unsupported(where);
    }
    return take_content(message["content"], at + "/content", out.content);
}

Complaint take_messages(const Value& value, const std::string& at, ChatRequest& out) {
    if (!value.is_array()) {
        return wrong(at, "is no list");
    }
    if (value.as_array().empty()) {
        return wrong(at, "is empty");
    }
    return take_each(value, at, [&](const Value& message, const std::string& where) {
        return take_message(message, where, out.messages.emplace_back());
    });
}

Complaint take_model(const Value& value, const std::string& at, ChatRequest& out) {
    return take_text(value, at, out.model);
}

Complaint take_temperature(const Value& value, const std::string& at, ChatRequest& out) {
    return take_number(value, at, 0, 2, out.temperature);
}

Complaint take_top_p(const Value& value, const std::string& at, ChatRequest& out) {
    Complaint complaint = take_number(value, at, 0, 1, out.top_p);
    return !complaint && out.top_p == 0 ? out_of_range(at, "0.01", "1") : complaint;
}

Complaint take_top_k(const Value& value, const std::string& at, ChatRequest& out) {
    return take_count(value, at, 0, out.top_k);
}

Complaint take_seed(const Value& value, const std::string& at, ChatRequest& out) {
    if (!value.is_int()) {
        return wrong(at, "is no whole number");
    }
    out.seed = static_cast<std::uint64_t>(value.as_int());
    return std::nullopt;
}

Complaint take_limit(const Value& value, const std::string& at, ChatRequest& out) {
    const std::optional<int> earlier = out.max_tokens;
    if (Complaint complaint = take_count(value, at, 1, out.max_tokens)) {
        return complaint;
    }
    if (earlier && earlier != out.max_tokens) {
        return Refusal{400,
                       "invalid_value",
                       say::two_limits,
                       {{"param", at}, {"other", std::string(out.max_tokens_at)}},
                       at};
    }
    out.max_tokens_at = at == "/max_tokens" ? "/max_tokens" : "/max_completion_tokens";
    return std::nullopt;
}

Complaint take_one_stop(const Value& value, const std::string& at, ChatRequest& out) {
    std::string text;
    if (Complaint complaint = take_text(value, at, text)) {
        return complaint;
    }
    if (text.empty()) {
        return wrong(at, "is empty");
    }
    out.stop.push_back(std::move(text));
    return std::nullopt;
}

Complaint take_stop(const Value& value, const std::string& at, ChatRequest& out) {
    if (!value.is_array()) {
        return take_one_stop(value, at, out);
    }
    if (value.as_array().size() > k_most_stops) {
        return out_of_range(at, "0", std::to_string(k_most_stops));
    }
    return take_each(value, at, [&](const Value& text, const std::string& where) {
        return take_one_stop(text, where, out);
    });
}

Complaint take_context(const Value& value, const std::string& at, ChatRequest& out) {
    return take_text(value, at, out.context);
}

Complaint take_stream(const Value& value, const std::string& at, ChatRequest& out) {
    return take_flag(value, at, out.stream);
}

Complaint take_stream_options(const Value& value, const std::string& at, ChatRequest& out) {
    if (!value.is_object()) {
        return wrong(at, "is no object");
    }
    for (const auto& [name, option] : value.as_object()) {
        const std::string where = json::pointer_to(at, name);
        if (option.is_null()) {
            continue;
        }
        if (name == "include_usage") {
            if (Complaint complaint = take_flag(option, where, out.include_usage)) {
                return complaint;
            }
        } else if (name != "include_obfuscation") {  // pads events and says nothing
            return unsupported(where);
        }
    }
    return std::nullopt;
}

// The schema itself, or in the envelope that OpenAI has around it.
Complaint take_schema(const Value& value, const std::string& at, ChatRequest& out) {
    if (!value.is_object()) {
        return value.is_null() ? missing(at) : wrong(at, "is no object");
    }
    for (const auto& [name, member] : value.as_object()) {
        const bool known =
            name == "name" || name == "description" || name == "strict" || name == "schema";
        if (!known && !member.is_null()) {
            return unsupported(json::pointer_to(at, name));
        }
    }
    if (!value["schema"].is_object()) {
        return value["schema"].is_null() ? missing(at + "/schema")
                                         : wrong(at + "/schema", "is no object");
    }
    out.schema = json::write(value["schema"]);
    return std::nullopt;
}

Complaint take_response_format(const Value& value, const std::string& at, ChatRequest& out) {
    const std::string& type = value["type"].as_string();
    if (type == "text") {
        return std::nullopt;
    }
    if (type == "json_object") {
        out.schema = R"({"type":"object"})";
        return std::nullopt;
    }
    if (type == "json_schema") {
        return take_schema(value["json_schema"], at + "/json_schema", out);
    }
    return type.empty() ? missing(at + "/type") : unsupported(at + "/type");
}

struct Parameter {
    std::string_view name;
    Complaint (*take)(const Value&, const std::string&, ChatRequest&);
};
constexpr std::array k_taken{
    Parameter{"model", take_model},
    Parameter{"messages", take_messages},
    Parameter{"temperature", take_temperature},
    Parameter{"top_p", take_top_p},
    Parameter{"top_k", take_top_k},
    Parameter{"seed", take_seed},
    Parameter{"max_tokens", take_limit},
    Parameter{"max_completion_tokens", take_limit},
    Parameter{"stop", take_stop},
    Parameter{"context", take_context},
    Parameter{"stream", take_stream},
    Parameter{"stream_options", take_stream_options},
    Parameter{"response_format", take_response_format},
};

bool anything(const Value&) {
    return true;
}
bool zero(const Value& value) {
    return value == Value(0);
}
bool one(const Value& value) {
    return value == Value(1);
}
bool no(const Value& value) {
    return value == Value(false);
}
bool not_forced(const Value& value) {
    return value == Value("auto") || value == Value("none");
}
bool usual(const Value& value) {
    return value == Value("auto") || value == Value("default");
}
bool only_text_out(const Value& value) {
    return value == Value(json::Array{"text"});
}
bool medium(const Value& value) {
    return value == Value("medium");
}

// What is not supported, and the values at which it changes nothing.
struct Neutral {
    std::string_view name;
    bool (*changes_nothing)(const Value&);
};
constexpr std::array k_neutral{
    Neutral{"n", one},
    Neutral{"frequency_penalty", zero},
    Neutral{"presence_penalty", zero},
    Neutral{"repetition_penalty", one},
    Neutral{"min_p", zero},
    Neutral{"logit_bias", is_nothing},
    Neutral{"logprobs", no},
    Neutral{"top_logprobs", zero},
    Neutral{"tools", is_nothing},
    Neutral{"tool_choice", not_forced},
    Neutral{"parallel_tool_calls", anything},
    Neutral{"functions", is_nothing},
    Neutral{"function_call", not_forced},
    Neutral{"modalities", only_text_out},
    Neutral{"audio", is_nothing},
    Neutral{"prediction", is_nothing},
    Neutral{"web_search_options", is_nothing},
    Neutral{"reasoning_effort", is_nothing},
    Neutral{"verbosity", medium},
    Neutral{"service_tier", usual},
    Neutral{"store", no},
    Neutral{"user", anything},
    Neutral{"metadata", anything},
    Neutral{"safety_identifier", anything},
    Neutral{"prompt_cache_key", anything},
    Neutral{"prompt_cache_retention", anything},
};

Complaint take_member(const std::string& name, const Value& value, ChatRequest& out) {
    const std::string at = json::pointer_to("", name);
    const auto taken = std::ranges::find(k_taken, name, &Parameter::name);
    const auto neutral = std::ranges::find(k_neutral, name, &Neutral::name);
    if (taken == k_taken.end() && neutral == k_neutral.end()) {
        std::vector<std::string> known;
        known.reserve(k_taken.size());
        for (const Parameter& parameter : k_taken) {
            known.emplace_back(parameter.name);
        }
        return unknown(at, name, known);
    }
    if (value.is_null()) {  // not stated
        return std::nullopt;
    }
    if (taken != k_taken.end()) {
        return taken->take(value, at, out);
    }
    return neutral->changes_nothing(value) ? std::nullopt : Complaint(unsupported(at));
}

}  // namespace

std::variant<ChatRequest, Refusal> read_chat_request(std::string_view body) {
    const auto read = object_in(body, k_example);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        return *refusal;
    }
    ChatRequest request;
    const auto& value = std::get<Value>(read);
    for (const auto& [name, member] : value.as_object()) {
        if (Complaint complaint = take_member(name, member, request)) {
            return *std::move(complaint);
        }
    }
    if (request.model.empty()) {
        return missing("/model");
    }
    if (request.messages.empty()) {
        return missing("/messages");
    }
    if (!request.stream && request.include_usage) {
        return Refusal{400,
                       "invalid_value",
                       say::only_with,
                       {{"param", "/stream_options"}, {"other", "\"stream\": true"}},
                       "/stream_options"};
    }
    return request;
}

}  // namespace palier::serve
