// What people's ratings of a run's answers have brought, for people and for scripts.
#pragma once

#include "core/rating.h"
#include "report/messages.h"

#include <string>
#include <vector>

namespace palier::report {

struct Rated {
    std::string run;                   // id
    std::string metric;                // of the job, as the grader scored it
    std::vector<std::string> systems;  // ids, as in `found`
    core::RatingSummary found;
    bool on_dev = false;
};
[[nodiscard]] std::string rated_text(Language language, const Rated& rated);
// One object on one line, without a newline (docs/formats/ratings.md).
[[nodiscard]] std::string rated_json(const Rated& rated);

}  // namespace palier::report
