// The fields of core::Summary and of all it holds, with their names in the format.
#pragma once

#include "core/summary.h"
#include "core/system_fields.h"

namespace palier::store_sqlite {

// One `describe` a type serves writing and reading, so that the two cannot drift apart, and takes
// the type apart by structured binding, so that a field added to it does not compile until it is
// named here (and the format number is raised where an older summary cannot do without it).
using core::describe;
using core::Is;

template <class Visit>
void describe(Visit& visit, Is<core::Interval> auto& value) {
    auto& [low, high, level] = value;
    visit("low", low)("high", high)("level", level);
}

template <class Visit>
void describe(Visit& visit, Is<core::System> auto& value) {
    auto& [id, candidate, spec, hash] = value;
    visit("id", id)("candidate", candidate)("spec", spec)("hash", hash);
}

template <class Visit>
void describe(Visit& visit, Is<core::Reason> auto& value) {
    auto& [constraint, measured, limit] = value;
    visit("constraint", constraint)("measured", measured)("limit", limit);
}

template <class Visit>
void describe(Visit& visit, Is<core::SystemVerdict> auto& value) {
    auto& [id, role, candidate, rung, here, future, status, reasons, not_proved, trouble] = value;
    visit("id", id)("role", role)("candidate", candidate)("rung", rung);
    visit("on_these_cases", here)("on_future_traffic", future)("status", status);
    visit("reasons", reasons)("rungs_not_proved", not_proved);
    visit("trouble", trouble);
}

template <class Visit>
void describe(Visit& visit, Is<core::Verdict> auto& value) {
    auto& [choice, system, topline_meets, systems, undecided_smaller, exit_code] = value;
    visit("choice", choice)("system", system)("topline_meets_threshold", topline_meets);
    visit("systems", systems)("undecided_smaller", undecided_smaller)("exit_code", exit_code);
}

template <class Visit>
void describe(Visit& visit, Is<core::QualityMeasure> auto& value) {
    auto& [metric, mean, interval, method, need] = value;
    visit("metric", metric)("value", mean)("interval", interval);
    visit("interval_method", method)("need", need);
}

template <class Visit>
void describe(Visit& visit, Is<core::LatencyMeasure> auto& value) {
    auto& [requests,
           concurrency,
           ttft_p50,
           ttft_p95,
           total_p50,
           total_p95,
           interval,
           bounded,
           speed,
           load] = value;
    visit("requests", requests)("concurrency", concurrency);
    visit("ttft_ms_p50", ttft_p50)("ttft_ms_p95", ttft_p95);
    visit("total_ms_p50", total_p50)("total_ms_p95", total_p95);
    visit("total_ms_p95_interval", interval)("total_ms_p95_bounded", bounded);
    visit("tokens_per_s", speed)("load_average", load);
}

template <class Visit>
void describe(Visit& visit, Is<core::CostMeasure> auto& value) {
    auto& [per_1k, currency, method] = value;
    visit("per_1k", per_1k)("currency", currency)("method", method);
}

template <class Visit>
void describe(Visit& visit, Is<core::LabelRow> auto& value) {
    auto& [label, support, predicted, correct, precision, recall, f1, interval] = value;
    visit("label", label)("support", support)("predicted", predicted)("correct", correct);
    visit("precision", precision)("recall", recall)("f1", f1)("recall_interval", interval);
}

template <class Visit>
void describe(Visit& visit, Is<core::Measure::FieldRow> auto& value) {
    auto& [path, true_positive, false_positive, false_negative, precision, recall, f1] = value;
    visit("path", path)("true_positive", true_positive)("false_positive", false_positive);
    visit("false_negative", false_negative);
    visit("precision", precision)("recall", recall)("f1", f1);
}

template <class Visit>
void describe(Visit& visit, Is<core::ReliabilityBin> auto& value) {
    auto& [cases, confidence, accuracy] = value;
    visit("cases", cases)("confidence", confidence)("accuracy", accuracy);
}

template <class Visit>
void describe(Visit& visit, Is<core::Reliability> auto& value) {
    auto& [cases, brier, ece, bins] = value;
    visit("cases", cases)("brier", brier)("ece", ece)("bins", bins);
}

template <class Visit>
void describe(Visit& visit, Is<core::CurvePoint> auto& value) {
    auto& [examples, accuracy] = value;
    visit("examples", examples)("accuracy", accuracy);
}

template <class Visit>
void describe(Visit& visit, Is<core::Measure> auto& value) {
    auto& [system,
           used,
           total,
           quality,
           others,
           latency,
           cost,
           memory,
           errors,
           labels,
           confusion,
           fields,
           reliability,
           curve,
           checked,
           disagreed] = value;
    visit("system", system)("items_used", used)("items_total", total)("quality", quality);
    visit("other_metrics", others)("latency", latency)("cost", cost);
    visit("memory_bytes_peak", memory)("errors", errors)("labels", labels);
    visit("confusion", confusion)("fields", fields);
    visit("reliability", reliability)("learning_curve", curve);
    visit("batch_checked", checked)("batch_disagreed", disagreed);
}

template <class Visit>
void describe(Visit& visit, Is<core::Price> auto& value) {
    auto& [input, output, currency] = value;
    visit("input_per_1m", input)("output_per_1m", output)("currency", currency);
}

template <class Visit>
void describe(Visit& visit, Is<core::ModelSpec> auto& value) {
    auto& [model,
           endpoint,
           key_env,
           key_file,
           recorded,
           parameters,
           price,
           thinking,
           max_tokens,
           api] = value;
    visit("model", model)("endpoint", endpoint)("key_env", key_env)("key_file", key_file);
    visit("recorded", recorded)("parameters", parameters)("price", price);
    visit("thinking", thinking)("max_tokens", max_tokens)("api", api);
}

template <class Visit>
void describe(Visit& visit, Is<core::SystemSummary> auto& value) {
    auto& [system, verdict, measure, parameters, model, source, recorded, notes] = value;
    visit("system", system)("verdict", verdict)("measure", measure)("parameters", parameters);
    visit("model", model)("source", source)("recorded", recorded)("notes", notes);
}

template <class Visit>
void describe(Visit& visit, Is<core::Comparison> auto& value) {
    auto& [system, with, cases, only_system, only_with, difference, p_value, test] = value;
    visit("system", system)("with", with)("cases", cases)("only_system", only_system);
    visit("only_with", only_with)("difference", difference)("p_value", p_value)("test", test);
}

template <class Visit>
void describe(Visit& visit, Is<core::Note> auto& value) {
    auto& [code, args] = value;
    visit("code", code)("args", args);
}

template <class Visit>
void describe(Visit& visit, Is<core::QualityLimit> auto& value) {
    auto& [metric, min, of_topline] = value;
    visit("metric", metric)("min", min)("of_topline", of_topline);
}

template <class Visit>
void describe(Visit& visit, Is<core::Abilities> auto& value) {
    auto& [score, constrain, state, write, check] = value;
    visit("can_score", score)("can_constrain", constrain)("can_read_state", state);
    visit("can_write", write)("can_check", check);
}

template <class Visit>
void describe(Visit& visit, Is<core::Ingredients> auto& value) {
    auto& [max_tokens, shots, fixed, shown, nearest, orders] = value;
    visit("max_tokens", max_tokens)("shots", shots)("fixed", fixed)("shown", shown);
    visit("nearest", nearest)("orders", orders);
}

template <class Visit>
void describe(Visit& visit, Is<core::Candidate> auto& value) {
    auto& [id, size, rungs, abilities, screened_out, recorded, baseline, latency, memory] = value;
    visit("id", id)("size", size)("rungs", rungs)("screened_out", screened_out);
    visit("recorded", recorded)("baseline", baseline)("latency_measurable", latency)(
        "memory_measurable", memory);
    visit("abilities", abilities);
}

template <class Visit>
void describe(Visit& visit, Is<core::ClimbPlan> auto& value) {
    auto& [ingredients,
           topline,
           shown_only,
           candidates,
           order,
           quality,
           sequential,
           zero_one,
           p95,
           ttft,
           cost,
           memory,
           dev,
           test,
           alpha,
           k] = value;
    visit("topline", topline)("topline_shown_only", shown_only)("candidates", candidates);
    visit("order", order)("quality", quality)("sequential", sequential);
    visit("zero_one", zero_one)("p95_ms", p95)("ttft_p95_ms", ttft)("cost_per_1k", cost);
    visit("memory_bytes", memory)("dev_cases", dev)("test_cases", test);
    visit("alpha", alpha)("k", k);
    visit("ingredients", ingredients);
}

template <class Visit>
void describe(Visit& visit, Is<core::RungTried> auto& value) {
    auto& [candidate,
           rung,
           system,
           score,
           low,
           ruled_out,
           trouble,
           cases,
           tokens,
           below,
           compared,
           removed,
           added,
           order_flips,
           seconds,
           brier] = value;
    visit("candidate", candidate)("rung", rung)("system", system);
    visit("dev_score", score)("dev_low", low)("ruled_out", ruled_out);
    visit("trouble", trouble)("cases", cases)("tokens", tokens)("below", below);
    visit("compared", compared)("removed", removed)("added", added);
    visit("order_flips", order_flips)("seconds", seconds)("brier", brier);
}

template <class Visit>
void describe(Visit& visit, Is<core::Summary> auto& value) {
    auto& [run,
           job_name,
           job_path,
           task,
           labels,
           plan,
           seed,
           started_at,
           elapsed,
           finished,
           verdict,
           exit_code,
           systems,
           rungs,
           dev_ids,
           comparisons,
           notes,
           facts,
           currency] = value;
    visit("run", run)("job_name", job_name)("job_path", job_path)("task", task);
    visit("labels", labels)("plan", plan)("seed", seed)("started_at", started_at);
    visit("elapsed_s", elapsed)("finished", finished)("verdict", verdict);
    visit("exit_code", exit_code)("systems", systems)("rungs", rungs);
    visit("dev_ids", dev_ids);
    visit("comparisons", comparisons)("notes", notes)("facts", facts)("currency", currency);
}

}  // namespace palier::store_sqlite
