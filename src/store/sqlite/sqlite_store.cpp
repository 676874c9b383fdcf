#include "store/sqlite/sqlite_store.h"

#include "base/text.h"
#include "lib/hash/sha256.h"
#include "lib/json/json.h"
#include "lib/sqlite/codes.h"
#include "lib/sqlite/sqlite.h"
#include "store/codes.h"
#include "store/sqlite/open_database.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/run_lock.h"
#include "store/sqlite/summary_json.h"

#include <map>
#include <utility>

namespace palier::store_sqlite {
namespace {

using core::Case;
using core::Summary;
using core::Trial;
using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;
using store::Phase;
using store::Placed;
using store::RunRow;

constexpr std::string_view k_insert_trial =
    "INSERT INTO trial (key, request_key, case_id, answer, score, parsed, failure, failure_detail, "
    "metrics, fields, ttft_ms, total_ms, prompt_tokens, cached_tokens, output_tokens, recorded, "
    "system) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING";

class SqliteStore final : public store::Store {
   public:
    SqliteStore(std::unique_ptr<Database> database, const Clock& clock)
        : database_(std::move(database)), clock_(clock) {}

    Result<std::unique_ptr<store::RunLock>> lock(std::string_view identity) override {
        return lock_runs(database_->path(), identity, iso8601(clock_.unix_seconds()));
    }
    Result<std::optional<RunRow>> find_run(std::string_view identity) override;
    Result<RunRow> begin_run(const RunRow& run) override;
    Result<RunRow> run(std::string_view id) override;
    Result<std::vector<RunRow>> runs() override;
    Result<void> add_elapsed(std::int64_t run, double seconds) override;

    Result<void> put_trials(std::int64_t run, const std::vector<Placed>& trials) override;
    Result<void> take_out(std::int64_t run, Phase phase) override;
    Result<std::optional<Trial>> find_trial(std::string_view key) override;
    Result<std::optional<Trial>> find_answer(std::string_view request_key) override;
    Result<void> each_trial(std::int64_t run,
                            std::optional<Phase> phase,
                            std::string_view system_hash,
                            const std::function<bool(const Placed&)>& visit) override;

    Result<void> put_fact(std::int64_t run, std::string_view name, std::string_view value) override;
    Result<std::optional<std::string>> fact(std::int64_t run, std::string_view name) override;
    Result<std::optional<std::string>> newest_fact(std::string_view name) override;

    Result<void> put_cases(std::int64_t run, const std::vector<Case>& cases) override;
    Result<void> each_case(std::int64_t run,
                           const std::function<bool(const Case&)>& visit) override;

    Result<void> put_summary(std::int64_t run, const Summary& summary) override;
    Result<Summary> summary(std::int64_t run) override;

   private:
    Result<std::vector<RunRow>> select_runs(std::string_view condition, std::string_view text);
    Result<std::optional<Trial>> select_trial(std::string_view condition, std::string_view hash);
    Result<void> put_all(std::int64_t run, const std::vector<Placed>& trials);
    Result<std::int64_t> system_row(const std::string& hash);
    Result<std::string> system_hash(std::int64_t row);
    [[nodiscard]] Error error(int code,
                              std::vector<std::pair<std::string, std::string>> args) const;

    std::unique_ptr<Database> database_;
    const Clock& clock_;
    // Rows of the system table that were met; emptied when a transaction that may have added one
    // fails.
    std::map<std::string, std::int64_t, std::less<>> system_rows_;
    std::map<std::int64_t, std::string> system_hashes_;
};

Error SqliteStore::error(int code, std::vector<std::pair<std::string, std::string>> args) const {
    args.emplace_back("file", database_->path());
    return Error(code, std::move(args));
}

// --- Runs ----------------------------------------------------------------------------------------

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

// --- Trials --------------------------------------------------------------------------------------

Result<std::int64_t> SqliteStore::system_row(const std::string& hash) {
    const auto known = system_rows_.find(hash);
    if (known != system_rows_.end()) {
        return known->second;
    }
    const HashValue value(hash);
    Result<Statement> insert =
        database_->prepare("INSERT INTO system (hash) VALUES (?) ON CONFLICT (hash) DO NOTHING");
    PALIER_TRY(insert);
    value.bind(*insert, 1);
    PALIER_TRY(insert->run());
    Result<Statement> select = database_->prepare("SELECT row FROM system WHERE hash = ?");
    PALIER_TRY(select);
    value.bind(*select, 1);
    const Result<bool> row = select->step();
    PALIER_TRY(row);
    PALIER_CHECK(*row, "a system that was just put");
    const std::int64_t number = select->integer(0);
    system_rows_.emplace(hash, number);
    return number;
}

Result<std::string> SqliteStore::system_hash(std::int64_t row) {
    const auto known = system_hashes_.find(row);
    if (known != system_hashes_.end()) {
        return known->second;
    }
    Result<Statement> select = database_->prepare("SELECT hash FROM system WHERE row = ?");
    PALIER_TRY(select);
    select->bind_int(1, row);
    const Result<bool> found = select->step();
    PALIER_TRY(found);
    if (!*found) {
        return error(sqlite::codes::database_unusable,
                     {{"reason", "column trial.system is damaged"}});
    }
    return system_hashes_.emplace(row, hash_column(*select, 0)).first->second;
}

Result<void> SqliteStore::put_trials(std::int64_t run, const std::vector<Placed>& trials) {
    if (trials.empty()) {
        return {};
    }
    Result<void> done = put_all(run, trials);
    if (!done) {
        system_rows_.clear();
        system_hashes_.clear();
    }
    return done;
}

Result<void> SqliteStore::put_all(std::int64_t run, const std::vector<Placed>& trials) {
    Result<Transaction> transaction = Transaction::begin(*database_);
    PALIER_TRY(transaction);
    Result<Statement> insert = database_->prepare(k_insert_trial);
    PALIER_TRY(insert);
    Result<Statement> find = database_->prepare("SELECT row, case_id FROM trial WHERE key = ?");
    PALIER_TRY(find);
    Result<Statement> link = database_->prepare(
        "INSERT INTO run_trial (run, phase, ordinal, system, trial, case_id_here) "
        "VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING");
    PALIER_TRY(link);
    for (const Placed& placed : trials) {
        const Trial& trial = placed.trial;
        PALIER_CHECK(!trial.key.empty() && !trial.system_hash.empty(),
                     "a Trial has a key and a system");
        const Result<std::int64_t> system = system_row(trial.system_hash);
        PALIER_TRY(system);
        insert->bind_int(k_trial_column_count + 1, *system);
        PALIER_TRY(put_trial(*insert, trial));
        std::int64_t row = database_->last_insert_row();
        link->bind_null(6);
        if (database_->changed_rows() == 0) {
            const HashValue key(trial.key);
            key.bind(*find, 1);
            const Result<bool> found = find->step();
            PALIER_TRY(found);
            PALIER_CHECK(*found, "a key that is taken can be found");
            row = find->integer(0);
            if (find->bytes(1) != trial.case_id) {
                link->bind_text(6, trial.case_id);
            }
            find->reset();
        }
        link->bind_int(1, run)
            .bind_int(2, static_cast<std::int64_t>(placed.phase))
            .bind_int(3, placed.ordinal)
            .bind_int(4, *system)
            .bind_int(5, row);
        PALIER_TRY(link->run());
    }
    return transaction->commit();
}

Result<std::optional<Trial>> SqliteStore::select_trial(std::string_view condition,
                                                       std::string_view hash) {
    Result<Statement> select =
        database_->prepare("SELECT " + std::string(k_trial_columns) + ", system FROM trial WHERE " +
                           std::string(condition));
    PALIER_TRY(select);
    const HashValue value(hash);
    value.bind(*select, 1);
    const Result<bool> row = select->step();
    PALIER_TRY(row);
    if (!*row) {
        return std::optional<Trial>();
    }
    Result<Trial> trial = trial_from(*select, database_->path());
    PALIER_TRY(trial);
    Result<std::string> system = system_hash(select->integer(k_trial_column_count));
    PALIER_TRY(system);
    trial->system_hash = std::move(*system);
    return std::optional(std::move(*trial));
}

Result<void> SqliteStore::take_out(std::int64_t run, Phase phase) {
    Result<Statement> remove =
        database_->prepare("DELETE FROM run_trial WHERE run = ? AND phase = ?");
    PALIER_TRY(remove);
    remove->bind_int(1, run).bind_int(2, static_cast<int>(phase));
    return remove->run();
}

Result<std::optional<Trial>> SqliteStore::find_trial(std::string_view key) {
    return select_trial("key = ?1", key);
}

Result<std::optional<Trial>> SqliteStore::find_answer(std::string_view request_key) {
    return select_trial("request_key = ?1 ORDER BY row LIMIT 1", request_key);
}

Result<void> SqliteStore::each_trial(std::int64_t run,
                                     std::optional<Phase> phase,
                                     std::string_view system_hash_wanted,
                                     const std::function<bool(const Placed&)>& visit) {
    // CROSS JOIN keeps the order of the tables, so that the rows come sorted by run_trial's key and
    // no sorter collects them first.
    std::string sql =
        "SELECT " + std::string(k_trial_columns) +
        ", link.phase, link.ordinal, link.system, link.case_id_here FROM run_trial AS "
        "link CROSS JOIN trial ON trial.row = link.trial WHERE link.run = ?1";
    if (phase) {
        sql += " AND link.phase = ?2";
    }
    if (!system_hash_wanted.empty()) {
        sql += " AND link.system = (SELECT row FROM system WHERE hash = ?3)";
    }
    sql += " ORDER BY link.run, link.phase, link.ordinal, link.system";
    Result<Statement> select = database_->prepare(sql);
    PALIER_TRY(select);
    const HashValue system_value(system_hash_wanted);
    select->bind_int(1, run);
    if (phase) {
        select->bind_int(2, static_cast<std::int64_t>(*phase));
    }
    if (!system_hash_wanted.empty()) {
        system_value.bind(*select, 3);
    }
    for (;;) {
        const Result<bool> row = select->step();
        PALIER_TRY(row);
        if (!*row) {
            return {};
        }
        Result<Trial> trial = trial_from(*select, database_->path());
        PALIER_TRY(trial);
        Result<std::string> system = system_hash(select->integer(k_trial_column_count + 2));
        PALIER_TRY(system);
        trial->system_hash = std::move(*system);
        if (!select->is_null(k_trial_column_count + 3)) {
            trial->case_id = select->text(k_trial_column_count + 3);
        }
        const Placed placed{static_cast<Phase>(select->integer(k_trial_column_count)),
                            select->integer(k_trial_column_count + 1),
                            std::move(*trial)};
        if (!visit(placed)) {
            return {};
        }
    }
}

// --- Facts, cases, summary -----------------------------------------------------------------------

Result<void> SqliteStore::put_fact(std::int64_t run,
                                   std::string_view name,
                                   std::string_view value) {
    Result<Statement> insert =
        database_->prepare("INSERT OR REPLACE INTO fact (run, name, value) VALUES (?,?,?)");
    PALIER_TRY(insert);
    return insert->bind_int(1, run).bind_text(2, name).bind_text(3, value).run();
}

Result<std::optional<std::string>> SqliteStore::fact(std::int64_t run, std::string_view name) {
    Result<Statement> select =
        database_->prepare("SELECT value FROM fact WHERE run = ? AND name = ?");
    PALIER_TRY(select);
    const Result<bool> row = select->bind_int(1, run).bind_text(2, name).step();
    PALIER_TRY(row);
    return *row ? std::optional(select->text(0)) : std::nullopt;
}

Result<std::optional<std::string>> SqliteStore::newest_fact(std::string_view name) {
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

}  // namespace

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
