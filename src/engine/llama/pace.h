// Which of the two lanes computes next. A pure policy.
//
// They share the machine by tokens, not by passes: one pass of a fixed batch may have 512 tokens,
// one of eight streams has eight. Weights are those of the classes (engine/turns.h): beside streams
// that somebody waits for, a fixed batch gets one token for two.
#pragma once

#include "engine/turns.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace palier::engine::llama {

enum class Lane { Fixed, Open };

// Not thread-safe.
class Pace {
   public:
    // At least one of them has work.
    [[nodiscard]] Lane next(bool fixed_has_work, bool open_has_work) {
        wakes(0, fixed_has_work);
        wakes(1, open_has_work);
        if (!fixed_has_work || !open_has_work) {
            return fixed_has_work ? Lane::Fixed : Lane::Open;
        }
        return used_[1] <= used_[0] ? Lane::Open : Lane::Fixed;
    }
    // What a pass of the lane has computed, on behalf of this class.
    void spent(Lane lane, int tokens, Priority priority) {
        used_[lane == Lane::Fixed ? 0 : 1] += static_cast<std::uint64_t>(tokens + k_of_a_pass) * 4 /
                                              static_cast<std::uint64_t>(weight_of(priority));
    }

   private:
    // Reading the weights takes about as long as computing so many tokens.
    static constexpr int k_of_a_pass = 8;

    // A lane that was idle has saved nothing up.
    void wakes(std::size_t lane, bool has_work) {
        if (has_work && !had_work_[lane]) {
            used_[lane] = std::max(used_[lane], used_[1 - lane]);
        }
        had_work_[lane] = has_work;
    }

    std::array<std::uint64_t, 2> used_{};
    std::array<bool, 2> had_work_{};
};

}  // namespace palier::engine::llama
