#include "core/race.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace palier::core::staircase {
namespace {

RecipeTried tried_of(const std::vector<Micros>& scores) {
    RecipeTried tried;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        tried.scores.push_back({static_cast<std::int64_t>(i), scores[i]});
    }
    return tried;
}

std::vector<Micros> constant(std::size_t cases, Micros score) {
    return std::vector<Micros>(cases, score);
}

TEST_CASE("below 25 cases in common nobody is decidedly worse") {
    CHECK_FALSE(is_decidedly_worse(tried_of(constant(24, 0)), tried_of(constant(24, k_one)), 99));
    CHECK(is_decidedly_worse(tried_of(constant(25, 0)), tried_of(constant(25, k_one)), 99));
    CHECK_FALSE(is_decidedly_worse(tried_of(constant(90, 0)), tried_of(constant(90, k_one)), 24));
    RecipeTried later = tried_of(constant(30, k_one));
    for (CaseScore& one : later.scores) {
        one.place += 10;
    }
    CHECK_FALSE(is_decidedly_worse(tried_of(constant(30, 0)), later, 99));
}

TEST_CASE("equals are never decided, however many cases") {
    std::vector<Micros> mixed = constant(1000, 0);
    for (std::size_t i = 0; i < mixed.size(); i += 2) {
        mixed[i] = k_one;
    }
    CHECK_FALSE(is_decidedly_worse(tried_of(mixed), tried_of(mixed), 1000));
    std::vector<Micros> other = mixed;
    std::ranges::reverse(other);
    CHECK_FALSE(is_decidedly_worse(tried_of(mixed), tried_of(other), 1000));
}

TEST_CASE("a race ends at once where every recipe is of no use") {
    RecipeTried useless;
    useless.trouble = Trouble::Context;
    const Race state = race({{&useless, 100}, {&useless, 100}}, {});
    CHECK_FALSE(state.next.has_value());
    CHECK(state.running == std::vector<bool>{false, false});
}

TEST_CASE("who is ruled out is asked no more, unless everybody is measured to the end") {
    RecipeTried low = tried_of(constant(32, 0));
    low.ruled_out = true;
    CHECK_FALSE(race({{&low, 100}}, {}).next.has_value());
    CHECK(race({{&low, 100}}, {.to_the_end = true}).cases == 64);
}

TEST_CASE("a rung that is decidedly worse than the one below is not asked all of dev") {
    const RecipeTried below = tried_of(constant(100, k_one)), low = tried_of(constant(32, 0));
    CHECK(race({{&low, 100}}, {}).next == 0);
    CHECK_FALSE(race({{&low, 100}}, {.to_beat = &below}).next.has_value());
}

TEST_CASE("the first that is good enough goes on alone, and the others again if it was not") {
    RecipeTried best = tried_of(constant(32, k_one)), first = best;
    first.scores.back().score = 0;
    first.dev_low = 0.91;
    best.dev_low = 0.95;
    const std::vector<Runner> both{{&first, 100}, {&best, 100}};
    CHECK(race(both, {.enough = 0.9}).running == std::vector<bool>{true, false});
    CHECK(race(both, {.enough = 0.93}).running == std::vector<bool>{false, true});
    CHECK(race(both, {.enough = 0.96}).running == std::vector<bool>{true, true});
    CHECK(race(both, {}).running == std::vector<bool>{true, true});
}

TEST_CASE("what is learned from all of dev is compared on all of it, whoever is ruled out") {
    std::vector<Micros> late = constant(100, 0);
    std::fill(late.begin() + 40, late.end(), k_one);
    std::vector<Micros> soon = constant(100, 0);
    std::fill_n(soon.begin(), 40, k_one);
    RecipeTried best = tried_of(late);
    const RecipeTried early = tried_of(soon);
    best.ruled_out = true;
    const Race state = race({{&best, 100}, {&early, 100}}, {.at_once = true});
    CHECK_FALSE(state.next.has_value());
    CHECK(state.running == std::vector<bool>{true, true});
}

// Recipes of a rung as few-shot has them: some alike, and right on much the same cases.
struct Recipes {
    std::vector<std::vector<Micros>> scores;

    Recipes(std::size_t recipes, std::size_t cases, std::uint64_t seed) : scores(recipes) {
        Rng rng(seed);
        std::vector<double> ability;
        for (std::size_t i = 0; i < recipes; ++i) {
            ability.push_back(0.45 + 0.4 * rng.uniform());
        }
        for (std::size_t c = 0; c < cases; ++c) {
            const double hard = rng.uniform();  // the same for all
            for (std::size_t i = 0; i < recipes; ++i) {
                const double own = 0.5 * hard + 0.5 * rng.uniform();
                scores[i].push_back(own < ability[i] ? k_one : 0);
            }
        }
    }
    [[nodiscard]] double mean(std::size_t i) const {
        Micros sum = 0;
        for (const Micros score : scores[i]) {
            sum += score;
        }
        return static_cast<double>(sum) / 1e6 / static_cast<double>(scores[i].size());
    }
};

struct Ran {
    double share = 0;   // of the cases that running all of them would have asked
    double regret = 0;  // below the best on all of dev
};

Ran run(const Recipes& recipes) {
    const std::size_t count = recipes.scores.size(), cases = recipes.scores[0].size();
    std::vector<RecipeTried> tried(count);
    std::vector<Runner> runners(count);
    for (std::size_t i = 0; i < count; ++i) {
        runners[i].all = static_cast<std::int64_t>(cases);
    }
    Race state = race(runners, {.to_the_end = true});
    while (state.next) {
        const auto& scores = recipes.scores[*state.next];
        const auto until = scores.begin() + static_cast<std::ptrdiff_t>(state.cases);
        tried[*state.next] = tried_of({scores.begin(), until});
        runners[*state.next].tried = &tried[*state.next];
        state = race(runners, {.to_the_end = true});
    }
    Ran ran;
    double best = 0, chosen = 0;
    for (std::size_t i = 0; i < count; ++i) {
        ran.share +=
            static_cast<double>(tried[i].scores.size()) / static_cast<double>(cases * count);
        best = std::max(best, recipes.mean(i));
        chosen = state.running[i] ? std::max(chosen, recipes.mean(i)) : chosen;
    }
    ran.regret = best - chosen;
    return ran;
}

TEST_CASE("a race of eight recipes asks two fifths of the cases, and its choice is as good") {
    double share = 0, regret = 0, worst = 0;
    constexpr int k_seeds = 200;
    for (std::uint64_t seed = 1; seed <= k_seeds; ++seed) {
        const Ran ran = run(Recipes(8, 300, seed));
        share += ran.share / k_seeds;
        regret += ran.regret / k_seeds;
        worst = std::max(worst, ran.regret);
    }
    MESSAGE("share " << share << ", regret " << regret << ", worst " << worst);
    CHECK(share < 0.4);
    CHECK(regret < 0.003);
    CHECK(worst < 0.06);
}

}  // namespace
}  // namespace palier::core::staircase
