// Race: the recipes of one rung compete on dev, all on the same cases, and one that is decidedly
// worse than the leader is asked no more (Maron and Moore, "Hoeffding races", 1994; here with the
// paired differences of Moore and Lee, 1994). Internal to the staircase; pure.
#pragma once

#include "core/staircase.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace palier::core::staircase {

// Cases of the first heat; each heat has twice as many as the one before. A multiple of k_batch, so
// that a heat asks no batch of the one before again.
inline constexpr std::int64_t k_first_heat = 32;
// Fewest cases that two recipes must share before one of them is dropped.
inline constexpr std::int64_t k_fewest_compared = 25;

struct Runner {
    const RecipeTried* tried = nullptr;  // nullptr: not asked yet
    std::int64_t all = 0;                // cases that it can be asked
};

struct Race {
    std::vector<bool> running;        // not dropped, and of use so far
    std::optional<std::size_t> next;  // who is asked next; nullopt: the race is over
    std::int64_t cases = 0;           // up to which number of its cases
};

struct Rules {
    const RecipeTried* to_beat = nullptr;  // the best recipe of the rungs below; nullptr: none
    // Who is left is asked all of dev; otherwise the race is over as soon as all who are left are
    // ruled out.
    bool to_the_end = false;
    // The first whose dev_low reaches this goes on alone: the cheaper ones stand first, and which
    // of several that are good enough is the best is not asked. nullopt: it is.
    std::optional<double> enough = std::nullopt;
    // One heat: what is learned from dev needs all of it.
    bool at_once = false;
};
[[nodiscard]] Race race(const std::vector<Runner>& runners, const Rules& rules);

// Whether the scores of `worse` lie below those of `better`, on the first `cases` of each: the mean
// paired difference is positive by more than k_decided standard errors, or is the same positive one
// everywhere.
[[nodiscard]] bool is_decidedly_worse(const RecipeTried& worse,
                                      const RecipeTried& better,
                                      std::int64_t cases);

}  // namespace palier::core::staircase
