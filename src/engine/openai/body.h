// The JSON body of a chat completion request.
#pragma once

#include "engine/engine.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::engine::openai {

// What an endpoint takes. Everything at first; an endpoint that names a parameter in a 400 or 422
// gets the same request once more without it.
struct Dialect {
    bool top_k = true;
    bool seed = true;
    bool stream_options = true;
    bool max_completion_tokens = false;  // instead of max_tokens
    bool operator==(const Dialect&) const = default;
};

// Every sampling parameter is stated: servers differ in their defaults.
[[nodiscard]] std::string body_of(const Request& request,
                                  const std::string& model,
                                  const Dialect& dialect);

// The dialect that leaves out the parameter which an error text complains of; nullopt when it names
// none that can be left out without changing what greedy sampling answers.
[[nodiscard]] std::optional<Dialect> without_refused(const Dialect& dialect,
                                                     std::string_view error_body);

// Tokens that the prompt has at the very least: its characters / 8, or 0 when it is too short to
// say. Tokenizers give 2 to 5 characters a token; only a prompt that was cut falls below 8.
[[nodiscard]] int least_prompt_tokens(const Request& request);

}  // namespace palier::engine::openai
