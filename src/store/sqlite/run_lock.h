// The lock of the runs of one identity: a file beside the store that the process holds with flock,
// so that the system lets go of it when the process dies. It names who holds it.
#pragma once

#include "base/result.h"
#include "store/store.h"

#include <memory>
#include <string>
#include <string_view>

namespace palier::store_sqlite {

// `store_path`: of the database; ":memory:" is not shared, so that its lock holds nothing. `now`:
// for people. Errors 1113 {process, since}; when the file cannot be made 1105 {file} (the disk
// is full), 1108 {file, reason}.
[[nodiscard]] Result<std::unique_ptr<store::RunLock>> lock_runs(const std::string& store_path,
                                                                std::string_view identity,
                                                                const std::string& now);

}  // namespace palier::store_sqlite
