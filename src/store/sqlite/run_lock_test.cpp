#include "store/sqlite/run_lock.h"

#include "lib/sqlite/codes.h"
#include "store/codes.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

namespace palier::store_sqlite {
namespace {

const std::string k_identity(64, 'a');

std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("the runs of an identity have one writer, and the second one is told who it is") {
    const TestFolder folder;
    auto first = lock_runs(folder.file(), k_identity, "noon");
    REQUIRE(first);
    const auto second = lock_runs(folder.file(), k_identity, "later");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == store::codes::run_in_progress);
    CHECK(second.error().args[0].second == std::to_string(getpid()));
    CHECK(second.error().args[1].second == "noon");
    CHECK(lock_runs(folder.file(), std::string(64, 'b'), "noon"));
    first->reset();
    CHECK(lock_runs(folder.file(), k_identity, "later"));
    CHECK(files_in(std::filesystem::path(folder.file()).parent_path()) == 0);
}

TEST_CASE("a process that is killed holds nothing any more") {
    const TestFolder folder;
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto held = lock_runs(folder.file(), k_identity, "noon");
        const char byte = held ? 'y' : 'n';
        (void)!write(ready[1], &byte, 1);
        pause();
        _exit(0);
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    CHECK(byte == 'y');
    const auto refused = lock_runs(folder.file(), k_identity, "later");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().args[0].second == std::to_string(child));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    CHECK(lock_runs(folder.file(), k_identity, "later"));
    close(ready[0]);
    close(ready[1]);
}

TEST_CASE("a lock that cannot be made is an error that names its file") {
    const auto refused = lock_runs("/nowhere/at/all.db", k_identity, "noon");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == sqlite::codes::database_read_only);
}

}  // namespace palier::store_sqlite
