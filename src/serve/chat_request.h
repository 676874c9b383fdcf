// Reads the body of POST /v1/chat/completions. Nothing that would change the answer is left out in
// silence: a parameter that is not supported is refused by its JSON pointer, unless it stands at
// the value that it has by itself.
#pragma once

#include "engine/engine.h"
#include "serve/refusal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::serve {

// What is absent was not stated.
struct ChatRequest {
    std::string model;
    std::vector<engine::Message> messages;  // at least one; "developer" is read as "system"
    std::optional<double> temperature;      // 0 to 2
    std::optional<double> top_p;            // above 0, to 1
    std::optional<int> top_k;               // 0 = all
    std::optional<std::uint64_t> seed;
    std::optional<int> max_tokens;  // by either name
    std::string_view max_tokens_at = "/max_tokens";
    std::vector<std::string> stop;
    std::optional<std::string> schema;  // JSON Schema of response_format
    std::string context;                // palier's own: what a case has besides its input
    bool stream = false;
    bool include_usage = false;  // one more event at the end of the stream
};

// Of arbitrary bytes.
[[nodiscard]] std::variant<ChatRequest, Refusal> read_chat_request(std::string_view body);

}  // namespace palier::serve
