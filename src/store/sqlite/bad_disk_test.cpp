// What the store does where the world refuses: no database, locks, a full disk, a read-only folder.
#include "lib/sqlite/codes.h"
#include "lib/sqlite/sqlite.h"
#include "store/contract/store_contract.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

namespace palier::store_sqlite {
namespace {

namespace contract = store::contract;
using store::Placed;

Placed large(std::uint64_t number) {
    Placed one = contract::placed(number);
    one.trial.answer = std::string(4000, 'x');
    return one;
}

// Puts one Trial after another until one is refused; how many were put.
std::uint64_t put_until_refused(store::Store& store, std::int64_t run, Error& refusal) {
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        const Result<void> put = store.put_trials(run, {large(i)});
        if (!put) {
            refusal = put.error();
            return i;
        }
    }
    return 100'000;
}

// Runs `body` in a child process that has a small disk of its own at `folder`; it returns 0 or the
// number of what went wrong. -1: this process may not mount.
int on_small_disk(const std::filesystem::path& folder, const std::function<int()>& body) {
    constexpr int k_may_not = 99;
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const bool mounted = unshare(CLONE_NEWNS) == 0 &&
                             mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             mount("none", folder.c_str(), "tmpfs", 0, "size=512k") == 0;
        _exit(mounted ? body() : k_may_not);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status) == k_may_not ? -1 : WEXITSTATUS(status);
}

TEST_CASE("a file that is not a database is refused and stays as it is") {
    const TestFolder folder;
    const FakeClock clock;
    const std::string magic("SQLite format 3\0", 16);
    for (const std::string& bytes :
         {std::string("hello"), std::string(5000, 'x'), magic, magic + std::string(5000, '\xff')}) {
        write_bytes(folder.file(), bytes);
        CHECK(open(folder.file(), clock).error().code == sqlite::codes::no_database);
        CHECK(open_read_only(folder.file(), clock).error().code == sqlite::codes::no_database);
        CHECK(bytes_of(folder.file()) == bytes);
    }
}

TEST_CASE("a path that cannot be opened is an error with the system's reason") {
    const TestFolder folder;
    const FakeClock clock;
    const auto missing = open(folder.file("no/such/folder/runs.db"), clock);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == sqlite::codes::database_unusable);
    CHECK(missing.error().args[0].second == folder.file("no/such/folder/runs.db"));
    CHECK(missing.error().args[1].second ==
          "unable to open database file (No such file or directory)");
    CHECK(open(folder.path().string(), clock).error().code == sqlite::codes::database_unusable);
    const auto absent = open_read_only(folder.file("absent.db"), clock);
    CHECK(absent.error().code == sqlite::codes::database_unusable);
    CHECK(absent.error().args[1].second == "No such file or directory");
    CHECK_FALSE(std::filesystem::exists(folder.file("absent.db")));
}

TEST_CASE("a lock that another connection holds too long is an error; then the store goes on") {
    const TestFolder folder;
    const FakeClock clock;
    const Options impatient{std::chrono::milliseconds(20), 0};
    const auto store = open(folder.file(), clock, impatient);
    const std::int64_t run = contract::begin(**store);
    {
        const auto other = sqlite::Database::open(folder.file());
        const auto lock = sqlite::Transaction::begin(**other);
        REQUIRE(lock);
        const Result<void> put = (*store)->put_trials(run, {contract::placed(1)});
        REQUIRE_FALSE(put);
        CHECK(put.error().code == sqlite::codes::database_locked);
        CHECK(contract::trials_of(**store, run).empty());
    }
    CHECK((*store)->put_trials(run, {contract::placed(1)}));
}

TEST_CASE("a file at its size limit refuses what does not fit and keeps what was put") {
    const TestFolder folder;
    const FakeClock clock;
    const Options small{std::chrono::milliseconds(5000), 300'000};
    std::uint64_t kept = 0;
    {
        const auto store = open(folder.file(), clock, small);
        REQUIRE(store);
        const std::int64_t run = contract::begin(**store);
        Error refusal;
        kept = put_until_refused(**store, run, refusal);
        CHECK(refusal.code == sqlite::codes::database_full);
        CHECK(kept > 20);
        CHECK(contract::trials_of(**store, run).size() == kept);
    }
    CHECK(std::filesystem::file_size(folder.file()) <= 300'000);
    const auto store = open(folder.file(), clock);
    const std::int64_t run = (*store)->run("last")->row;
    CHECK(contract::trials_of(**store, run).size() == kept);
    CHECK((*store)->put_trials(run, {large(kept)}));
}

TEST_CASE("on a full disk nothing that was put is lost, and the run goes on once there is space") {
    const TestFolder folder;
    const FakeClock clock;
    const int wrong = on_small_disk(folder.path(), [&] {
        std::ofstream(folder.file("ballast")) << std::string(100'000, 'b') << std::flush;
        std::uint64_t kept = 0;
        {
            const auto store = open(folder.file(), clock);
            if (!store) {
                return 1;
            }
            const std::int64_t run = contract::begin(**store);
            Error refusal;
            kept = put_until_refused(**store, run, refusal);
            if (refusal.code != sqlite::codes::database_full || kept < 10) {
                return 2;
            }
            if (contract::trials_of(**store, run).size() != kept) {
                return 3;
            }
        }
        std::filesystem::remove(folder.file("ballast"));
        const auto store = open(folder.file(), clock);
        if (!store) {
            return 4;
        }
        const std::int64_t run = (*store)->run("last")->row;
        if (contract::trials_of(**store, run).size() != kept) {
            return 5;
        }
        return (*store)->put_trials(run, {large(kept)}) ? 0 : 6;
    });
    WARN_MESSAGE(wrong != -1, "not tried: this process may not mount a file system");
    CHECK(wrong <= 0);
}

TEST_CASE("a store that cannot even be made on a full disk is error 1105") {
    const TestFolder folder;
    const FakeClock clock;
    const int wrong = on_small_disk(folder.path(), [&] {
        std::ofstream(folder.file("ballast")) << std::string(600'000, 'b') << std::flush;
        const auto store = open(folder.file(), clock);
        return store ? 1 : store.error().code == sqlite::codes::database_full ? 0 : 2;
    });
    CHECK(wrong <= 0);
}

TEST_CASE("a store in a read-only folder can be read, every put is refused, no byte changes") {
    const TestFolder folder;
    const FakeClock clock;
    const std::string path = folder.file();
    const int wrong = on_small_disk(folder.path(), [&] {
        {
            const auto store = open(path, clock);
            if (!store || !(*store)->put_trials(contract::begin(**store), {contract::placed(1)})) {
                return 1;
            }
        }
        const std::string before = bytes_of(path);
        if (mount("none", folder.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
            return 2;
        }
        const auto writing = open(path, clock);
        if (writing || writing.error().code != sqlite::codes::database_read_only) {
            return 3;
        }
        const auto making = open(folder.file("new.db"), clock);
        if (making || making.error().code != sqlite::codes::database_read_only) {
            return 4;
        }
        const auto store = open_read_only(path, clock);
        if (!store || contract::trials_of(**store, 1).size() != 1) {
            return 5;
        }
        const Result<void> put = (*store)->put_memo(1, "a", "b");
        if (put || put.error().code != sqlite::codes::database_read_only) {
            return 6;
        }
        return bytes_of(path) == before ? 0 : 7;
    });
    CHECK(wrong <= 0);
}

TEST_CASE("a store whose log was not moved into it is not shown without it") {
    const TestFolder folder;
    const FakeClock clock;
    const std::string path = folder.file();
    const int wrong = on_small_disk(folder.path(), [&] {
        {
            const auto store = open(path, clock);
            if (!store || !(*store)->put_trials(contract::begin(**store), {contract::placed(1)})) {
                return 1;
            }
            std::filesystem::copy_file(path, folder.file("killed.db"));
            std::filesystem::copy_file(path + "-wal", folder.file("killed.db-wal"));
        }
        if (mount("none", folder.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
            return 2;
        }
        const auto store = open_read_only(folder.file("killed.db"), clock);
        return store ? 3 : store.error().code == sqlite::codes::database_read_only ? 0 : 4;
    });
    CHECK(wrong <= 0);
}

TEST_CASE("a store opened for reading in a folder that can be written sees a writer's commits") {
    const TestFolder folder;
    const FakeClock clock;
    const auto writer = open(folder.file(), clock);
    const std::int64_t run = contract::begin(**writer);
    const auto reader = open_read_only(folder.file(), clock);
    REQUIRE(reader);
    for (std::uint64_t i = 0; i < 3; ++i) {
        REQUIRE((*writer)->put_trials(run, {contract::placed(i)}));
        CHECK(contract::trials_of(**reader, run).size() == i + 1);
    }
    CHECK((*reader)->put_trials(run, {contract::placed(9)}).error().code ==
          sqlite::codes::database_read_only);
    CHECK((*reader)->begin_run(contract::run_named("x")).error().code ==
          sqlite::codes::database_read_only);
}

}  // namespace
}  // namespace palier::store_sqlite
