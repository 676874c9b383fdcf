// What an examination of this machine found, for people and for scripts (docs/guide/doctor.md).
#pragma once

#include "machine/examination.h"
#include "report/messages.h"

#include <string>
#include <vector>

namespace palier::report {

// Texts have at most 80 characters a line. The first part: what is known at once.
[[nodiscard]] std::string machine_text(Language language, const machine::Examination& found);
// The second part: GPUs, load, engines that run, and the problems with their remedies.
[[nodiscard]] std::string around_text(Language language,
                                      const machine::Examination& found,
                                      const std::vector<machine::Problem>& problems);
// One object on one line, without a newline.
[[nodiscard]] std::string doctor_json(Language language,
                                      const machine::Examination& found,
                                      const std::vector<machine::Problem>& problems);

// A problem with its remedy: arguments named ..._bytes and ..._number are put into words.
[[nodiscard]] std::string problem_text(Language language, const machine::Problem& problem);

}  // namespace palier::report
