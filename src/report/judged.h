// The judge's part of what ratings.h tells.
#pragma once

#include "lib/json/json.h"
#include "report/ratings.h"

#include <string>

namespace palier::report {

// The judge against people first, then the Systems, then what it took. `judged` is rated.judged.
[[nodiscard]] std::string judged_text(Language language, const Rated& rated, const Judged& judged);
[[nodiscard]] json::Value judged_object(const Rated& rated, const Judged& judged);

}  // namespace palier::report
