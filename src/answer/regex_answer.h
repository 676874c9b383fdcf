// An answer read as a regular expression.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace palier::answer {

// The pattern of an answer as RE2 would take it; nullopt: the answer is empty. The model's
// reasoning is no part of it. Looked for in this order: the first line of the last ``` fence; the
// first
// `...`; what stands behind a colon at the end of "Regex:", "Pattern:", "Answer:" and their like;
// else the first line. Delimiters around it go: /.../ with its flags (i, s and m become (?ism), g
// and u say nothing here), quotes, r'...'. It is not checked further.
[[nodiscard]] std::optional<std::string> pattern_of(std::string_view text);

}  // namespace palier::answer
