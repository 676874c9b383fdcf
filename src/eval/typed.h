// Typed comparison of one expected value with one found, under the name "typed-2".
#pragma once

#include "answer/number.h"
#include "eval/field_kinds.h"
#include "lib/json/json.h"

#include <string>
#include <string_view>

namespace palier::eval {

// Text is compared as text, unless the schema (`kind`) or a side says what else it is:
// 1. boolean, if the schema says so or the expected value is true or false: the other side may say
//    it in a word (true false yes no oui non vrai faux). A text that is expected is no boolean:
//    "NO" is not false;
// 2. number, if the schema says so or one side is a JSON number: exact decimals (answer/number.h,
//    amount.h); a currency, per cent or per mille sign on one side only is not compared, on both
//    sides it must be the same;
// 3. date, if the schema says so: the same moment (answer/date.h);
// 4. two texts: equal as texts - letters the same but for case and form (unicode.h), typographic
//    quotes and dashes as ASCII, white space trimmed and collapsed; accents and punctuation count;
//    or, if the schema says nothing, the same moment where one is written as 2026-03-03 (with a
//    time or without) or both are times of day, or the same amount where both bear a unit.
// What the rule cannot read on both sides is compared as text. JSON numbers are read as English.
// Arrays and objects are never equal here (fields.h flattens them).
[[nodiscard]] bool same_value(const json::Value& expected,
                              const json::Value& found,
                              answer::Style style,
                              FieldKind kind = FieldKind::Unknown);

// Rule 4's form of a text.
[[nodiscard]] std::string plain_text(std::string_view text);

}  // namespace palier::eval
