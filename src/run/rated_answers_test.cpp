#include "run/rated_answers.h"

#include "run/codes.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace palier::run {
namespace {

// Two endpoints: "large" knows everything, "small" half; every tenth case it refuses.
struct Climbed {
    TestWorld world;
    std::optional<ClimbResult> result;

    explicit Climbed(std::string_view limit = "min = 0.6") {
        Model small = knowing(0.5);
        small.instead = [](const engine::Request& request) {
            const int n = std::stoi(request.input.substr(request.input.rfind(' ') + 1));
            return n % 10 == 0 ? std::optional<engine::fake::Answer>(
                                     engine::Failed{engine::FailureKind::Refused, "no", 0})
                               : std::nullopt;
        };
        world.add_endpoint("large", knowing(1.0));
        world.add_endpoint("small", small);
        const std::string endpoint = "[[candidate]]\nendpoint = \"http://127.0.0.1:1/v1\"\n";
        auto climbed = world.climb(
            world.job("[constraints]\nquality = { metric = \"accuracy\", " + std::string(limit) +
                          " }\n" + endpoint + "model = \"large\"\nparameters = \"7B\"\n" +
                          endpoint + "model = \"small\"\nparameters = \"1B\"\n",
                      60,
                      30));
        REQUIRE(climbed);
        result.emplace(*std::move(climbed));
    }
    [[nodiscard]] RunAnswers answers() {
        auto found = answers_of_run(result->summary, *world.store, result->run);
        REQUIRE(found);
        return *std::move(found);
    }
};

std::vector<std::string> keys_of(const std::vector<ToRate>& order) {
    std::vector<std::string> keys;
    for (const ToRate& one : order) {
        keys.push_back(one.key);
    }
    return keys;
}

}  // namespace

TEST_CASE("what the Systems of a run said on test can be rated, each text of a case once") {
    Climbed climbed;
    const RunAnswers answers = climbed.answers();
    CHECK_FALSE(answers.on_dev);
    REQUIRE(answers.systems.size() == 2);
    const auto order = rating_order(answers, 1, std::nullopt);
    std::set<std::string> seen;
    std::set<std::string> left;
    for (const ToRate& one : order) {
        CHECK(seen.insert(one.key).second);
        CHECK(answers.texts.contains(one.key));
        left.insert(one.item->id);
    }
    CHECK(left.size() == answers.cases.size());
    CHECK(seen.size() == answers.texts.size());
    // Both say the same where both are right.
    CHECK(order.size() < answers.given.size());
}

TEST_CASE("a refusal is an empty answer") {
    Climbed climbed;
    const RunAnswers answers = climbed.answers();
    const auto empty = std::ranges::count_if(
        answers.given, [](const core::GivenAnswer& answer) { return answer.empty; });
    CHECK(empty > 0);
    for (const core::GivenAnswer& answer : answers.given) {
        CHECK(answers.texts.at(answer.key).empty() == answer.empty);
        CHECK((!answer.empty || answer.score == 0));
    }
}

TEST_CASE("the order is the seed's, and says nothing of Systems") {
    Climbed climbed;
    const RunAnswers answers = climbed.answers();
    const auto keys = keys_of(rating_order(answers, 7, std::nullopt));
    CHECK(keys == keys_of(rating_order(climbed.answers(), 7, std::nullopt)));
    CHECK(keys != keys_of(rating_order(answers, 8, std::nullopt)));
    const auto few = keys_of(rating_order(answers, 7, 5));
    CHECK(few.size() < keys.size());
    std::map<std::string, std::size_t> system_of;
    for (const core::GivenAnswer& answer : answers.given) {
        system_of.emplace(answer.key, answer.system);
    }
    // Of the cases with two texts, the first System's comes first about half of the time.
    int first = 0, cases = 0;
    const auto order = rating_order(answers, 7, std::nullopt);
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
        if (order[i].item == order[i + 1].item) {
            ++cases;
            first += system_of.at(order[i].key) < system_of.at(order[i + 1].key) ? 1 : 0;
        }
    }
    INFO(first << " of " << cases);
    REQUIRE(cases > 8);
    CHECK(first > cases / 5);
    CHECK(first < cases - cases / 5);
}

TEST_CASE("ratings are kept with their run, and one process writes them") {
    Climbed climbed;
    const std::int64_t run = climbed.result->run;
    CHECK(kept_ratings(*climbed.world.store, run)->empty());
    const std::vector<core::Rating> ratings{{"k", "ann", core::Opinion::Good, "fine"}};
    REQUIRE(keep_ratings(*climbed.world.store, run, ratings));
    climbed.world.reopen();
    CHECK(*kept_ratings(*climbed.world.store, run) == ratings);
    const auto row = climbed.world.store->run("last");
    REQUIRE(row);
    const auto lock = lock_ratings(*climbed.world.store, *row);
    REQUIRE(lock);
    const auto second = lock_ratings(*climbed.world.store, *row);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == codes::ratings_in_progress);
}

TEST_CASE("a run without an answer has nothing to rate") {
    Climbed climbed;
    core::Summary summary = climbed.result->summary;
    for (core::SystemSummary& system : summary.systems) {
        system.system.hash.clear();
    }
    const auto found = answers_of_run(summary, *climbed.world.store, climbed.result->run);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == codes::nothing_to_rate);
}

}  // namespace palier::run
