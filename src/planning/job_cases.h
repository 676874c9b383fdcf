// The cases of a job, as every door reads them: read, found gradable, split.
#pragma once

#include "base/result.h"
#include "core/job.h"
#include "core/summary.h"
#include "eval/grader.h"
#include "eval/split.h"

#include <memory>
#include <string>
#include <vector>

namespace palier::planning {

struct JobCases {
    std::unique_ptr<eval::Grader> grader;
    eval::Split split;  // the job's own dev file, or a share of test
    // The job's train file, in a seeded order, without what test has too, or nearly.
    std::vector<core::Case> train;
    std::vector<core::Note> notes;
    std::string format, encoding;  // of the test file
};

// Errors: those of eval's grader, reading, checking (of the first such case as the file has it) and
// splitting, in this order. The job's schema is not looked at.
[[nodiscard]] Result<JobCases> read_cases(const core::Job& job);

}  // namespace palier::planning
