#include "store/sqlite/migrations.h"

#include "lib/sqlite/codes.h"
#include "store/codes.h"

#include <string>

namespace palier::store_sqlite {
namespace {

// Hashes are BLOBs of 32 bytes; what is not 64 hex digits stays TEXT (rows.h).
//
// trial.key carries the only index that a put must search; request_key has one for find_answer and
// leaves out Trials without a request. run_trial is ordered as it is read, so that each_trial walks
// it without sorting; case_id_here is set where it differs from the Trial's. phase: 0 dev, 1 test,
// 2 topline, 3 latency, 4 batch check, 5 diagnosis. fact has a rowid of its own because INSERT OR
// REPLACE then makes the newest value the highest row. Tokens that nobody counted are -1.
constexpr std::string_view k_version_1 = R"sql(
CREATE TABLE run (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL,
    job_name TEXT NOT NULL,
    job_path TEXT NOT NULL,
    job_text TEXT NOT NULL,
    data_hash TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished INTEGER NOT NULL,
    elapsed_s REAL NOT NULL,
    exit_code INTEGER NOT NULL
);
CREATE INDEX run_by_identity ON run (identity);

CREATE TABLE system (
    row INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE
);

CREATE TABLE trial (
    row INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    request_key BLOB,
    system INTEGER NOT NULL REFERENCES system,
    case_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    score INTEGER NOT NULL,
    parsed TEXT NOT NULL,
    failure TEXT,
    failure_detail TEXT,
    metrics TEXT,
    fields TEXT,
    ttft_ms REAL,
    total_ms REAL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    recorded INTEGER NOT NULL
);
CREATE INDEX trial_by_request ON trial (request_key) WHERE request_key IS NOT NULL;

CREATE TABLE run_trial (
    run INTEGER NOT NULL REFERENCES run,
    phase INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    system INTEGER NOT NULL REFERENCES system,
    trial INTEGER NOT NULL REFERENCES trial,
    case_id_here TEXT,
    PRIMARY KEY (run, phase, ordinal, system)
) WITHOUT ROWID;

CREATE TABLE test_case (
    row INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    id TEXT NOT NULL,
    input TEXT NOT NULL,
    expected TEXT NOT NULL,
    context TEXT NOT NULL,
    case_group TEXT NOT NULL,
    tags TEXT NOT NULL,
    line INTEGER NOT NULL
);

CREATE TABLE run_case (
    row INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    test_case INTEGER NOT NULL REFERENCES test_case,
    UNIQUE (run, test_case)
);

CREATE TABLE fact (
    row INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (name, run)
);

CREATE TABLE summary (
    run INTEGER PRIMARY KEY REFERENCES run,
    json TEXT NOT NULL
);
)sql";

}  // namespace

const std::vector<std::string_view>& migrations() {
    static const std::vector<std::string_view> steps = {k_version_1};
    return steps;
}

std::int64_t newest_version() {
    return static_cast<std::int64_t>(migrations().size());
}

Error newer_version(const std::string& path, std::int64_t version) {
    return Error(store::codes::made_by_newer,
                 {{"file", path},
                  {"found", std::to_string(version)},
                  {"known", std::to_string(newest_version())}});
}

Result<void> check_ours(sqlite::Database& database) {
    const Result<std::int64_t> application = database.integer_of("PRAGMA application_id");
    PALIER_TRY(application);
    const Result<std::int64_t> version = database.integer_of("PRAGMA user_version");
    PALIER_TRY(version);
    if (*application != k_application_id) {
        const Result<std::int64_t> tables =
            database.integer_of("SELECT count(*) FROM sqlite_schema");
        PALIER_TRY(tables);
        if (*application != 0 || *version != 0 || *tables != 0) {
            return Error(sqlite::codes::no_database,
                         {{"file", database.path()}, {"reason", "it belongs to another program"}});
        }
    }
    if (*version > newest_version()) {
        return newer_version(database.path(), *version);
    }
    return {};
}

Result<void> migrate(sqlite::Database& database) {
    for (;;) {
        const Result<std::int64_t> seen = database.integer_of("PRAGMA user_version");
        PALIER_TRY(seen);
        if (*seen >= newest_version()) {
            return {};
        }
        Result<sqlite::Transaction> transaction = sqlite::Transaction::begin(database);
        PALIER_TRY(transaction);
        // Another process may have done this step while the lock was waited for.
        PALIER_TRY(check_ours(database));
        const Result<std::int64_t> version = database.integer_of("PRAGMA user_version");
        PALIER_TRY(version);
        if (*version < newest_version()) {
            PALIER_TRY(
                database.execute(std::string(migrations()[static_cast<std::size_t>(*version)])));
            PALIER_TRY(
                database.execute("PRAGMA application_id = " + std::to_string(k_application_id)));
            PALIER_TRY(database.execute("PRAGMA user_version = " + std::to_string(*version + 1)));
        }
        PALIER_TRY(transaction->commit());
    }
}

}  // namespace palier::store_sqlite
