#include "store/sqlite/open_database.h"

#include "lib/sqlite/codes.h"
#include "store/codes.h"
#include "store/sqlite/migrations.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

namespace palier::store_sqlite {
namespace {

using sqlite::Database;
using sqlite::Transaction;

// Refuses by the file's first bytes, before SQLite makes or moves anything beside it.
Result<bool> exists_and_is_ours(const std::string& path) {
    const Result<std::optional<sqlite::FileHeader>> header = sqlite::read_header(path);
    PALIER_TRY(header);
    if (!header->has_value()) {
        return false;
    }
    const sqlite::FileHeader& found = **header;
    if (found.application_id != k_application_id) {
        // A store whose first commit is still in the log has zeros here.
        if (found.application_id != 0 || found.user_version != 0) {
            return Error(sqlite::codes::no_database,
                         {{"file", path}, {"reason", "it belongs to another program"}});
        }
    } else if (found.user_version > newest_version()) {
        return newer_version(path, found.user_version);
    }
    return true;
}

Result<void> configure(Database& database, std::chrono::milliseconds patience) {
    // A checkpoint costs two fsyncs and writes each page once, so it is made late (32 MiB of log):
    // a commit of one Trial touches five pages, two of them at random in the indexes of hashes.
    PALIER_TRY(database.execute(
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192; "
        "PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 33554432"));
    // SQLite does not always wait for a lock while it changes the mode: two processes that make the
    // same store would fail each other at once. So the waiting is done here.
    constexpr std::chrono::milliseconds k_pause(5);
    PALIER_TRY(database.execute("PRAGMA busy_timeout = 0"));
    for (auto waited = std::chrono::milliseconds(0);; waited += k_pause) {
        const Result<void> done = database.execute("PRAGMA journal_mode = WAL");
        if (done) {
            break;
        }
        if (done.error().code != sqlite::codes::database_locked || waited >= patience) {
            return done;
        }
        std::this_thread::sleep_for(k_pause);
    }
    return database.execute("PRAGMA busy_timeout = " + std::to_string(patience.count()));
}

bool has_log(const std::string& path) {
    std::error_code none;
    const auto size = std::filesystem::file_size(path + "-wal", none);
    return !none && size > 0;
}

Result<void> check_opened(Database& database) {
    Result<Transaction> transaction = Transaction::begin_reading(database);
    PALIER_TRY(transaction);
    PALIER_TRY(check_ours(database));
    return transaction->commit();
}

Result<std::unique_ptr<Database>> open_to_read(const std::string& path,
                                               const sqlite::OpenSpec& spec) {
    Result<std::unique_ptr<Database>> database = Database::open(path, spec);
    PALIER_TRY(database);
    PALIER_TRY(check_opened(**database));
    return database;
}

}  // namespace

Result<std::unique_ptr<Database>> open_database(const std::string& path, const Options& options) {
    if (path != ":memory:") {
        PALIER_TRY(exists_and_is_ours(path));
    }
    sqlite::OpenSpec spec;
    spec.patience = options.patience;
    spec.max_bytes = options.max_bytes;
    // 100,000 commits of one Trial: 33 us each, against 52 with pages of 4096 and 41 with 1024.
    spec.page_bytes = 2048;
    Result<std::unique_ptr<Database>> database = Database::open(path, spec);
    PALIER_TRY(database);
    // Until it is known to be ours: the version may stand in a log that is not to be touched
    // either.
    (*database)->keep_log_on_close(true);
    PALIER_TRY(check_opened(**database));
    (*database)->keep_log_on_close(false);
    PALIER_TRY(configure(**database, options.patience));
    PALIER_TRY(migrate(**database));
    return database;
}

Result<std::unique_ptr<Database>> open_database_read_only(const std::string& path,
                                                          const Options& options) {
    const Result<bool> found = exists_and_is_ours(path);
    PALIER_TRY(found);
    if (!*found) {
        return Error(sqlite::codes::database_unusable,
                     {{"file", path}, {"reason", std::strerror(ENOENT)}});
    }
    sqlite::OpenSpec spec;
    spec.access = sqlite::Access::ReadOnly;
    spec.patience = options.patience;
    Result<std::unique_ptr<Database>> database = open_to_read(path, spec);
    const bool cannot_lock =
        !database && (database.error().code == sqlite::codes::database_unusable ||
                      database.error().code == sqlite::codes::database_read_only);
    if (cannot_lock) {
        // Reading a WAL database makes side files; where the folder refuses them nobody else can be
        // writing, and without a log the file alone is complete.
        if (has_log(path)) {
            return Error(sqlite::codes::database_read_only, database.error().args);
        }
        spec.access = sqlite::Access::Immutable;
        database = open_to_read(path, spec);
    }
    PALIER_TRY(database);
    const Result<std::int64_t> version = (*database)->integer_of("PRAGMA user_version");
    PALIER_TRY(version);
    if (*version < newest_version()) {
        return Error(store::codes::made_by_older,
                     {{"file", path},
                      {"found", std::to_string(*version)},
                      {"known", std::to_string(newest_version())}});
    }
    return database;
}

}  // namespace palier::store_sqlite
