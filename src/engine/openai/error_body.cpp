#include "engine/openai/error_body.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace palier::engine::openai {
namespace {

constexpr std::size_t k_longest_message = 300;

std::string one_line(std::string_view text) {
    return shortened(as_one_line(trim(text)), k_longest_message);
}

// {"error": null}, false, 0, "", {} and [] say that all is well.
bool is_something(const json::Value& value) {
    if (value.is_object() || value.is_array()) {
        return !value.as_object().empty() || !value.as_array().empty();
    }
    return !value.as_string().empty() || value.as_bool() || value.as_double() != 0;
}

void gather_texts(const json::Value& value, std::string& out) {
    constexpr std::array<std::string_view, 6> k_repeats_request{
        "input", "prompt", "messages", "body", "request", "content"};
    if (value.is_string()) {
        out += value.as_string() + "\n";
    }
    for (const json::Value& element : value.as_array()) {
        gather_texts(element, out);
    }
    for (const auto& [name, member] : value.as_object()) {
        if (std::find(k_repeats_request.begin(), k_repeats_request.end(), name) ==
            k_repeats_request.end()) {
            gather_texts(member, out);
        }
    }
}

}  // namespace

bool is_error(const json::Value& body) {
    return is_something(body["error"]) || is_something(body["errors"]) ||
           body["object"].as_string() == "error" || body["type"].as_string() == "error" ||
           body["status"].as_string() == "error" || !body["success"].as_bool(true);
}

std::string message_in(const json::Value& body) {
    const json::Value& error = body["error"];
    const json::Array& errors = body["errors"].as_array();
    const json::Value first = errors.empty() ? json::Value() : errors.front();
    for (const json::Value* candidate : {&error["message"],
                                         &error["msg"],
                                         &error["detail"],
                                         &error,
                                         &body["message"],
                                         &body["msg"],
                                         &body["error_msg"],
                                         &body["detail"],
                                         &body["reason"],
                                         &first["message"],
                                         &first}) {
        if (!trim(candidate->as_string()).empty()) {
            return one_line(candidate->as_string());
        }
    }
    for (const char* member : {"error", "errors", "detail"}) {
        if (const json::Value& value = body[member]; is_something(value)) {
            return one_line(json::write(value));
        }
    }
    return {};
}

std::string error_message_in(std::string_view body) {
    if (const auto value = json::parse_or_nothing(as_valid_utf8(body))) {
        if (std::string message = message_in(*value); !message.empty()) {
            return message;
        }
    }
    return one_line(body);
}

std::string error_code_in(std::string_view body) {
    const auto value = json::parse_or_nothing(as_valid_utf8(body));
    if (!value) {
        return {};
    }
    for (const json::Value* at : {&(*value)["error"], &*value}) {
        for (const char* member : {"code", "type"}) {
            const json::Value& code = (*at)[member];
            if (code.is_string() && !code.as_string().empty()) {
                return code.as_string();
            }
            if (code.is_number()) {
                return json::write(code);
            }
        }
    }
    return {};
}

std::string complaint_in(std::string_view body) {
    const auto value = json::parse_or_nothing(as_valid_utf8(body));
    if (!value) {
        return std::string(body);
    }
    std::string texts;
    gather_texts(*value, texts);
    return texts;
}

std::string excerpt_of(const json::Value& value) {
    constexpr std::size_t k_long = 200;
    return shortened(as_one_line(json::write(value)), k_long);
}

}  // namespace palier::engine::openai
