#include "lib/json/json.h"
#include "store/codes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/store_class.h"
#include "store/sqlite/summary_json.h"

namespace palier::store_sqlite {

using core::Case;
using core::Summary;
using sqlite::Statement;
using sqlite::Transaction;

Result<void> SqliteStore::put_memo(std::int64_t run,
                                   std::string_view name,
                                   std::string_view value) {
    Result<Statement> insert =
        database_->prepare("INSERT OR REPLACE INTO fact (run, name, value) VALUES (?,?,?)");
    PALIER_TRY(insert);
    return insert->bind_int(1, run).bind_text(2, name).bind_text(3, value).run();
}

Result<std::optional<std::string>> SqliteStore::memo(std::int64_t run, std::string_view name) {
    Result<Statement> select =
        database_->prepare("SELECT value FROM fact WHERE run = ? AND name = ?");
    PALIER_TRY(select);
    const Result<bool> row = select->bind_int(1, run).bind_text(2, name).step();
    PALIER_TRY(row);
    return *row ? std::optional(select->text(0)) : std::nullopt;
}

Result<std::optional<std::string>> SqliteStore::newest_memo(std::string_view name) {
    Result<Statement> select =
        database_->prepare("SELECT value FROM fact WHERE name = ? ORDER BY row DESC LIMIT 1");
    PALIER_TRY(select);
    const Result<bool> row = select->bind_text(1, name).step();
    PALIER_TRY(row);
    return *row ? std::optional(select->text(0)) : std::nullopt;
}

Result<void> SqliteStore::put_cases(std::int64_t run, const std::vector<Case>& cases) {
    Result<Transaction> transaction = Transaction::begin(*database_);
    PALIER_TRY(transaction);
    Result<Statement> insert = database_->prepare(
        "INSERT INTO test_case (hash, id, input, expected, context, case_group, tags, line) "
        "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (hash) DO NOTHING");
    PALIER_TRY(insert);
    Result<Statement> link = database_->prepare(
        "INSERT INTO run_case (run, test_case) SELECT ?, row FROM test_case WHERE hash = ? "
        "ON CONFLICT DO NOTHING");
    PALIER_TRY(link);
    for (const Case& one : cases) {
        const std::string hash = hash_of(one);
        PALIER_TRY(put_case(*insert, hash, one));
        const HashValue key(hash);
        link->bind_int(1, run);
        key.bind(*link, 2);
        PALIER_TRY(link->run());
    }
    return transaction->commit();
}

Result<void> SqliteStore::each_case(std::int64_t run,
                                    const std::function<bool(const Case&)>& visit) {
    Result<Statement> select = database_->prepare(
        "SELECT id, input, expected, context, case_group, tags, line FROM run_case CROSS JOIN "
        "test_case ON test_case.row = run_case.test_case WHERE run = ? ORDER BY run_case.row");
    PALIER_TRY(select);
    select->bind_int(1, run);
    for (;;) {
        const Result<bool> row = select->step();
        PALIER_TRY(row);
        if (!*row) {
            return {};
        }
        const Result<Case> one = case_from(*select, database_->path());
        PALIER_TRY(one);
        if (!visit(*one)) {
            return {};
        }
    }
}

Result<void> SqliteStore::put_summary(std::int64_t run, const Summary& summary) {
    const std::string text = json::write(summary_to_json(summary));
    Result<Transaction> transaction = Transaction::begin(*database_);
    PALIER_TRY(transaction);
    Result<Statement> insert =
        database_->prepare("INSERT OR REPLACE INTO summary (run, json) VALUES (?,?)");
    PALIER_TRY(insert);
    PALIER_TRY(insert->bind_int(1, run).bind_text(2, text).run());
    Result<Statement> update =
        database_->prepare("UPDATE run SET finished = ?2, exit_code = ?3 WHERE row = ?1");
    PALIER_TRY(update);
    PALIER_TRY(update->bind_int(1, run)
                   .bind_int(2, summary.finished ? 1 : 0)
                   .bind_int(3, summary.finished ? summary.exit_code : -1)
                   .run());
    return transaction->commit();
}

Result<Summary> SqliteStore::summary(std::int64_t run) {
    Result<Statement> select = database_->prepare(
        "SELECT run.id, summary.json FROM run LEFT JOIN summary ON summary.run = run.row "
        "WHERE run.row = ?");
    PALIER_TRY(select);
    const Result<bool> row = select->bind_int(1, run).step();
    PALIER_TRY(row);
    if (!*row) {
        return error(store::codes::no_such_run, {{"id", std::to_string(run)}});
    }
    const std::string id = select->text(0);
    if (select->is_null(1)) {
        return error(store::codes::run_without_result, {{"run", id}});
    }
    const auto parsed = json::parse(select->bytes(1));
    if (const auto* wrong = std::get_if<json::ParseError>(&parsed)) {
        return error(
            store::codes::result_damaged,
            {{"run", id},
             {"where", "byte " + std::to_string(wrong->offset) + " (" + wrong->what + ")"}});
    }
    Result<Summary> summary = summary_from_json(std::get<json::Value>(parsed));
    if (!summary) {
        Error failed = error(summary.error().code, summary.error().args);
        failed.args.emplace_back("run", id);
        return failed;
    }
    return summary;
}

}  // namespace palier::store_sqlite
