// Patterns by which answers are read and graded: those of lib/regex, for the folders above that see
// answers only through answer/.
#pragma once

#include "lib/regex/regex.h"

namespace palier::answer {

using Pattern = regex::Regex;

}  // namespace palier::answer
