// Rng: the one source of randomness, seeded and passed in; the same seed gives the same numbers on
// every platform (the standard library's distributions do not promise that).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace palier {

// xoshiro256** 1.0 (Blackman and Vigna, https://prng.di.unimi.it/), seeded by splitmix64.
// Not thread-safe.
class Rng {
   public:
    explicit Rng(std::uint64_t seed);

    std::uint64_t next();
    // Uniform in [0, bound); bound > 0. Without bias (Lemire's rejection).
    std::uint64_t below(std::uint64_t bound);
    // Uniform in [0, 1), 53 bits.
    double uniform();

    // Fisher-Yates.
    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[static_cast<std::size_t>(below(i))]);
        }
    }

   private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace palier
