// The shape of the database by version (PRAGMA user_version), and how an older one becomes this
// one.
#pragma once

#include "base/result.h"
#include "lib/sqlite/sqlite.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace palier::store_sqlite {

// "palr": tells our files from other programs' databases (PRAGMA application_id).
inline constexpr std::int64_t k_application_id = 0x70616c72;

// Element n brings version n to version n + 1.
[[nodiscard]] const std::vector<std::string_view>& migrations();
[[nodiscard]] std::int64_t newest_version();

// Error 1102 when the version is newer than this program, 1103 when the database is another
// program's. Reads only; within a transaction, because another process may be making the store.
[[nodiscard]] Result<void> check_ours(sqlite::Database& database);
// Brings the database to the newest version, one transaction a step; several processes may try at
// once.
[[nodiscard]] Result<void> migrate(sqlite::Database& database);

// Error 1102 for a file of `version`.
[[nodiscard]] Error newer_version(const std::string& path, std::int64_t version);

}  // namespace palier::store_sqlite
