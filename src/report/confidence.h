// How far a System's confidence can be trusted, and what more examples would bring: in words, and
// as a picture.
#pragma once

#include "core/summary.h"
#include "report/messages.h"

#include <string>
#include <vector>

namespace palier::report {

// One sentence each of what is known, without its full stop; empty where nothing is.
[[nodiscard]] std::vector<std::string> confidence_lines(Language language,
                                                        const core::SystemSummary& system);

// SVG, as wide as it is given, at most 260 pixels: a dot a bin against the diagonal, with the
// figures as its text alternative.
[[nodiscard]] std::string reliability_picture(Language language,
                                              const core::Reliability& reliability);

}  // namespace palier::report
