// During a climb, and about runs. The words stand in report/messages under these numbers.
#pragma once

namespace palier::run::codes {

inline constexpr int empty_input_unscored = 1011;
inline constexpr int candidate_left_out = 1012;
inline constexpr int empty_input_too_long = 1013;

inline constexpr int no_such_system = 2011;
inline constexpr int no_such_case = 2012;
inline constexpr int nothing_to_record = 2013;
inline constexpr int prompt_not_in_run = 2014;
inline constexpr int nothing_to_rate = 2015;

inline constexpr int nothing_chosen = 2955;
inline constexpr int only_recorded = 2956;
inline constexpr int never_asked = 2957;
inline constexpr int may_not_leave = 2958;
inline constexpr int learned_is_gone = 2959;
inline constexpr int other_engine = 2960;

inline constexpr int ratings_in_progress = 2731;
inline constexpr int judge_may_not_see = 2733;

inline constexpr int no_dev_answers = 2018;
inline constexpr int model_changed = 2016;
inline constexpr int not_where_it_was = 2017;

inline constexpr int endpoint_not_measured = 4010;
inline constexpr int system_not_measured = 4011;
inline constexpr int judge_unreachable = 4015;

inline constexpr int diagnosis_over_budget = 5030;

inline constexpr int earlier_looks = 9602;
inline constexpr int prompt_does_not_fit = 9603;
inline constexpr int template_refuses = 9604;
inline constexpr int latency_not_measured = 9605;
inline constexpr int parts_left_out = 9606;
inline constexpr int prompts_counted_short = 9607;
inline constexpr int tokens_of_thinking = 9608;
inline constexpr int states_not_given = 9615;

}  // namespace palier::run::codes
