// An answer read as JSON, telling strict validity (the whole output is JSON) from usable JSON.
#pragma once

#include "lib/json/json.h"

#include <string_view>

namespace palier::answer {

// How the JSON was found, in the order in which the rules are tried.
enum class JsonFound {
    Nothing,
    Whole,  // 1. the whole answer, trimmed, is one JSON value
    Fence,  // 2. the content of the last ``` fence that is one JSON value, unless rule 3 finds an
            //    object below it
    Embedded,  // 3. of all balanced {...} and [...] that are JSON and lie in no other, the last one
               //    that is or holds an object, else the last list
};
[[nodiscard]] std::string_view name_of(JsonFound found);  // "none", "whole", "fence", "embedded"

struct JsonAnswer {
    json::Value value;  // null when nothing was found
    JsonFound found = JsonFound::Nothing;
};

// The reasoning of the model (<think>...</think>) is removed first and does not count as output. An
// answer cut in the middle of its JSON is not repaired: what was complete before counts, and values
// inside the cut one only where there is nothing else. Linear in the text: broken input is read at
// most 64 times over.
[[nodiscard]] JsonAnswer json_of(std::string_view text);

}  // namespace palier::answer
