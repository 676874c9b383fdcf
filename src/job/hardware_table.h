// The table [hardware] of a job: what the machine costs that serves it.
#pragma once

#include "core/hardware.h"
#include "job/table_reader.h"

#include <optional>

namespace palier::job {

// nullopt where the table is absent. Each number may be a range [low, high]. Errors through the
// table: 2105 wrong type, 2104 and 2108 because of 2751 to 2755.
[[nodiscard]] std::optional<core::Hardware> read_hardware(TableReader table);

}  // namespace palier::job
