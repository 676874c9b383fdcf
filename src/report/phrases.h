// Names for the numbers of the sentences that reports are made of (messages/9*.inc).
#pragma once

namespace palier::report::say {

enum Phrase : int {
    // verdict sentence: messages/9000-verdict.inc
    colon = 9000, slm_enough, llm_needed, none_passes, budget_ended, interrupted, unreachable,
    no_decision, baseline_enough, hybrid_enough, topline_misses, topline_misses_rest, semicolon,
    quality_right = 9020, quality_metric, quality_right_exact, quality_metric_exact, right_short,
    metric_short, p95_is, memory_is, cost_is, figures_recorded,
    how_zero_shot = 9030, how_score, how_constrained, how_shots, how_shots_score, how_rag, how_lora,
    how_full, how_recorded,
    too_weak = 9040, too_slow, too_slow_to_start, too_expensive, too_big, too_public, context_short,
    licence_refused, no_tools, not_measured, ruled_out, too_close_latency, too_close, not_tried,
    failed_to_run, only_decided, and_more, smallest_candidate, nothing_tried, interrupted_tail, failed,
    constraint_quality = 9070, constraint_latency, constraint_ttft, constraint_cost,
    constraint_memory, constraint_privacy, constraint_context, constraint_licence, constraint_tools,
    here_pass = 9080, here_pass_exact, here_fail, here_none, here_undecided, future_pass, future_fail,
    future_close, future_full_set, future_none, need_of_topline, future_open,
    here_title, future_title, future_unsettled,
    promise_line, promise_none, promise_close,

    // words of tables: messages/9200-words.inc
    status_pass = 9200, status_fail, status_too_close, status_ruled_out, status_screened_out,
    status_not_tried, status_error,
    role_topline = 9210, role_candidate, role_baseline, role_hybrid,
    rung_zero_shot = 9220, rung_structured, rung_few_shot, rung_rag, rung_lora, rung_full,
    rung_recorded, none_yet,
    head_system = 9230, head_rung, head_status, head_quality, head_cases, head_p95, head_ttft,
    head_speed, head_memory, head_cost, head_why, head_parameters, head_future, head_model, head_role,
    section_systems = 9250, section_speed, section_why, section_notes, section_next, section_errors,
    reason_measured, reason_not_measured, reason_refused, rungs_left, recorded_mark, reason_needed,
    next_report = 9270, next_cases, next_budget, next_resume, next_topline, next_endpoint, next_more,
    next_live, next_weak,
    failure_timeout = 9280, failure_refused, failure_truncated, failure_context, failure_invalid,
    failure_rejected, failure_server,
    run_line = 9290, batch_line, batch_clean, table_missing, interval_line, exact_word,
    of_role, error_count,

    // the page: messages/9400-page.inc
    page_title = 9400, verdict_word, badge_slm, badge_llm, badge_hybrid, badge_baseline,
    badge_none, badge_open, skip_to_verdict, contents, page_footer, masthead_job, masthead_run,
    masthead_date, scroll_hint,
    tile_quality = 9420, tile_latency, tile_memory, tile_cost, tile_size, tile_range, tile_used,
    tile_needed, tile_exact, tile_limit, tile_no_limit, tile_probe, tile_not_measured,
    tile_not_priced, tile_parameters, tile_smaller, tile_unknown, tile_scale, quality_of,
    stair_title = 9450, stair_lead, stair_passed, stair_failed, stair_failed_limit, stair_close,
    stair_ruled_out, stair_tried, stair_not_needed, stair_not_reached, stair_not_proved,
    stair_error, stair_recorded, stair_screened, stair_dev, stair_test, stair_chosen,
    stair_rungs, stair_over,
    plot_title = 9480, plot_lead_cost, plot_lead_latency, plot_lead_parameters,
    plot_axis_quality, plot_axis_cost, plot_axis_latency, plot_axis_parameters, plot_log,
    plot_threshold, plot_limit, plot_unmeasured, plot_dominated, plot_front, plot_nothing,
    plot_desc, plot_error_bars, plot_table, plot_frontier_column,
    matrix_title = 9510, matrix_lead, matrix_all, matrix_failures, matrix_different, matrix_case,
    matrix_expected, matrix_right, matrix_wrong, matrix_partly, matrix_absent, matrix_reduced,
    matrix_cut, matrix_search, matrix_shown, matrix_filter, matrix_nothing, matrix_score,
    detail_title = 9540, detail_confusion, detail_label, detail_support, detail_correct,
    detail_precision, detail_recall, detail_recall_interval, detail_f1, detail_field, detail_tp,
    detail_fp, detail_fn, detail_no_label, detail_expected_got, detail_other_metrics,
    detail_metric, detail_value, errors_none, errors_kind, compare_title, compare_only_system,
    compare_only_with, compare_difference, compare_p, compare_test, compare_mcnemar,
    compare_permutation, compare_note, compare_points, section_all_systems,
    method_title = 9580, method_1, method_2, method_3, method_4, method_5, method_6,
    method_full_set, facts_title, facts_run, facts_job, facts_started, facts_elapsed, facts_seed,
    facts_systems, facts_hash, facts_model, facts_engine, facts_template, facts_weights,
};

}  // namespace palier::report::say
