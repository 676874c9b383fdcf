#include "answer/json_answer.h"

#include "answer/thinking.h"
#include "answer/words.h"
#include "base/text.h"

#include <algorithm>
#include <optional>
#include <string>

namespace palier::answer {
namespace {

constexpr std::size_t k_attempts = 64;

// A value and where it stands in the text.
struct Found {
    json::Value value;
    std::size_t begin = 0, end = 0;
};

// The last fence that is JSON.
std::optional<Found> in_fence(std::string_view text) {
    std::optional<Found> last;
    for (std::size_t at = text.find("```"); at != std::string_view::npos;) {
        const std::size_t line_end = text.find('\n', at);
        if (line_end == std::string_view::npos) {
            break;
        }
        const std::size_t close = text.find("```", line_end);
        const std::size_t end = std::min(close, text.size());
        const std::string_view content = text.substr(line_end + 1, end - line_end - 1);
        if (auto value = json::parse_or_nothing(trimmed(content))) {
            last = Found{*std::move(value), line_end + 1, end};
        }
        if (close == std::string_view::npos) {
            break;
        }
        at = text.find("```", close + 3);
    }
    return last;
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

// An object, or a list of some: what an extraction gives. A list of scalars may be a reference
// ("[1]").
bool holds_object(const json::Value& value) {
    const json::Array& items = value.as_array();
    return value.is_object() ||
           std::any_of(items.begin(), items.end(), [](const json::Value& item) {
               return item.is_object();
           });
}

// The last object, or list of objects, that stands in the text complete; else the last list. What
// stands inside a bracket that never closes was cut, and counts only where nothing else is
// complete.
std::optional<Found> embedded(std::string_view text) {
    std::optional<Found> last, last_inside_cut;
    bool inside_cut = false;
    std::size_t budget = k_attempts * text.size();
    for (std::size_t at = text.find_first_of("{["); at != std::string_view::npos;) {
        const auto end = balanced_end(text, at);
        const std::size_t cost = (end ? *end : text.size()) - at;
        if (cost > budget) {
            break;
        }
        budget -= cost;
        auto value = end ? json::parse_or_nothing(text.substr(at, *end - at)) : std::nullopt;
        inside_cut = inside_cut || !end;
        std::size_t next = at + 1;
        if (value) {
            std::optional<Found>& kept = inside_cut ? last_inside_cut : last;
            if (!kept || holds_object(*value) || !holds_object(kept->value)) {
                kept = Found{*std::move(value), at, *end};
            }
            next = *end;
        }
        at = text.find_first_of("{[", next);
    }
    return last ? last : last_inside_cut;
}

// A value of another kind than a list of scalars outranks a fence that holds only one; and one that
// stands below the fence, and in no other, corrects it.
bool outranks(std::string_view text, const Found& bracket, const Found& fence) {
    if (!holds_object(bracket.value) || bracket.begin < fence.end) {
        return holds_object(bracket.value) && !holds_object(fence.value);
    }
    int marks = 0;
    for (std::size_t at = text.find("```", fence.end); at < bracket.begin;
         at = text.find("```", at + 3)) {
        ++marks;
    }
    return marks == 1;
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
    auto fence = in_fence(whole);
    auto bracket = embedded(whole);
    if (fence && !(bracket && outranks(whole, *bracket, *fence))) {
        return {std::move(fence->value), JsonFound::Fence};
    }
    if (bracket) {
        return {std::move(bracket->value), JsonFound::Embedded};
    }
    return {};
}

}  // namespace palier::answer
