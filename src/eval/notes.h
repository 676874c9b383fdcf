// What the owner of a data set should know about it: notes for the report, never errors.
#pragma once

#include "core/case.h"
#include "core/summary.h"

#include <string>
#include <vector>

namespace palier::eval {

// Cases of one file:
// 2251 {path, count, lines}: the input is empty or blank;
// 2252 {path, count, lines}: the same input, context and expected answer as an earlier case;
// 2253 {path, count, lines}: the same input and context with another expected answer;
// 2254 {path, count, groups, lines}: not equal, but near-duplicates (similarity.h) of another case;
// 2257 {path, count, lines}: the expected answer is empty;
// 2258 {path, labels}: labels of the job that no case expects.
// lines: of the first few, "3, 17, 20 ..."; a pair as "3 = 17".
[[nodiscard]] std::vector<core::Note> notes_about(const std::vector<core::Case>& cases,
                                                  const std::string& path,
                                                  const std::vector<std::string>& labels);

// Cases of test that also stand in dev:
// 2255 {count, ids}: near-duplicates; 2256 {count, ids}: the same input and context.
// ids: of the first few, "dev id = test id".
[[nodiscard]] std::vector<core::Note> notes_across(const std::vector<core::Case>& dev,
                                                   const std::vector<core::Case>& test);

}  // namespace palier::eval
