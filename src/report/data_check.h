// Whether a test set can carry a verdict, for people and for scripts
// (docs/guide/own-your-benchmark.md).
#pragma once

#include "planning/data_check.h"
#include "report/messages.h"

#include <string>

namespace palier::report {

// At most 80 characters a line.
[[nodiscard]] std::string data_check_text(Language language, const planning::DataCheck& check);
// One object on one line, without a newline.
[[nodiscard]] std::string data_check_json(Language language, const planning::DataCheck& check);

}  // namespace palier::report
