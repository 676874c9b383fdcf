// What the owner of a data set should know about it: notes for the report, never errors.
#pragma once

#include "core/case.h"
#include "core/job.h"
#include "core/summary.h"

#include <optional>
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

// 2261 {path, pattern, line}: metric "regex", and a pattern holds \w, \b or another class that
// knows ASCII only, so that an accented letter is none of its words. `line` of the first such case.
[[nodiscard]] std::optional<core::Note> note_on_patterns(const core::Job& job,
                                                         const std::vector<core::Case>& cases,
                                                         const std::string& path);

// Cases of test that also stand in dev:
// 2255 {count, ids}: near-duplicates; 2256 {count, ids}: the same input and context.
// ids: of the first few, "dev id = test id".
[[nodiscard]] std::vector<core::Note> notes_across(const std::vector<core::Case>& dev,
                                                   const std::vector<core::Case>& test);

// 2264 {labels, count}: labels that test expects and that no case to learn from has, of dev or of
// train. nullopt: there are none, or there is nothing to learn from.
[[nodiscard]] std::optional<core::Note> note_on_labels_to_learn(
    const std::vector<core::Case>& dev,
    const std::vector<core::Case>& train,
    const std::vector<core::Case>& test);

}  // namespace palier::eval
