#include "run/to_serve.h"

#include "run/codes.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

namespace palier::run {
namespace {

// A run on one model file, which knows this share of the answers.
struct Ran {
    explicit Ran(double share, const std::string& min) {
        const std::string path = world.add_file("small", 100, knowing(share));
        const job::JobFile file =
            world.job("[constraints]\nquality = { metric = \"accuracy\", min = " + min +
                          " }\n[[candidate]]\nmodel = \"" + path + "\"\n",
                      100,
                      60);
        auto result = world.climb(file);
        REQUIRE(result);
        summary = result->summary;
    }
    TestWorld world;
    core::Summary summary;
};

int refused(Ran& ran, const std::string& system) {
    const auto found = system_to_serve("last", system, *ran.world.store);
    REQUIRE_FALSE(found);
    return found.error().code;
}

}  // namespace

TEST_CASE("the System that a run has chosen is found again, as it was proved") {
    Ran ran(1.0, "0.8");
    REQUIRE(!ran.summary.verdict.system.empty());
    const auto found = system_to_serve("last", "", *ran.world.store);
    REQUIRE(found);
    CHECK(found->system.id == ran.summary.verdict.system);
    CHECK(found->system.hash == system_named(ran.summary, found->system.id).system.hash);
    auto engine = ran.world.engines.open(found->open);
    REQUIRE(engine);
    auto parts = parts_of(*found, **engine);
    REQUIRE(parts);
    CHECK_FALSE(difference(*found, (*engine)->facts()));
    system::System system(std::move(*parts));
    core::Input input;
    const auto row = ran.world.store->run("last");
    REQUIRE(row);
    REQUIRE(ran.world.store->each_case(row->row, [&](const core::Case& item) {
        input = item.asked();
        return false;
    }));
    const auto outcome = system.ask_alone(input, {});
    CHECK(std::get<core::Answer>(outcome).parsed.has_value());
}

TEST_CASE("a System that answers is the one that was proved, or is told apart") {
    Ran ran(1.0, "0.8");
    auto found = system_to_serve("last", "", *ran.world.store);
    REQUIRE(found);
    auto engine = ran.world.engines.open(found->open);
    REQUIRE(engine);
    found->system.spec.engine_build = "an older one";
    const auto note = difference(*found, (*engine)->facts());
    CHECK(note.value_or(core::Note{}).code == codes::other_engine);
    found->system.spec.model_identity = "another";
    const auto parts = parts_of(*found, **engine);
    REQUIRE_FALSE(parts);
    CHECK(parts.error().code == codes::model_changed);
}

TEST_CASE("what a run has not chosen can be named, and a name that is none is refused") {
    Ran ran(0.3, "0.9");
    REQUIRE(ran.summary.verdict.system.empty());
    CHECK(refused(ran, "") == codes::nothing_chosen);
    CHECK(refused(ran, "nobody") == codes::no_such_system);
    for (const core::SystemSummary& system : ran.summary.systems) {
        if (system.system.hash.empty()) {
            continue;
        }
        const auto found = system_to_serve("last", system.verdict.id, *ran.world.store);
        REQUIRE(found);
        const bool learned = !found->system.spec.learned.empty();
        CHECK(learned == (found->open.learned != nullptr || found->head != nullptr));
    }
}

}  // namespace palier::run
