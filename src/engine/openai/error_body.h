// What servers write when something goes wrong: many shapes, one reading.
#pragma once

#include "lib/json/json.h"

#include <string>
#include <string_view>

namespace palier::engine::openai {

// It says that something went wrong: {"error": ...} with something in it, {"errors": [...]},
// {"object": "error"}, {"type": "error"}, {"status": "error"} or {"success": false}.
[[nodiscard]] bool is_error(const json::Value& body);

// Its message, where servers put one: {"error": {"message"}}, {"error"}, {"message"}, {"detail"},
// {"errors": [{"message"}]}...; one line, at most 300 characters; "" = none.
[[nodiscard]] std::string message_in(const json::Value& body);

// The same of a text: what is no JSON, or has no message, gives its own beginning.
[[nodiscard]] std::string error_message_in(std::string_view body);
// The error's "code" or "type", where it has one; numbers as text.
[[nodiscard]] std::string error_code_in(std::string_view body);
// Every text in an error body but what repeats the request, for finding what it complains of; one
// a line.
[[nodiscard]] std::string complaint_in(std::string_view body);

// The beginning of a value, on one line, for saying what came.
[[nodiscard]] std::string excerpt_of(const json::Value& value);

}  // namespace palier::engine::openai
