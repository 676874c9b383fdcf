// What the readers of request bodies share: the refusals of a value at a place, and the walk over
// an object's members.
#pragma once

#include "lib/json/json.h"
#include "serve/refusal.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::serve {

// nullopt: it was fine.
using Complaint = std::optional<Refusal>;

[[nodiscard]] Refusal missing(std::string param);
// `what`: "is no text", as report/messages/loans.inc has it in French.
[[nodiscard]] Refusal wrong(std::string param, std::string_view what);
[[nodiscard]] Refusal out_of_range(std::string param, std::string low, std::string high);
[[nodiscard]] Refusal unsupported(std::string param);
// With the nearest of those that are known.
[[nodiscard]] Refusal unknown(std::string param,
                              std::string_view name,
                              const std::vector<std::string>& known);

[[nodiscard]] Complaint take_text(const json::Value& value,
                                  const std::string& at,
                                  std::string& out);
[[nodiscard]] Complaint take_flag(const json::Value& value, const std::string& at, bool& out);

// A body that is one JSON object. `example`: of one, for the refusal.
[[nodiscard]] std::variant<json::Value, Refusal> object_in(std::string_view body,
                                                           std::string_view example);

}  // namespace palier::serve
