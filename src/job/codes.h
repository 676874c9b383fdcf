// The job file; from share_needed on the reasons of an unusable_value, key_missing or key_unusable.
// The words stand in report/messages under these numbers.
#pragma once

namespace palier::job::codes {

inline constexpr int unreadable_file = 2100;
inline constexpr int no_toml = 2101;
inline constexpr int unknown_key_of = 2102;
inline constexpr int unknown_key = 2103;
inline constexpr int unusable_value = 2104;
inline constexpr int wrong_kind = 2105;
inline constexpr int unreadable_schema = 2106;
inline constexpr int key_missing = 2107;
inline constexpr int key_unusable = 2108;
inline constexpr int unknown_key_near = 2110;

inline constexpr int share_needed = 2150;
inline constexpr int positive_number_needed = 2151;
inline constexpr int positive_integer_needed = 2152;
inline constexpr int one_of_needed = 2153;
inline constexpr int task_needed = 2154;
inline constexpr int language_needed = 2155;
inline constexpr int instructions_needed = 2156;
inline constexpr int labels_needed = 2157;
inline constexpr int empty_label = 2158;
inline constexpr int test_needed = 2159;
inline constexpr int split_out_of_range = 2160;
inline constexpr int nothing_to_split = 2161;
inline constexpr int one_threshold_needed = 2162;
inline constexpr int quality_needed = 2163;
inline constexpr int cost_limit_needed = 2164;
inline constexpr int size_needed = 2165;
inline constexpr int infra_hosts_needed = 2166;
inline constexpr int unknown_licence = 2167;
inline constexpr int parameters_needed = 2168;
inline constexpr int price_needed = 2169;
inline constexpr int model_source_needed = 2170;
inline constexpr int one_key_source_needed = 2171;
inline constexpr int data_may_not_leave = 2172;
inline constexpr int topline_needed = 2174;
inline constexpr int currency_without_price = 2175;
inline constexpr int alpha_out_of_range = 2176;
inline constexpr int seed_needed = 2177;
inline constexpr int money_needed = 2178;
inline constexpr int time_needed = 2179;
inline constexpr int thinking_on_or_off = 2195;
inline constexpr int api_of_endpoint_only = 2184;
inline constexpr int decisions_need_labels = 2185;
inline constexpr int decisions_label_count = 2186;
inline constexpr int decisions_write_nothing = 2187;

inline constexpr int range_needed = 2751;
inline constexpr int range_above_needed = 2752;
inline constexpr int hardware_currency_needed = 2753;
inline constexpr int exchange_rate_needed = 2754;
inline constexpr int idle_needs_power = 2755;

}  // namespace palier::job::codes
