// Before a climb: what keeps it from starting, why data carries no verdict, remarks on costs,
// engines to run on. The words stand in report/messages under these numbers.
#pragma once

namespace palier::planning::codes {

inline constexpr int schema_unusable = 2109;
inline constexpr int live_needs_model = 2120;
inline constexpr int of_topline_needs_all_cases = 2121;
inline constexpr int api_key_missing = 2122;

inline constexpr int train_in_test = 2262;
inline constexpr int train_cases_used = 2263;

inline constexpr int no_candidate_fits = 2440;
inline constexpr int picks_not_downloaded = 2441;
inline constexpr int unknown_machine = 2442;
inline constexpr int unreadable_machine = 2443;
inline constexpr int more_free_than_there = 2180;

inline constexpr int no_price_known = 2757;
inline constexpr int hardware_price_currency = 2759;
inline constexpr int run_of_other_job = 2760;
inline constexpr int system_not_measured = 2761;

inline constexpr int no_sample_proves = 7350;
inline constexpr int too_few_cases = 7369;
inline constexpr int one_label_passes = 7370;
inline constexpr int contradictions_fail = 7371;
inline constexpr int too_many_leaks = 7372;
inline constexpr int too_long_for_context = 7373;

inline constexpr int system_does_not_do = 7474;
inline constexpr int no_run_in_store = 7480;
inline constexpr int machine_price_unknown = 7481;
inline constexpr int rate_unknown = 7482;
inline constexpr int volume_unknown = 7483;
inline constexpr int no_api_price = 7484;
inline constexpr int no_such_gpu = 7485;
inline constexpr int power_unknown = 7486;
inline constexpr int electricity_price_unknown = 7487;
inline constexpr int no_own_system = 7488;
inline constexpr int request_time_unknown = 7489;
inline constexpr int rented_speed_unknown = 7490;
inline constexpr int price_old = 9675;
inline constexpr int price_unchecked = 9676;
inline constexpr int no_longer_sold = 9677;
inline constexpr int sale_will_end = 9678;
inline constexpr int without_vat = 9679;
inline constexpr int nobody_paid = 9680;
inline constexpr int batches_cost_less = 9681;
inline constexpr int counted_in_batches = 9682;
inline constexpr int no_batch_price = 9683;
inline constexpr int thinking_counted_already = 9684;
inline constexpr int thinking_not_counted = 9685;

inline constexpr int vllm_for_many = 7501;
inline constexpr int embedded_on_gpu = 7502;
inline constexpr int vllm_elsewhere = 7503;
inline constexpr int embedded = 7504;
inline constexpr int memory_in_hindsight = 7540;
inline constexpr int latency_in_hindsight = 7541;
inline constexpr int memory_far_over = 7580;
inline constexpr int memory_far_under = 7581;
inline constexpr int latency_far_over = 7582;
inline constexpr int latency_far_under = 7583;

inline constexpr int dev_cases_used = 9601;

}  // namespace palier::planning::codes
