// Opening the store's file: refusals that touch nothing, settings, migrations. Errors:
// sqlite_store.h.
#pragma once

#include "base/result.h"
#include "lib/sqlite/sqlite.h"
#include "store/sqlite/sqlite_store.h"

#include <memory>
#include <string>

namespace palier::store_sqlite {

// Made if it is missing, of the newest version, in WAL mode.
[[nodiscard]] Result<std::unique_ptr<sqlite::Database>> open_database(const std::string& path,
                                                                      const Options& options);
[[nodiscard]] Result<std::unique_ptr<sqlite::Database>> open_database_read_only(
    const std::string& path, const Options& options);

}  // namespace palier::store_sqlite
