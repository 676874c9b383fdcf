// An answer read as calls of tools.
#pragma once

#include "lib/json/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace palier::answer {

struct Call {
    std::string name;
    json::Object arguments;
};

struct Calls {
    std::vector<Call> calls;  // in the order of the text; none: the model called nothing
    // What is no call, though it begins as one ("name" and "arguments" in JSON that is broken or
    // cut). `calls` then is empty.
    bool broken = false;
};

// Every JSON object and array of the text that lies in no other, the model's reasoning left out. A
// call is {"name": ..., "arguments": {...}}; "parameters" or "args" will do for "arguments", which
// may also be the text of an object; it may stand in {"type": "function", "function": ...}. Calls
// may stand in an array, under "tool_calls", in <tool_call>...</tool_call> or one behind the other.
// Other JSON, and words, are no call. Calls in the syntax of a programming language, f(x=1), are
// not read. Linear in the text: at most 64 values that break off are looked into.
[[nodiscard]] Calls calls_of(std::string_view text);

// As one line of JSON: [{"name": ..., "arguments": {...}}, ...].
[[nodiscard]] std::string text_of_calls(const std::vector<Call>& calls);

}  // namespace palier::answer
