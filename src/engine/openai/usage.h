// Tokens as an endpoint counts them, under the names of chat completions or of decisions.
#pragma once

#include "lib/json/json.h"

#include <optional>

namespace palier::engine::openai {

// What it does not say, or says strangely, is absent.
struct TokensCounted {
    std::optional<int> prompt_tokens;
    std::optional<int> cached_tokens;    // of the prompt's
    std::optional<int> output_tokens;    // those of thinking included
    std::optional<int> thinking_tokens;  // of the output's
};

// Of a body, or of an event of a stream; nullopt where it counts nothing.
[[nodiscard]] std::optional<TokensCounted> tokens_counted_in(const json::Value& body);

}  // namespace palier::engine::openai
