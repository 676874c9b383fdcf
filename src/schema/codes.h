// Schemas and patterns that cannot be used. The words stand in report/messages under these numbers.
#pragma once

namespace palier::schema::codes {

inline constexpr int no_json = 2560;
inline constexpr int keyword_wrong = 2561;
inline constexpr int keyword_unsupported = 2562;
inline constexpr int remote_reference = 2563;
inline constexpr int dangling_reference = 2564;
inline constexpr int reference_loop = 2565;
inline constexpr int too_large = 2566;
inline constexpr int pattern_unsupported = 2567;
inline constexpr int not_constrained = 2568;

// Why: the cause of not_constrained.
inline constexpr int keyword_not_followed = 2570;
inline constexpr int too_many_ways = 2571;
inline constexpr int pattern_too_large = 2572;
inline constexpr int number_too_fine = 2573;
inline constexpr int no_opposite = 2574;
inline constexpr int nothing_obeys = 2575;

// Remarks on a schema that can be used.
inline constexpr int not_held = 2576;
inline constexpr int formats_unchecked = 2577;

}  // namespace palier::schema::codes
