#include "store/sqlite/sqlite_store.h"

#include "base/text.h"
#include "lib/hash/sha256.h"
#include "store/codes.h"
#include "store/sqlite/open_database.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/run_lock.h"
#include "store/sqlite/store_class.h"

namespace palier::store_sqlite {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;
using store::RunRow;

Error SqliteStore::error(int code, std::vector<std::pair<std::string, std::string>> args) const {
    args.emplace_back("file", database_->path());
    return Error(code, std::move(args));
}

Result<std::unique_ptr<store::RunLock>> SqliteStore::lock(std::string_view identity) {
    return lock_runs(database_->path(), identity, iso8601(clock_.unix_seconds()));
}

// Newest first; `condition` has at most one parameter.
Result<std::vector<RunRow>> SqliteStore::select_runs(std::string_view condition,
                                                     std::string_view text) {
    Result<Statement> statement = database_->prepare("SELECT " + std::string(k_run_columns) +
                                                     " FROM run WHERE " + std::string(condition));
    PALIER_TRY(statement);
    statement->bind_text(1, text);
    std::vector<RunRow> found;
    for (;;) {
        const Result<bool> row = statement->step();
        PALIER_TRY(row);
        if (!*row) {
            return found;
        }
        found.push_back(run_from(*statement));
    }
}

Result<std::optional<RunRow>> SqliteStore::find_run(std::string_view identity) {
    Result<std::vector<RunRow>> found =
        select_runs("identity = ?1 ORDER BY row DESC LIMIT 1", identity);
    PALIER_TRY(found);
    return found->empty() ? std::optional<RunRow>() : std::move(found->front());
}

Result<RunRow> SqliteStore::begin_run(const RunRow& run) {
    RunRow made = run;
    if (made.started_at.empty()) {
        made.started_at = iso8601(clock_.unix_seconds());
    }
    Result<Transaction> transaction = Transaction::begin(*database_);
    PALIER_TRY(transaction);
    Result<Statement> insert = database_->prepare(
        "INSERT INTO run (id, identity, job_name, job_path, job_text, data_hash, started_at, "
        "finished, elapsed_s, exit_code) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING");
    PALIER_TRY(insert);
    // Six digits are short enough to type and rarely taken; the attempt makes another one.
    for (int attempt = 0;; ++attempt) {
        hash::Sha256 hash;
        hash.field(made.identity)
            .field(std::to_string(clock_.unix_seconds()))
            .field(std::to_string(clock_.now().count()))
            .field(std::to_string(attempt));
        made.id = "r" + hash.hex().substr(0, 6);
        insert->bind_text(1, made.id)
            .bind_text(2, made.identity)
            .bind_text(3, made.job_name)
            .bind_text(4, made.job_path)
            .bind_text(5, made.job_text)
            .bind_text(6, made.data_hash)
            .bind_text(7, made.started_at)
            .bind_int(8, made.finished ? 1 : 0)
            .bind_real(9, made.elapsed_s)
            .bind_int(10, made.exit_code);
        PALIER_TRY(insert->run());
        if (database_->changed_rows() == 1) {
            break;
        }
    }
    made.row = database_->last_insert_row();
    PALIER_TRY(transaction->commit());
    return made;
}

Result<RunRow> SqliteStore::run(std::string_view id) {
    const bool newest = id == "last";
    Result<std::vector<RunRow>> found =
        newest ? select_runs("?1 <> '' ORDER BY row DESC LIMIT 1", id)
               : select_runs("?1 <> '' AND substr(id, 1, length(?1)) = ?1 ORDER BY row DESC", id);
    PALIER_TRY(found);
    if (found->empty()) {
        return error(store::codes::no_such_run, {{"id", std::string(id)}});
    }
    std::vector<std::string> ids;
    for (RunRow& one : *found) {
        if (one.id == id) {
            return std::move(one);
        }
        ids.push_back(one.id);
    }
    if (ids.size() > 1) {
        return error(store::codes::several_runs,
                     {{"id", std::string(id)}, {"matches", join(ids, ", ")}});
    }
    return std::move(found->front());
}

Result<std::vector<RunRow>> SqliteStore::runs() {
    return select_runs("?1 = '' ORDER BY row DESC", "");
}

Result<void> SqliteStore::add_elapsed(std::int64_t run, double seconds) {
    Result<Statement> update =
        database_->prepare("UPDATE run SET elapsed_s = elapsed_s + ?2 WHERE row = ?1");
    PALIER_TRY(update);
    return update->bind_int(1, run).bind_real(2, seconds).run();
}

Result<std::unique_ptr<store::Store>> open(const std::string& path,
                                           const Clock& clock,
                                           const Options& options) {
    Result<std::unique_ptr<Database>> database = open_database(path, options);
    PALIER_TRY(database);
    return std::unique_ptr<store::Store>(
        std::make_unique<SqliteStore>(std::move(*database), clock));
}

Result<std::unique_ptr<store::Store>> open_read_only(const std::string& path,
                                                     const Clock& clock,
                                                     const Options& options) {
    Result<std::unique_ptr<Database>> database = open_database_read_only(path, options);
    PALIER_TRY(database);
    return std::unique_ptr<store::Store>(
        std::make_unique<SqliteStore>(std::move(*database), clock));
}

}  // namespace palier::store_sqlite
