// Files that cannot be read or written. The words stand in report/messages under these numbers.
#pragma once

namespace palier::base::codes {

inline constexpr int cannot_read = 1001;
inline constexpr int cannot_write = 1002;
inline constexpr int disk_full = 1003;

}  // namespace palier::base::codes
