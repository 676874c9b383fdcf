#include "system/shown_shots.h"

#include "system/identity.h"
#include "system/prompt.h"
#include "system/test_specs.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace palier::system {
namespace {

const std::vector<core::Shot> k_examples{{"where is my parcel", "delivery"},
                                         {"the invoice is wrong", "billing"},
                                         {"my parcel was sent to my neighbour", "delivery"},
                                         {"pay the invoice twice", "billing"}};

core::SystemSpec nearest(int count) {
    core::Recipe recipe;
    recipe.rung = core::Rung::FewShot;
    recipe.nearest = count;
    return spec_of(tickets(), recipe, {}, {}, k_examples);
}

TEST_CASE("the nearest example stands last, next to the question") {
    const auto messages = messages_for(nearest(2), {"is my parcel at a neighbour of mine?", ""});
    REQUIRE(messages.size() == 6);
    CHECK(messages[1].content == "where is my parcel");
    CHECK(messages[3].content == "my parcel was sent to my neighbour");
    CHECK(messages[4].content == "delivery");
}

TEST_CASE("a case is never shown its own example") {
    const auto shots = ShownShots(nearest(4)).for_input({"Where is my parcel?", ""});
    REQUIRE(shots.size() == 3);
    for (const core::Shot& shot : shots) {
        CHECK(shot.input != "where is my parcel");
    }
}

TEST_CASE("examples stand in the identity where the nearest are shown, and only there") {
    core::Recipe fixed;
    fixed.shots = {k_examples[0]};
    CHECK(spec_of(tickets(), fixed, {}, {}, k_examples).examples.empty());
    core::SystemSpec fewer = nearest(2);
    fewer.examples.pop_back();
    CHECK(hash_of(fewer) != hash_of(nearest(2)));
    CHECK(hash_of(nearest(3)) != hash_of(nearest(2)));
}

TEST_CASE("an example more changes only the questions that show it") {
    core::SystemSpec fewer = nearest(1);
    fewer.examples.erase(fewer.examples.begin());
    const core::Input parcel{"parcel where?", ""}, invoice{"twice the invoice", ""};
    const core::SystemSpec all = nearest(1);
    CHECK(RequestKeys(fewer).of(invoice) == RequestKeys(all).of(invoice));
    CHECK(RequestKeys(fewer).of(parcel) != RequestKeys(all).of(parcel));
}

}  // namespace
}  // namespace palier::system
