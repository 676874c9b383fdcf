#include "answer/json_answer.h"

#include "answer/words.h"
#include "base/text.h"

#include <optional>
#include <string>

namespace palier::answer {
namespace {

constexpr int k_attempts = 64;

std::optional<json::Value> in_fence(std::string_view text) {
    for (std::size_t at = text.find("```"); at != std::string_view::npos;) {
        const std::size_t line_end = text.find('\n', at);
        if (line_end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::size_t close = text.find("```", line_end);
        const std::string_view content = text.substr(
            line_end + 1, close == std::string_view::npos ? close : close - line_end - 1);
        if (auto value = json::parse_or_nothing(trimmed(content))) {
            return value;
        }
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        at = text.find("```", close + 3);
    }
    return std::nullopt;
}

// End of the bracket that opens at `at`, strings respected; nullopt when it never closes.
std::optional<std::size_t> balanced_end(std::string_view text, std::size_t at) {
    std::string open;
    bool in_string = false;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            open += c;
        } else if (c == '}' || c == ']') {
            if (open.empty() || (open.back() == '{') != (c == '}')) {
                return std::nullopt;
            }
            open.pop_back();
            if (open.empty()) {
                return i + 1;
            }
        }
    }
    return std::nullopt;
}

std::optional<json::Value> embedded(std::string_view text, char bracket) {
    int attempts = 0;
    for (std::size_t at = text.find(bracket); at != std::string_view::npos && attempts < k_attempts;
         at = text.find(bracket, at + 1), ++attempts) {
        if (const auto end = balanced_end(text, at)) {
            if (auto value = json::parse_or_nothing(text.substr(at, *end - at))) {
                return value;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(JsonFound found) {
    switch (found) {
        case JsonFound::Nothing:
            return "none";
        case JsonFound::Whole:
            return "whole";
        case JsonFound::Fence:
            return "fence";
        case JsonFound::Embedded:
            return "embedded";
    }
    return "none";
}

JsonAnswer json_of(std::string_view text) {
    const std::string answer = without_thinking(text);
    const std::string_view whole = trimmed(answer);
    if (auto value = json::parse_or_nothing(whole)) {
        return {*std::move(value), JsonFound::Whole};
    }
    if (auto value = in_fence(whole)) {
        return {*std::move(value), JsonFound::Fence};
    }
    for (const char bracket : {'{', '['}) {
        if (auto value = embedded(whole, bracket)) {
            return {*std::move(value), JsonFound::Embedded};
        }
    }
    return {};
}

}  // namespace palier::answer
