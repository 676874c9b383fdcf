// The run store and the runs in it. The words stand in report/messages under these numbers.
#pragma once

namespace palier::store::codes {

inline constexpr int made_by_newer = 1102;
inline constexpr int no_such_run = 1106;
inline constexpr int several_runs = 1107;
inline constexpr int run_without_result = 1109;
inline constexpr int result_of_other_version = 1110;
inline constexpr int result_damaged = 1111;
inline constexpr int made_by_older = 1112;
inline constexpr int run_in_progress = 1113;

}  // namespace palier::store::codes
