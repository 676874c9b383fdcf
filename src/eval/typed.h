// Typed comparison of one expected value with one found, under the name "typed-1".
#pragma once

#include "answer/number.h"
#include "lib/json/json.h"

#include <string>
#include <string_view>

namespace palier::eval {

// Tried in this order; the first rule that reads both sides decides:
// 1. booleans: true/false, and the words true false yes no oui non vrai faux when the other side is
//    a JSON boolean;
// 2. dates (answer/date.h), a time of day dropped;
// 3. numbers and amounts (answer/number.h, amount.h): exact decimals; a currency or percent sign on
//    one side only is not compared, on both sides it must be the same;
// 4. text: composed accents, typographic quotes and dashes as ASCII, case ignored, white space
//    trimmed and collapsed; accents and punctuation count.
// JSON numbers are read as English. Arrays and objects are never equal here (fields.h flattens
// them).
[[nodiscard]] bool same_value(const json::Value& expected,
                              const json::Value& found,
                              answer::Style style);

// Rule 4's form of a text.
[[nodiscard]] std::string plain_text(std::string_view text);

}  // namespace palier::eval
