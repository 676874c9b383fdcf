// What labelling by hand has brought, for people and for scripts.
#pragma once

#include "core/agreement.h"
#include "report/messages.h"

#include <cstdint>
#include <string>
#include <vector>

namespace palier::report {

struct Labelled {
    std::string file;  // of the answers
    std::int64_t labelled = 0, skipped = 0, left = 0;
    core::Agreement agreement;           // of the second pass; 0 cases = there was none
    std::vector<std::string> unsettled;  // ids whose two answers differ
};
[[nodiscard]] std::string labelled_text(Language language, const Labelled& found);
// One object on one line, without a newline.
[[nodiscard]] std::string labelled_json(const Labelled& found);

// At least one case.
[[nodiscard]] std::string agreement_text(Language language, const core::Agreement& found);

}  // namespace palier::report
