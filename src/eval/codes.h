// Data files, metrics and labels; notes on them; why a profile is what it is. The words stand in
// report/messages under these numbers.
#pragma once

namespace palier::eval::codes {

inline constexpr int unreadable_data = 2200;
inline constexpr int no_text = 2202;
inline constexpr int no_case = 2203;
inline constexpr int broken_utf8 = 2204;
inline constexpr int broken_json = 2205;
inline constexpr int no_object = 2206;
inline constexpr int missing_field = 2207;
inline constexpr int wrong_type = 2208;
inline constexpr int unknown_label_near = 2209;
inline constexpr int quote_never_closed = 2210;
inline constexpr int text_after_quote = 2211;
inline constexpr int wrong_field_count = 2212;
inline constexpr int id_used_twice = 2213;
inline constexpr int missing_column = 2214;
inline constexpr int expected_is_no_json = 2215;
inline constexpr int one_group_only = 2216;
inline constexpr int no_array_of_objects = 2217;
inline constexpr int mixed_columns = 2218;
inline constexpr int unknown_label = 2219;
inline constexpr int missing_field_near = 2220;
inline constexpr int missing_column_near = 2221;
inline constexpr int null_field = 2222;
inline constexpr int expected_is_no_object = 2223;
inline constexpr int unknown_label_alike = 2224;
inline constexpr int column_twice = 2225;
inline constexpr int unreadable_database = 2226;
inline constexpr int broken_script = 2227;
inline constexpr int broken_database = 2228;

inline constexpr int read_as_latin1 = 2250;
inline constexpr int empty_inputs = 2251;
inline constexpr int repeated_cases = 2252;
inline constexpr int contradictory_cases = 2253;
inline constexpr int near_duplicates = 2254;
inline constexpr int near_duplicates_across = 2255;
inline constexpr int equal_inputs_across = 2256;
inline constexpr int empty_expected = 2257;
inline constexpr int labels_not_expected = 2258;
inline constexpr int spaced_quotes = 2259;
inline constexpr int long_fields = 2260;
inline constexpr int ascii_pattern = 2261;
inline constexpr int labels_not_learned = 2264;

inline constexpr int unknown_metric = 2501;
inline constexpr int broken_expected_pattern = 2502;
inline constexpr int expected_without_number = 2503;
inline constexpr int broken_schema = 2504;
inline constexpr int not_one_number = 2505;
inline constexpr int expected_pattern_accepts_all = 2506;
inline constexpr int pattern_accepts_all = 2507;
inline constexpr int no_database = 2508;
inline constexpr int expected_query_fails = 2509;
inline constexpr int expected_query_is_empty = 2510;
inline constexpr int expected_query_is_long = 2511;
inline constexpr int expected_query_needs_now = 2512;
inline constexpr int no_moment = 2513;
inline constexpr int one_sided_examples = 2514;
inline constexpr int expected_pattern_not_followed = 2515;
inline constexpr int expected_pattern_misjudges = 2516;
inline constexpr int no_due_calls = 2517;

inline constexpr int no_input_column = 2701;
inline constexpr int no_expected_column = 2702;
inline constexpr int no_such_column = 2703;
inline constexpr int no_labelled_line = 2720;
inline constexpr int ratings_damaged = 2730;
inline constexpr int no_rules = 2732;

inline constexpr int columns_named = 7351;
inline constexpr int columns_by_position = 7352;
inline constexpr int task_extract = 7353;
inline constexpr int task_classify = 7354;
inline constexpr int task_answer = 7355;
inline constexpr int task_generate = 7356;
inline constexpr int metric_accuracy = 7357;
inline constexpr int metric_field_f1 = 7358;
inline constexpr int metric_token_f1 = 7359;
inline constexpr int metric_numeric = 7360;
inline constexpr int metric_normalised = 7361;
inline constexpr int metric_for_long_answers = 7362;
inline constexpr int language_french = 7363;
inline constexpr int language_english = 7364;
inline constexpr int language_unknown = 7365;

}  // namespace palier::eval::codes
