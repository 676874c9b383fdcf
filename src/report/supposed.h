// Machines that are supposed, for people and for scripts (docs/formats/machine.md). Whatever is
// said for one says that it is an estimate for that machine.
#pragma once

#include "machine/supposed.h"
#include "report/messages.h"

#include <string>
#include <vector>

namespace palier::report {

// "laptop with 16 GB (Core i5-1135G7, on the processor)".
[[nodiscard]] const std::string& title_of(Language language, const machine::Supposed& machine);
// A paragraph: not this machine, estimates, where the sources stand.
[[nodiscard]] std::string supposed_note(Language language, const machine::Supposed& machine);

// Its figures, each with where it is from; at most 80 characters a line.
[[nodiscard]] std::string supposed_text(Language language, const machine::Supposed& machine);
[[nodiscard]] std::string supposed_list(Language language,
                                        const std::vector<machine::Supposed>& machines);

// One object on one line, without a newline.
[[nodiscard]] std::string supposed_json(Language language, const machine::Supposed& machine);
[[nodiscard]] std::string supposed_list_json(Language language,
                                             const std::vector<machine::Supposed>& machines);

}  // namespace palier::report
