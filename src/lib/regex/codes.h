// Patterns. The words stand in report/messages under these numbers.
#pragma once

namespace palier::regex::codes {

inline constexpr int broken_pattern = 2500;

}  // namespace palier::regex::codes
