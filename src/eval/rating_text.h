// Ratings, and the judge of a run, as text, as they stand in the run store; and the rules of a
// judge as people write them.
#pragma once

#include "base/result.h"
#include "core/judged.h"
#include "core/rating.h"

#include <string>
#include <string_view>
#include <vector>

namespace palier::eval {

// An array, the oldest first: [{"answer": KEY, "rater": NAME, "opinion": "good|bad|skipped",
// "note"?}], one line.
[[nodiscard]] std::string ratings_text(const std::vector<core::Rating>& ratings);

// Its inverse; any bytes may come. Error 2730 {what}.
[[nodiscard]] Result<std::vector<core::Rating>> ratings_from(std::string_view text);

// {"name", "model_identity", "rules": [...], "systems": [HASH...]}, one line.
[[nodiscard]] std::string judge_text(const core::JudgeIdentity& judge);
// Its inverse; any bytes may come. Error 2730 {what}.
[[nodiscard]] Result<core::JudgeIdentity> judge_from(std::string_view text);

// One rule a line; blank lines and those that begin with # are passed over, as is the dash of a
// list. Errors 1001; 2732 {file}: there is no rule, or it is no UTF-8.
[[nodiscard]] Result<std::vector<std::string>> read_rules(const std::string& path);

}  // namespace palier::eval
