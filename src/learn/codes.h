// Numbers of this folder's errors; their sentences are in report/messages.
#pragma once

namespace palier::learn::codes {

inline constexpr int not_learned = 2801;  // {path, why}: cut, altered, or another kind of file
inline constexpr int other_model = 2802;  // {path, wanted, has}: learned on another model's states

}  // namespace palier::learn::codes
