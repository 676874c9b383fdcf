// dev and test: frozen by hash before anything is tuned, and the seeded order of test.
#pragma once

#include "base/result.h"
#include "base/units.h"
#include "core/case.h"
#include "lib/hash/sha256.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace palier::eval {

struct Split {
    std::vector<core::Case> dev;   // in the seeded order too
    std::vector<core::Case> test;  // in the seeded order in which proofs consume it
    // Hash of the seed and of both lists in order: equal = the same cases at the same places.
    std::string split_hash;
    // Hash of the contents of test in any order, without the seed: equal = the same test cases.
    std::string test_hash;
};

// Splits one data set. A unit is all the cases of one group, or all cases with the same input,
// context and expected answer; units are ordered by SHA-256 of seed and content, and fill dev up to
// `dev_share` of the cases (rounded; at least one unit each side; a unit that does not fit in any
// more goes to test). Neither the order of the cases in the file nor their ids play a part, but
// among equal cases. With a share of 0 every case is test. Error 2216 {cases} when there is one
// unit only.
Result<Split> split_cases(std::vector<core::Case> cases, Micros dev_share, std::uint64_t seed);

// The same frozen form of two lists that the owner has split; either may be empty but not test.
[[nodiscard]] Split frozen_split(std::vector<core::Case> dev,
                                 std::vector<core::Case> test,
                                 std::uint64_t seed);

// SHA-256 of what a case is (input, context, expected, group), hex. Not its id, line or tags.
[[nodiscard]] std::string content_hash(const core::Case& item);
// Adds what an answer to the case is held against besides `expected`: texts that a pattern must and
// must not match, and the database. Nothing for a case that has none of these.
void add_beyond_expected(hash::Sha256& sha, const core::Case& item);

}  // namespace palier::eval
