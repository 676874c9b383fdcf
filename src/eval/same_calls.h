// Are these the calls that were due?
#pragma once

#include "answer/calls.h"
#include "base/result.h"
#include "lib/json/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::eval {

// A call that is due: of each argument the values that will do. null among them: it may be left
// out.
struct DueCall {
    std::string name;
    std::vector<std::pair<std::string, json::Array>> arguments;
};

// [{"name": ..., "arguments": {"x": [1, 2], "unit": ["cm", null]}}, ...], or one such object; an
// argument that is no array is its only value; [] = no call is due. nullopt: it is none of these,
// and `why` says in which call (from 1) and how.
[[nodiscard]] std::optional<std::vector<DueCall>> due_calls_of(const json::Value& expected,
                                                               std::string& why);

// A right answer to `expected` (as text): the first accepted value of each argument, one call as an
// object, several as a list. "" where `expected` is none of the above.
[[nodiscard]] std::string example_of_calls(std::string_view expected);

// As many calls as are due, in any order, each with the name of one and its arguments: all that may
// not be left out, no other, each with a value that will do. An argument that is null is left out.
// Numbers are equal by value; texts as the Berkeley Function Calling Leaderboard compares them
// (https://github.com/ShishirPatil/gorilla, ast_checker): without case, blanks and ,./-_*^, and '
// for "; everything else, and within lists and objects, alike. A text is no number.
[[nodiscard]] bool are_due(const std::vector<answer::Call>& calls, const std::vector<DueCall>& due);

// The names alone, as often as they are due.
[[nodiscard]] bool have_due_names(const std::vector<answer::Call>& calls,
                                  const std::vector<DueCall>& due);

}  // namespace palier::eval
