// The run store in one SQLite file. See store.h for the contract; what this adds:
// - WAL with synchronous=NORMAL: a killed process loses nothing, a power cut at most the last
// commits.
// - A place (run, phase, system, ordinal) that is taken keeps the Trial it has.
// - put_cases adds the cases that the run does not have yet, behind those it has.
// - put_summary sets the run's `finished` and, when it is finished, its `exit_code`.
// - A Trial that was linked keeps, in that run, the case id it was put with there.
//
// Errors, each with {file}: 1102 made by a newer version (nothing was touched), 1103 not a palier
// database, 1104 locked by another process, 1105 disk full, 1106 unknown run {id}, 1107 ambiguous
// prefix {id} {matches}, 1108 read-only, 1109 run {run} has no summary yet, 1110 and 1111 see
// summary_json.h, 1112 a read-only store of an older version, 1101 anything else, with {reason}.
// After an error everything that was put before is still there.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace palier::store_sqlite {

struct Options {
    std::chrono::milliseconds patience{5000};  // how long another process's lock is waited for
    std::int64_t max_bytes = 0;                // most bytes of the file; 0 = what the disk allows
};

// Makes the file if it is missing (not its folder) and brings an older version up to date.
// ":memory:" ends with the object. `clock` must outlive the store.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open(const std::string& path,
                                                         const Clock& clock,
                                                         const Options& options = {});
// For a store that must exist and may lie in a folder that cannot be written; every put is error
// 1108.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_read_only(const std::string& path,
                                                                   const Clock& clock,
                                                                   const Options& options = {});

}  // namespace palier::store_sqlite
