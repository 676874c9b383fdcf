// What a job's schema gives reason to say before the first case. Pure.
#pragma once

#include "core/job.h"
#include "core/summary.h"

#include <vector>

namespace palier::planning {

// 2576 {places, count}: why answers cannot be held to it while they are written, each keyword with
// its place, at most ten of them; 2577 {places, count}: formats that nothing checks. Nothing of a
// schema that cannot be read, or of a task without one.
[[nodiscard]] std::vector<core::Note> notes_of_schema(const core::Job& job);

}  // namespace palier::planning
