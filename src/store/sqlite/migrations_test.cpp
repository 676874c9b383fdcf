#include "store/sqlite/migrations.h"

#include "lib/sqlite/codes.h"
#include "store/codes.h"
#include "store/contract/store_contract.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace palier::store_sqlite {
namespace {

namespace contract = store::contract;

void execute(const std::string& path, const std::string& sql) {
    const auto database = sqlite::Database::open(path);
    REQUIRE(database);
    REQUIRE((*database)->execute(sql));
}

// A store with one run and one Trial.
void make_store(const std::string& path) {
    const FakeClock clock;
    const auto store = open(path, clock);
    REQUIRE(store);
    REQUIRE((*store)->put_trials(contract::begin(**store), {contract::placed(1)}));
}

TEST_CASE("version 0, an empty database, becomes the newest version") {
    const TestFolder folder;
    const FakeClock clock;
    SUBCASE("no file") {}
    SUBCASE("an empty file") {
        write_bytes(folder.file(), "");
    }
    SUBCASE("a database without tables") {
        execute(folder.file(), "PRAGMA journal_mode = WAL; VACUUM");
        REQUIRE(bytes_of(folder.file()).size() >= 512);
    }
    make_store(folder.file());
    const auto database = sqlite::Database::open(folder.file());
    CHECK((*database)->integer_of("PRAGMA user_version").value() == newest_version());
    CHECK((*database)->integer_of("PRAGMA application_id").value() == k_application_id);
    CHECK((*database)->text_of("PRAGMA journal_mode").value() == "wal");
    CHECK((*database)->integer_of("SELECT count(*) FROM trial").value() == 1);
}

TEST_CASE("opening again changes nothing") {
    const TestFolder folder;
    make_store(folder.file());
    const std::string before = bytes_of(folder.file());
    const FakeClock clock;
    {
        REQUIRE(open(folder.file(), clock));
    }
    CHECK(bytes_of(folder.file()) == before);
}

TEST_CASE("a newer version is refused, both numbers are named and no byte changes") {
    const TestFolder folder;
    make_store(folder.file());
    const FakeClock clock;
    execute(folder.file(), "PRAGMA user_version = 99");
    const std::string before = bytes_of(folder.file());
    for (const bool read_only : {false, true}) {
        const auto store =
            read_only ? open_read_only(folder.file(), clock) : open(folder.file(), clock);
        REQUIRE_FALSE(store);
        CHECK(store.error().code == store::codes::made_by_newer);
        CHECK(store.error().args[1].second == "99");
        CHECK(store.error().args[2].second == std::to_string(newest_version()));
    }
    CHECK(bytes_of(folder.file()) == before);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE(
    "a newer version that stands only in the log is refused too, and the log stays as it is") {
    const TestFolder folder;
    const std::string path = folder.file();
    make_store(path);
    const FakeClock clock;
    {
        const auto database = sqlite::Database::open(path);
        (*database)->keep_log_on_close(true);
        REQUIRE((*database)->execute("PRAGMA user_version = 99"));
    }
    const std::string before = bytes_of(path);
    const std::string log = bytes_of(path + "-wal");
    REQUIRE_FALSE(log.empty());
    CHECK(open(path, clock).error().code == store::codes::made_by_newer);
    CHECK(bytes_of(path) == before);
    CHECK(bytes_of(path + "-wal") == log);
}

TEST_CASE("another program's database is refused and stays as it is") {
    const TestFolder folder;
    const FakeClock clock;
    for (const std::string sql :
         {"CREATE TABLE theirs (a)", "PRAGMA user_version = 3", "PRAGMA application_id = 77"}) {
        CAPTURE(sql);
        const std::string path = folder.file(std::to_string(sql.size()));
        execute(path, sql);
        const std::string before = bytes_of(path);
        CHECK(open(path, clock).error().code == sqlite::codes::no_database);
        CHECK(open_read_only(path, clock).error().code == sqlite::codes::no_database);
        CHECK(bytes_of(path) == before);
    }
}

TEST_CASE("a step that fails leaves the database at the version before") {
    const TestFolder folder;
    const auto database = sqlite::Database::open(folder.file());
    // A table in the way of the first step, in a database that says it is ours.
    REQUIRE((*database)->execute("PRAGMA application_id = " + std::to_string(k_application_id) +
                                 "; CREATE TABLE summary (a)"));
    const Result<void> done = migrate(**database);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == sqlite::codes::database_unusable);
    CHECK((*database)->integer_of("PRAGMA user_version").value() == 0);
    CHECK((*database)->integer_of("SELECT count(*) FROM sqlite_schema").value() == 1);
}

TEST_CASE("several processes that make the store at once all get it") {
    const TestFolder folder;
    const FakeClock clock;
    for (int round = 0; round < 10; ++round) {
        const std::string path = folder.file(std::to_string(round));
        std::vector<pid_t> children;
        for (int i = 0; i < 4; ++i) {
            const pid_t child = fork();
            if (child == 0) {
                const auto store = open(path, clock);
                const bool put = store && (*store)->begin_run(contract::run_named("one"));
                _exit(put ? 0 : store ? 2 : store.error().code - 1000);
            }
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = 0;
            REQUIRE(waitpid(child, &status, 0) == child);
            CHECK(WEXITSTATUS(status) == 0);
        }
        const auto store = open(path, clock);
        CHECK((*store)->runs()->size() == 4);
    }
}

}  // namespace
}  // namespace palier::store_sqlite
