// What stands in the way on this machine. The words stand in report/messages under these numbers.
#pragma once

namespace palier::machine::codes {

inline constexpr int counter_for_root = 7431;
inline constexpr int key_empty = 7432;
inline constexpr int service_without_model = 7433;
inline constexpr int service_silent = 7434;
inline constexpr int service_unrecognised = 7435;
inline constexpr int processors_busy = 7436;
inline constexpr int load_high = 7437;
inline constexpr int no_models_folder = 7439;
inline constexpr int instructions_unknown = 7440;
inline constexpr int no_vectors = 7441;
inline constexpr int no_fma = 7442;
inline constexpr int container_threads = 7443;
inline constexpr int memory_unknown = 7444;
inline constexpr int memory_low = 7445;
inline constexpr int container_memory = 7446;
inline constexpr int models_disk_low = 7447;
inline constexpr int runs_disk_low = 7448;
inline constexpr int no_model = 7449;

inline constexpr int calibrated_beside_others = 7547;

}  // namespace palier::machine::codes
