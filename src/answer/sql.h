// An answer read as SQL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace palier::answer {

// The SQL of an answer, trimmed; nullopt: it holds none. The model's reasoning is no part of it.
// Rules, in this order:
//   1. the last ``` fence that begins with a statement, whole;
//   2. from the first line that begins with one, or has one behind a colon or in `...`: as far as
//      the last semicolon behind which no other statement begins, else as far as a blank line
//      behind which the statement cannot go on.
// A statement is known by its first words, whatever it would do: SELECT, WITH x AS, VALUES,
// INSERT INTO, DROP TABLE, PRAGMA... It is not checked further.
[[nodiscard]] std::optional<std::string> sql_of(std::string_view text);

}  // namespace palier::answer
