#include "base/check.h"
#include "lib/sqlite/codes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/store_class.h"

namespace palier::store_sqlite {

using core::Trial;
using sqlite::Statement;
using sqlite::Transaction;
using store::Phase;
using store::Placed;

namespace {

constexpr std::string_view k_insert_trial =
    "INSERT INTO trial (key, request_key, case_id, answer, score, parsed, failure, failure_detail, "
    "metrics, fields, ttft_ms, total_ms, prompt_tokens, cached_tokens, output_tokens, recorded, "
    "system) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING";

}  // namespace

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

}  // namespace palier::store_sqlite
