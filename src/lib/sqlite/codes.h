// Databases that cannot be used. The words stand in report/messages under these numbers.
#pragma once

namespace palier::sqlite::codes {

inline constexpr int database_unusable = 1101;
inline constexpr int no_database = 1103;
inline constexpr int database_locked = 1104;
inline constexpr int database_full = 1105;
inline constexpr int database_read_only = 1108;

}  // namespace palier::sqlite::codes
