#include "store/sqlite/sqlite_store.h"

#include "lib/sqlite/codes.h"
#include "lib/sqlite/sqlite.h"
#include "store/codes.h"
#include "store/contract/store_contract.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>

#include <set>

namespace palier::store_sqlite {
namespace {

using store::Placed;
using store::Store;
namespace contract = store::contract;

TEST_CASE("the store in a file keeps the contract") {
    const TestFolder folder;
    const FakeClock clock;
    contract::check_store_contract([&] {
        Result<std::unique_ptr<Store>> store = open(folder.file(), clock);
        REQUIRE(store);
        return std::move(*store);
    });
}

TEST_CASE("the store in memory keeps the contract") {
    const FakeClock clock;
    contract::check_store_contract([&] {
        Result<std::unique_ptr<Store>> store = open(":memory:", clock);
        REQUIRE(store);
        return std::move(*store);
    });
}

TEST_CASE("what was put is there for the next process, and no side file stays behind") {
    const TestFolder folder;
    const FakeClock clock;
    std::string id;
    {
        const auto store = open(folder.file(), clock);
        REQUIRE(store);
        const Result<store::RunRow> run = (*store)->begin_run(contract::run_named("one"));
        id = run->id;
        REQUIRE((*store)->put_trials(run->row, {contract::placed(1), contract::placed(2)}));
        REQUIRE((*store)->put_memo(run->row, "weights", "file"));
    }
    CHECK_FALSE(std::filesystem::exists(folder.file("runs.db-wal")));
    const auto store = open(folder.file(), clock);
    REQUIRE(store);
    const auto run = (*store)->find_run("one");
    REQUIRE(run->has_value());
    CHECK((*run)->id == id);
    CHECK(contract::trials_of(**store, (*run)->row).size() == 2);
    CHECK((*store)->memo((*run)->row, "weights")->value() == "file");
}

TEST_CASE("run ids stay unique while the clock stands still") {
    const FakeClock clock;
    const auto store = open(":memory:", clock);
    std::set<std::string> ids;
    for (int i = 0; i < 200; ++i) {
        const Result<store::RunRow> run = (*store)->begin_run(contract::run_named("one"));
        REQUIRE(run);
        CHECK(run->id.find_first_not_of("0123456789abcdef", 1) == std::string::npos);
        ids.insert(run->id);
    }
    CHECK(ids.size() == 200);
}

TEST_CASE("a run that names no start begins at the clock's time") {
    const FakeClock clock;
    const auto store = open(":memory:", clock);
    store::RunRow run = contract::run_named("one");
    run.started_at.clear();
    CHECK((*store)->begin_run(run)->started_at == "2026-01-01T00:00:00Z");
}

TEST_CASE("names that are no SHA-256 are kept as they are") {
    const FakeClock clock;
    const auto store = open(":memory:", clock);
    const std::int64_t run = contract::begin(**store);
    for (const std::string& name :
         {std::string("k1"), std::string(64, 'A'), std::string(32, '\1'), std::string(63, 'a')}) {
        Placed one = contract::placed(1);
        one.ordinal = static_cast<std::int64_t>(name.size()) + name[0];
        one.trial.key = one.trial.request_key = one.trial.system_hash = name;
        REQUIRE((*store)->put_trials(run, {one}));
        contract::check_equal((*store)->find_trial(name)->value(), one.trial);
        contract::check_equal((*store)->find_answer(name)->value(), one.trial);
        CHECK(contract::trials_of(**store, run, std::nullopt, name).size() == 1);
    }
}

TEST_CASE("a batch that fails leaves nothing of itself, and the store goes on") {
    const FakeClock clock;
    const auto store = open(":memory:", clock);
    const std::int64_t run = contract::begin(**store);
    const Result<void> refused = (*store)->put_trials(run + 1, {contract::placed(1)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == sqlite::codes::database_unusable);
    CHECK_FALSE((*store)->find_trial(contract::placed(1).trial.key)->has_value());
    // The system of the failed batch must not be taken for stored.
    REQUIRE((*store)->put_trials(run, {contract::placed(1)}));
    CHECK(contract::trials_of(**store, run).size() == 1);
}

TEST_CASE("hashes are stored as bytes") {
    const TestFolder folder;
    const FakeClock clock;
    {
        const auto store = open(folder.file(), clock);
        REQUIRE((*store)->put_trials(contract::begin(**store), {contract::placed(1)}));
    }
    const auto database = sqlite::Database::open(folder.file());
    REQUIRE(database);
    CHECK((*database)->integer_of("SELECT length(key) + length(request_key) FROM trial").value() ==
          64);
    CHECK((*database)->integer_of("SELECT length(hash) FROM system").value() == 32);
}

TEST_CASE("the trials of a run are read in order without being sorted first") {
    const TestFolder folder;
    const FakeClock clock;
    {
        REQUIRE(open(folder.file(), clock));
    }
    const auto database = sqlite::Database::open(folder.file());
    auto plan = (*database)->prepare(
        "EXPLAIN QUERY PLAN SELECT key FROM run_trial AS link CROSS JOIN trial ON trial.row = "
        "link.trial WHERE link.run = 1 AND link.phase = 2 AND link.system = 3 "
        "ORDER BY link.run, link.phase, link.ordinal, link.system");
    REQUIRE(plan);
    int steps = 0;
    while (plan->step().value()) {
        CHECK(plan->text(3).find("B-TREE") == std::string::npos);
        ++steps;
    }
    CHECK(steps == 2);
}

TEST_CASE("a damaged row is an error that names the column") {
    const TestFolder folder;
    const FakeClock clock;
    {
        const auto store = open(folder.file(), clock);
        const std::int64_t run = contract::begin(**store);
        REQUIRE((*store)->put_trials(run, {contract::placed(1)}));
        core::Case one;
        one.id = "a";
        one.input = "b";
        one.expected = {"c"};
        one.line = 1;
        REQUIRE((*store)->put_cases(run, {one}));
        REQUIRE((*store)->put_summary(run, core::Summary{}));
    }
    const auto damage = [&](const std::string& sql) {
        const auto database = sqlite::Database::open(folder.file());
        REQUIRE((*database)->execute(sql));
    };
    const auto reason = [&](const Error& error) { return error.args[1].second; };
    damage(
        "UPDATE trial SET failure = 'gone'; UPDATE test_case SET tags = '[1]'; "
        "UPDATE summary SET json = '{\"format\":1,'");
    const auto store = open(folder.file(), clock);
    CHECK(reason((*store)->find_trial(contract::placed(1).trial.key).error()) ==
          "column trial.failure is damaged");
    CHECK(reason((*store)->each_case(1, [](const core::Case&) { return true; }).error()) ==
          "column test_case.tags is damaged");
    CHECK((*store)->summary(1).error().code == store::codes::result_damaged);
    for (const std::string json : {"[[\"a\"]]", "[[1,2]]", "{}", "[[\"a\",\"b\"]]", "nonsense"}) {
        damage("UPDATE trial SET failure = NULL, metrics = '" + json + "'");
        CHECK(reason((*store)->find_trial(contract::placed(1).trial.key).error()) ==
              "column trial.metrics is damaged");
    }
    damage("UPDATE summary SET json = '{\"format\":99}'");
    CHECK((*store)->summary(1).error().code == store::codes::result_of_other_version);
}

}  // namespace
}  // namespace palier::store_sqlite
