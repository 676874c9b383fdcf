#include "engine/openai/usage.h"

#include <initializer_list>
#include <limits>

namespace palier::engine::openai {
namespace {

std::optional<int> token_count(const json::Value& value) {
    const std::int64_t count = value.as_int(-1);
    return count >= 0 && count <= std::numeric_limits<int>::max()
               ? std::optional(static_cast<int>(count))
               : std::nullopt;
}

// The first of these members that is a count.
std::optional<int> token_count(const json::Value& object,
                               std::initializer_list<const char*> members) {
    for (const char* member : members) {
        if (const auto count = token_count(object[member])) {
            return count;
        }
    }
    return std::nullopt;
}

const json::Value& first_object(const json::Value& object, const char* one, const char* other) {
    return object[one].is_object() ? object[one] : object[other];
}

}  // namespace

std::optional<TokensCounted> tokens_counted_in(const json::Value& body) {
    const json::Value& usage = body["usage"];
    if (!usage.is_object()) {
        return std::nullopt;
    }
    TokensCounted counted;
    counted.prompt_tokens = token_count(usage, {"prompt_tokens", "input_tokens"});
    counted.output_tokens = token_count(usage, {"completion_tokens", "output_tokens"});
    // No prompt has no tokens: a server that says so counts nothing.
    if (counted.prompt_tokens == 0) {
        counted.prompt_tokens.reset();
        if (counted.output_tokens == 0) {
            counted.output_tokens.reset();
        }
    }
    counted.thinking_tokens =
        token_count(first_object(usage, "completion_tokens_details", "output_tokens_details"),
                    {"reasoning_tokens"});
    if (counted.thinking_tokens > counted.output_tokens) {  // nullopt is less than any number
        counted.thinking_tokens.reset();
    }
    const json::Value& details =
        first_object(usage, "prompt_tokens_details", "input_tokens_details");
    counted.cached_tokens = token_count(details["cached_tokens"]);
    if (!details.is_object()) {
        counted.cached_tokens = token_count(body["timings"]["cache_n"]);
    }
    if (counted.cached_tokens > counted.prompt_tokens) {
        counted.cached_tokens = counted.prompt_tokens;
    }
    return counted;
}

}  // namespace palier::engine::openai
