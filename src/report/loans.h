// Words that are not ours - of the system, of libraries, of the catalogue's and the price table's
// sources - put into the language of the sentence that they stand in.
#pragma once

#include "report/messages.h"

#include <string>
#include <string_view>

namespace palier::report {

// In French every phrase of messages/loans.inc in `text` is replaced, the rest stays; in English
// nothing is.
[[nodiscard]] std::string in_language(Language language, std::string_view text);

// The value of an assumption of a cost, "443 to 738 in, 2 to 4 out": its numbers stay as they are
// written in a job.
[[nodiscard]] std::string value_in_language(Language language, std::string_view text);

}  // namespace palier::report
