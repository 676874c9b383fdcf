#include "answer/calls.h"

#include "answer/thinking.h"

#include <optional>
#include <utility>

namespace palier::answer {
namespace {

constexpr int k_attempts = 64;

// Behind the value that opens at `at`; npos: it is never closed.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    int depth = 0;
    bool in_text = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (in_text) {
            at += c == '\\' ? 1 : 0;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (--depth == 0) {
                return at + 1;
            }
        }
    }
    return std::string_view::npos;
}

const json::Value* first_of(const json::Value& object, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const json::Value* found = object.find(name)) {
            return found;
        }
    }
    return nullptr;
}

std::optional<Call> call_of(const json::Value& value) {
    if (value["function"].is_object()) {
        return call_of(value["function"]);
    }
    const json::Value* arguments = first_of(value, {"arguments", "parameters", "args"});
    if (!value["name"].is_string() || value["name"].as_string().empty() || arguments == nullptr) {
        return std::nullopt;
    }
    Call call{value["name"].as_string(), arguments->as_object()};
    if (arguments->is_string()) {
        const auto read = json::parse_or_nothing(arguments->as_string());
        if (!read || !read->is_object()) {
            return std::nullopt;
        }
        call.arguments = read->as_object();
    } else if (!arguments->is_object() && !arguments->is_null()) {
        return std::nullopt;
    }
    return call;
}

void add_calls(const json::Value& value, std::vector<Call>& calls) {
    if (value.is_array()) {
        for (const json::Value& one : value.as_array()) {
            add_calls(one, calls);
        }
    } else if (value["tool_calls"].is_array()) {
        add_calls(value["tool_calls"], calls);
    } else if (auto call = call_of(value)) {
        calls.push_back(*std::move(call));
    }
}

bool begins_as_call(std::string_view text) {
    return text.find("\"name\"") != std::string_view::npos &&
           (text.find("\"arguments\"") != std::string_view::npos ||
            text.find("\"parameters\"") != std::string_view::npos);
}

}  // namespace

Calls calls_of(std::string_view text) {
    const std::string said = without_thinking(text);
    Calls out;
    std::string unread;  // outside of what is JSON
    int attempts = 0;
    std::size_t at = 0;
    while (at < said.size() && attempts < k_attempts) {
        const std::size_t open = said.find_first_of("{[", at);
        if (open == std::string::npos) {
            break;
        }
        unread += said.substr(at, open - at);
        const std::size_t end = end_of_value(said, open);
        const auto value =
            end == std::string::npos
                ? std::nullopt
                : json::parse_or_nothing(std::string_view(said).substr(open, end - open));
        if (value) {
            add_calls(*value, out.calls);
            at = end;
        } else {
            ++attempts;
            unread += said[open];
            at = open + 1;
        }
    }
    unread += said.substr(std::min(at, said.size()));
    if (begins_as_call(unread)) {
        return {{}, true};
    }
    return out;
}

std::string text_of_calls(const std::vector<Call>& calls) {
    json::Value list = json::Array{};
    for (const Call& call : calls) {
        list.push(json::Object{{"name", call.name}, {"arguments", call.arguments}});
    }
    return json::write(list);
}

}  // namespace palier::answer
