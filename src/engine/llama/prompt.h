// A request's prompt as tokens, and how much of it other requests can share.
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "engine/llama/chat.h"
#include "engine/llama/vocabulary.h"

#include <cstddef>
#include <string>

namespace palier::engine::llama {

struct Prompt {
    Tokens tokens;
    // Tokens before the first that holds a byte of the request's own input: instructions, shots,
    // template. 0 when the request does not say what its input is (or it stands nowhere as such).
    std::size_t before_input = 0;
    std::string closing;  // the mark that ends the thought in which the prompt ends; "" = in none
};

// The exact text that the model sees, with the token that begins every prompt written out.
[[nodiscard]] Result<std::string> text_of(const Request& request,
                                          const ChatFormat& format,
                                          const Vocabulary& vocabulary);

// Texts like "<|im_end|>" count as the token they name where the template wrote them, never where a
// message did. Error 2313.
[[nodiscard]] Result<Prompt> prompt_of(const Request& request,
                                       const ChatFormat& format,
                                       const Vocabulary& vocabulary);

}  // namespace palier::engine::llama
