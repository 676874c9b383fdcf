// An answer read as JSON, telling strict validity (the whole output is JSON) from usable JSON.
#pragma once

#include "lib/json/json.h"

#include <string_view>

namespace palier::answer {

// How the JSON was found, in the order in which the rules are tried.
enum class JsonFound {
    Nothing,
    Whole,     // 1. the whole answer, trimmed, is one JSON value
    Fence,     // 2. the content of the first ``` fence that is one JSON value
    Embedded,  // 3. the first balanced {...} that is JSON, else the first balanced [...]
};
[[nodiscard]] std::string_view name_of(JsonFound found);  // "none", "whole", "fence", "embedded"

struct JsonAnswer {
    json::Value value;  // null when nothing was found
    JsonFound found = JsonFound::Nothing;
};

// The reasoning of the model (<think>...</think>) is removed first and does not count as output. An
// answer cut in the middle of its JSON is not repaired. Linear in the text but for broken input,
// where at most 64 opening brackets are tried.
[[nodiscard]] JsonAnswer json_of(std::string_view text);

}  // namespace palier::answer
