// kill -9 while Trials are put, and readers beside a writer, with real processes.
#include "base/rng.h"
#include "lib/sqlite/sqlite.h"
#include "store/contract/store_contract.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace palier::store_sqlite {
namespace {

namespace contract = store::contract;

// A child that opens the store and puts Trials from `first` on, and writes the number of each to
// the pipe once its put has returned; it never ends by itself.
[[noreturn]] void put_for_ever(const std::string& path, std::uint64_t first, int report) {
    const FakeClock clock;
    const auto store = open(path, clock);
    if (!store) {
        _exit(1);
    }
    const auto run = (*store)->find_run("identity");
    if (!run || !*run) {
        _exit(2);
    }
    for (std::uint64_t i = first;; ++i) {
        if (!(*store)->put_trials((*run)->row, {contract::placed(i)}) ||
            write(report, &i, sizeof i) != sizeof i) {
            _exit(3);
        }
    }
}

// The number of Trials that the child reported before it was killed after `life`.
std::uint64_t killed_writer(const std::string& path,
                            std::uint64_t first,
                            std::chrono::microseconds life) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(ends[0]);
        put_for_ever(path, first, ends[1]);
    }
    close(ends[1]);
    std::this_thread::sleep_for(life);
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    std::uint64_t next = first;
    std::uint64_t number = 0;
    while (read(ends[0], &number, sizeof number) == sizeof number) {
        CHECK(number == next);
        ++next;
    }
    close(ends[0]);
    return next;
}

TEST_CASE("a writer killed at any moment loses nothing that it had put") {
    const TestFolder folder;
    const FakeClock clock;
    {
        const auto store = open(folder.file(), clock);
        contract::begin(**store, "identity");
    }
    Rng rng(20);
    std::uint64_t next = 0;
    int cut = 0;
    for (int round = 0; round < 20; ++round) {
        const std::uint64_t reported = killed_writer(
            folder.file(), next, std::chrono::microseconds(1'000 + rng.below(60'000)));
        const auto store = open(folder.file(), clock);
        REQUIRE(store);
        std::uint64_t found = 0;
        REQUIRE((*store)->each_trial(1, std::nullopt, "", [&](const store::Placed& one) {
            CHECK(one.ordinal == static_cast<std::int64_t>(found));
            CHECK(one.trial.answer == contract::placed(found).trial.answer);
            ++found;
            return true;
        }));
        // The last put may have been committed without having been reported.
        CHECK(found >= reported);
        CHECK(found <= reported + 1);
        cut += found > next ? 1 : 0;
        next = found;
    }
    CHECK(cut > 0);
    const auto database = sqlite::Database::open(folder.file());
    CHECK((*database)->text_of("PRAGMA integrity_check").value() == "ok");
    CHECK((*database)->integer_of("SELECT count(*) FROM trial").value() ==
          static_cast<std::int64_t>(next));
}

// Reads the run again and again until it has `wanted` Trials: each time a prefix, never shorter
// than the time before. 0, or the number of what went wrong.
int read_until(const std::string& path, std::uint64_t wanted) {
    const FakeClock clock;
    const auto store = open_read_only(path, clock);
    if (!store) {
        return 1;
    }
    std::uint64_t before = 0;
    while (before < wanted) {
        std::uint64_t seen = 0;
        bool in_order = true;
        const Result<void> done =
            (*store)->each_trial(1, std::nullopt, "", [&](const store::Placed& one) {
                in_order = in_order && one.ordinal == static_cast<std::int64_t>(seen);
                ++seen;
                return true;
            });
        if (!done) {
            return 2;
        }
        if (!in_order || seen < before) {
            return 3;
        }
        before = seen;
    }
    return 0;
}

TEST_CASE("two processes read while one writes") {
    const TestFolder folder;
    const FakeClock clock;
    constexpr std::uint64_t k_trials = 3'000;
    {
        contract::begin(**open(folder.file(), clock), "identity");
    }
    std::array<pid_t, 2> readers{};
    for (pid_t& reader : readers) {
        reader = fork();
        REQUIRE(reader >= 0);
        if (reader == 0) {
            _exit(read_until(folder.file(), k_trials));
        }
    }
    {
        const auto store = open(folder.file(), clock);
        for (std::uint64_t i = 0; i < k_trials; ++i) {
            REQUIRE((*store)->put_trials(1, {contract::placed(i)}));
        }
    }
    for (const pid_t reader : readers) {
        int status = 0;
        REQUIRE(waitpid(reader, &status, 0) == reader);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
}

TEST_CASE("two writers take turns") {
    const TestFolder folder;
    const FakeClock clock;
    {
        contract::begin(**open(folder.file(), clock), "identity");
    }
    const pid_t child = fork();
    REQUIRE(child >= 0);
    const auto put_500 = [&](std::uint64_t system) {
        const auto store = open(folder.file(), clock);
        for (std::uint64_t i = 0; store && i < 500; ++i) {
            if (!(*store)->put_trials(1, {contract::placed(i, store::Phase::Test, system)})) {
                return false;
            }
        }
        return store.has_value();
    };
    if (child == 0) {
        _exit(put_500(1) ? 0 : 1);
    }
    CHECK(put_500(2));
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
    const auto store = open(folder.file(), clock);
    CHECK(contract::trials_of(**store, 1).size() == 1'000);
}

// AddressSanitizer keeps freed memory for a while, so that growth says nothing there.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("memory stays flat while trials are put") {
    const TestFolder folder;
    const FakeClock clock;
    const auto resident_pages = [] {
        std::ifstream file("/proc/self/statm");
        std::int64_t size = 0;
        std::int64_t resident = 0;
        file >> size >> resident;
        return resident;
    };
    const auto store = open(folder.file(), clock);
    const std::int64_t run = contract::begin(**store);
    std::int64_t after_first = 0;
    for (std::uint64_t i = 0; i < 30'000; i += 32) {
        std::vector<store::Placed> batch;
        for (std::uint64_t j = i; j < i + 32; ++j) {
            batch.push_back(contract::placed(j));
        }
        REQUIRE((*store)->put_trials(run, batch));
        after_first = i == 0 ? resident_pages() : after_first;
    }
    // The cache of pages is 8 MiB.
    CHECK((resident_pages() - after_first) * sysconf(_SC_PAGESIZE) < 40'000'000);
}
#endif

}  // namespace
}  // namespace palier::store_sqlite
