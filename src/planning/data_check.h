// Data check: can a job's test set carry a verdict, before any model is asked?
#pragma once

#include "base/result.h"
#include "core/cases_needed.h"
#include "core/job.h"
#include "core/summary.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::planning {

// A supposed System: how many test cases until a decision.
struct SupposedSystem {
    Micros quality = 0;      // its true score
    core::CasesUsed future;  // promise B; empty for metrics of the full set
    core::CasesUsed these;   // promise A on this test set
};

struct DataCheck {
    bool can_carry = false;  // both promises
    // Promise A at least: nothing but the number of cases for promise B is in the way.
    bool decides = false;
    // Why not: 7350, 7369..7373; empty when it can.
    std::vector<core::Note> reasons;
    std::string metric;
    Micros threshold = 0;
    bool of_topline = false;  // threshold is a share of the topline's score
    bool sequential = true;   // early stopping and promise B exist
    bool zero_one = true;
    double alpha = 0;
    int k = 1;
    std::int64_t dev_cases = 0, test_cases = 0;
    std::int64_t independent = 0;  // the first case of each group of test: what B counts
    // Cases that promise B needs if every answer is right; nullopt: no sample is enough (a
    // threshold of 1), or there is no promise B.
    std::optional<std::int64_t> needed_if_all_right;
    std::vector<SupposedSystem> supposed;  // from above the threshold to below it
    std::vector<std::pair<std::string, std::int64_t>> labels;  // on test, most frequent first
    std::int64_t at_most_right = 0;  // test cases that contradictions leave
    std::int64_t seen_in_dev = 0;
    // Tokens of a prompt with its answer, estimated from characters.
    std::int64_t longest_tokens = 0, median_tokens = 0, context_tokens = 0;
    std::int64_t too_long = 0;  // test cases
    std::string format, encoding;
    std::vector<core::Note> notes;  // eval/notes.h
};

// Reads the job's data and splits it as a climb would. Errors: those of eval's reading, grading and
// splitting (22xx, 25xx). k > 0: Systems that share alpha.
[[nodiscard]] Result<DataCheck> check_data(const core::Job& job, int k);

}  // namespace palier::planning
