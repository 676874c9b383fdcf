// Models, their files, the hub, estimates and prices. The words stand in report/messages under
// these numbers.
#pragma once

namespace palier::catalog::codes {

inline constexpr int no_room = 1020;
inline constexpr int disk_full_while_writing = 1022;
inline constexpr int being_written = 1023;

inline constexpr int unknown_model = 2401;
inline constexpr int not_downloaded = 2402;
inline constexpr int other_file = 2403;
inline constexpr int malformed_catalogue = 2410;
inline constexpr int unknown_quantisation = 2411;
inline constexpr int not_on_hub = 2412;
inline constexpr int unusable_name = 2413;
inline constexpr int not_ours_to_remove = 2414;
inline constexpr int several_files = 2415;
inline constexpr int no_index = 2416;
inline constexpr int no_such_model = 2417;
inline constexpr int not_in_folder = 2418;
inline constexpr int name_taken = 2419;

inline constexpr int unknown_architecture = 2450;
inline constexpr int figure_missing = 2451;

inline constexpr int without_template = 2460;
inline constexpr int end_known_by_name = 2461;
inline constexpr int end_not_declared = 2462;
inline constexpr int end_is_no_token = 2463;

inline constexpr int unusable_prices = 2750;
inline constexpr int prices_no_json = 2756;
inline constexpr int unreadable_prices = 2758;

inline constexpr int hub_unreachable = 4040;
inline constexpr int hub_status = 4041;
inline constexpr int not_at_hub = 4042;
inline constexpr int hub_refuses = 4043;
inline constexpr int hub_without_ranges = 4044;
inline constexpr int hub_contradicts = 4045;
inline constexpr int hub_redirects = 4046;
inline constexpr int transfer_broke_off = 4047;
inline constexpr int other_model_at_hub = 4048;
inline constexpr int wrong_checksum = 4049;

inline constexpr int header_too_long = 4050;
inline constexpr int changed_while_read = 4051;
inline constexpr int unusable_url = 4052;

inline constexpr int would_not_fit = 5020;

}  // namespace palier::catalog::codes
