// Files that are no model, or a damaged one. The words stand in report/messages under these
// numbers.
#pragma once

namespace palier::gguf::codes {

inline constexpr int unreadable = 2300;
inline constexpr int no_gguf = 2301;
inline constexpr int unknown_version = 2302;
inline constexpr int cut_short = 2303;
inline constexpr int damaged = 2304;
inline constexpr int unknown_tensor_type = 2305;
inline constexpr int one_part_of_several = 2306;
inline constexpr int big_endian = 2307;
inline constexpr int embedding_model = 2320;
inline constexpr int encoder_decoder = 2321;
inline constexpr int adapter = 2322;
inline constexpr int projector = 2323;
inline constexpr int importance_matrix = 2324;
inline constexpr int vocabulary_only = 2325;
inline constexpr int other_model = 2326;

}  // namespace palier::gguf::codes
