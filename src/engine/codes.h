// What every engine may meet, and what is of one kind alone: endpoints, recordings, weights. The
// words stand in report/messages under these numbers.
#pragma once

namespace palier::engine::codes {

inline constexpr int memory_unmeasured = 1021;

inline constexpr int cannot_load = 2310;
inline constexpr int loading_stopped = 2311;
inline constexpr int no_text_model = 2312;
inline constexpr int template_unusable = 2313;
inline constexpr int closed = 2314;
inline constexpr int no_peak_memory = 2315;
inline constexpr int id_under_way = 2316;
inline constexpr int cannot_do = 2317;
inline constexpr int built_without_llama = 2340;

inline constexpr int unknown_quantisation = 2454;
inline constexpr int cannot_quantise = 2455;
inline constexpr int no_kernel = 2456;

inline constexpr int unreadable_recording = 2600;
inline constexpr int recording_no_object = 2601;
inline constexpr int recording_without_header = 2602;
inline constexpr int recording_of_other_version = 2603;
inline constexpr int recording_member_wrong = 2604;
inline constexpr int recording_contradicts = 2605;
inline constexpr int recording_unknown_member = 2606;
inline constexpr int recording_has_no_prompts = 2607;
inline constexpr int recording_not_written = 2608;
inline constexpr int baseline_has_no_prompts = 2609;

inline constexpr int unreachable = 4001;
inline constexpr int key_refused = 4002;
inline constexpr int unusable_address = 4003;
inline constexpr int key_wanted = 4004;
inline constexpr int unusable_key = 4005;
inline constexpr int no_model_named = 4006;
inline constexpr int untrusted_certificate = 4007;

inline constexpr int out_of_memory = 5090;

}  // namespace palier::engine::codes
