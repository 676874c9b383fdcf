// How much the steps of a climb ask, where that is not a matter of the data: what a dry run counts
// and a climb keeps to.
#pragma once

#include <cstdint>

namespace palier::core {

// Requests that are posted together, and batches under way: enough to fill the processor, few
// enough that little is asked past a decision.
inline constexpr std::size_t k_batch = 16;           // of a local model
inline constexpr std::size_t k_recorded_batch = 64;  // of recorded answers
inline constexpr std::size_t k_endpoint_requests = 4;

// A latency probe goes on until it is decided, at most this long.
inline constexpr std::int64_t k_most_probes = 400;
// Without a limit: enough for a distribution-free 95 % interval of P95, both ends (0.95^72 <
// 0.025).
inline constexpr std::int64_t k_probes_without_limit = 72;

inline constexpr std::size_t k_memory_sample = 16;   // answered while the memory is watched
inline constexpr std::size_t k_checked_alone = 4;    // test cases asked again, one by one
inline constexpr std::size_t k_weights_sample = 17;  // asked with each form of the weights

}  // namespace palier::core
