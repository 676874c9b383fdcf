// The JSON body of a chat completion request.
#pragma once

#include "engine/engine.h"
#include "engine/openai/dialect.h"

#include <optional>
#include <string>

namespace palier::engine::openai {

// Every sampling parameter is stated: servers differ in their defaults.
[[nodiscard]] std::string body_of(const Request& request,
                                  const std::string& model,
                                  const Dialect& dialect);

// Why a request cannot be sent as it is: the endpoint takes no response_format, or what it is held
// to is no JSON. Nothing is left out of it in silence.
[[nodiscard]] std::optional<Failed> refusal_of_schema(const Request& request,
                                                      const Dialect& dialect);

// Tokens that the prompt has at the very least: its characters / 8, or 0 when it is too short to
// say. Tokenizers give 2 to 5 characters a token; a count below 8 is of a prompt that was cut, or
// leaves out what the server had cached.
[[nodiscard]] int least_prompt_tokens(const Request& request);

}  // namespace palier::engine::openai
