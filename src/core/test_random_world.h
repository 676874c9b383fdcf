// Random plans, and worlds in which what measuring gives is decided by the seed alone, for the
// property tests of the staircase.
#pragma once

#include "base/rng.h"
#include "core/staircase.h"

#include <cstdint>
#include <string>

namespace palier::core {

inline constexpr double k_threshold = 0.8;
inline constexpr double k_p95_ms = 1000, k_cost = 0.5;
inline constexpr std::uint64_t k_memory = 4'000'000'000;

[[nodiscard]] bool chance(Rng& rng, double share);
[[nodiscard]] ClimbPlan some_plan(Rng& rng);

// Every measure depends on its name alone: it is the same whenever and in whatever order it is
// asked. Every step is held against the rules as it is performed.
class World {
   public:
    World(const ClimbPlan& plan, std::uint64_t seed) : plan_(plan), seed_(seed) {}

    History history;

    void perform(const Step& step);

   private:
    [[nodiscard]] Rng dice(const std::string& name) const;
    [[nodiscard]] const Candidate& plan_of(const std::string& id) const;
    bool goes_away(const std::string& candidate, const std::string& what);
    void add_cost(const std::string& system);
    void add_future(const std::string& system);

    void done(const TryRecipe& step);
    void done(const MeasureTopline& step);
    void done(const Prove& step);
    void done(const ProbeLatency& step);
    void done(const MeasureMemory& step);
    void done(const ContinueProof& step);
    void done(const Stop& step);

    const ClimbPlan& plan_;
    std::uint64_t seed_;
};

// Climbs to the end, or for `steps` steps; returns the number of steps.
std::size_t climb(const ClimbPlan& plan, World& world, std::size_t steps = 1000);

}  // namespace palier::core
