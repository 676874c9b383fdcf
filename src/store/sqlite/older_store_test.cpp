// Stores that older versions of palier wrote stay readable. tests/fixtures/store-0.1.db was written
// by palier 0.1.0: three candidates of one name at three prices, one that passes and one that does
// not, a real model, and a run that was killed.
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace palier::store_sqlite {
namespace {

struct OldStore {
    TestFolder folder;
    FakeClock clock;
    std::unique_ptr<store::Store> store;

    OldStore() {
        std::filesystem::copy_file("tests/fixtures/store-0.1.db", folder.file());
        auto opened = open(folder.file(), clock);
        REQUIRE(opened);
        store = std::move(*opened);
    }
    core::Summary summary(const std::string& run) {
        const auto row = store->run(run);
        REQUIRE(row);
        auto read = store->summary(row->row);
        REQUIRE(read);
        return *read;
    }
};

}  // namespace

TEST_CASE("a store of palier 0.1 shows its runs, the killed one too") {
    OldStore old;
    const auto runs = old.store->runs();
    REQUIRE(runs);
    REQUIRE(runs->size() == 4);
    int finished = 0;
    for (const store::RunRow& run : *runs) {
        finished += run.finished ? 1 : 0;
        CHECK(old.store->summary(run.row).has_value() == run.finished);
    }
    CHECK(finished == 3);
}

TEST_CASE(
    "what stood beside a System in palier 0.1 is in its spec, and what was not has a default") {
    OldStore old;
    const core::Summary real = old.summary("last");
    REQUIRE(real.systems.size() == 1);
    const core::SystemSummary& system = real.systems.front();
    const core::SystemSpec& spec = system.system.spec;
    CHECK(system.system.hash.size() == 64);
    CHECK(spec.engine == "llama");
    CHECK(spec.model_identity.size() == 64);
    CHECK(spec.chat_template.starts_with("jinja:"));
    CHECK(spec.task == core::Task::Classify);
    CHECK(spec.labels == std::vector<std::string>{"money", "goods"});
    CHECK(spec.recipe.rung == core::Rung::FewShot);
    CHECK(spec.recipe.decide == core::Decide::Score);
    CHECK(spec.recipe.shots.size() == 4);
    CHECK(spec.instructions.empty());
    CHECK(spec.context_tokens == 0);
    CHECK_FALSE(system.source);
}

TEST_CASE("the Trials of palier 0.1 are read under the hashes that it gave") {
    OldStore old;
    const core::Summary three = old.summary("r20e8dc");
    REQUIRE(three.systems.size() == 3);
    const auto row = old.store->run("r20e8dc");
    for (const core::SystemSummary& system : three.systems) {
        std::int64_t trials = 0;
        REQUIRE(old.store->each_trial(
            row->row, store::Phase::Test, system.system.hash, [&](const store::Placed& placed) {
                CHECK(placed.trial.tokens.prompt.value_or(0) > 0);
                ++trials;
                return true;
            }));
        CHECK(trials >= system.measure.items_used);
    }
}

}  // namespace palier::store_sqlite
