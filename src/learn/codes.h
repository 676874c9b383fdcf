// Numbers of this folder's errors; their sentences are in report/messages.
#pragma once

namespace palier::learn::codes {

inline constexpr int not_learned = 2801;  // {path, why}: cut, altered, or another kind of file

}  // namespace palier::learn::codes
