// Comma separated values: RFC 4180, dot decimals, empty = not measured.
#include "lib/json/json.h"
#include "report/escape.h"
#include "report/report.h"

#include <array>
#include <optional>

namespace palier::report {
namespace {

// Numbers as JSON writes them: the shortest text that reads back the same.
std::string cell(double value) {
    return json::write(json::Value(value));
}
std::string cell(const std::optional<double>& value) {
    return value ? cell(*value) : "";
}

std::string cell(std::int64_t value) {
    return std::to_string(value);
}

std::string cell(const std::optional<int>& count) {
    return count ? std::to_string(*count) : "";
}

std::string row(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += (i == 0 ? "" : ",") + csv_field(cells[i]);
    }
    return line + "\r\n";
}

std::string decision(core::Decision value, std::string_view undecided) {
    switch (value) {
        case core::Decision::Pass:
            return "pass";
        case core::Decision::Fail:
            return "fail";
        default:
            return std::string(undecided);
    }
}

std::string system_row(const core::SystemSummary& system) {
    const core::SystemVerdict& verdict = system.verdict;
    const core::Measure& m = system.measure;
    std::vector<std::string> cells{verdict.id,
                                   std::string(core::name_of(verdict.role)),
                                   verdict.candidate,
                                   verdict.rung ? std::string(core::name_of(*verdict.rung)) : "",
                                   std::string(core::name_of(verdict.status)),
                                   decision(verdict.on_these_cases, "")};
    cells.push_back(verdict.on_future_traffic ? decision(*verdict.on_future_traffic, "too_close")
                                              : "");
    cells.push_back(cell(m.items_used));
    cells.push_back(cell(m.items_total));
    if (m.quality) {
        const core::QualityMeasure& q = *m.quality;
        cells.insert(cells.end(),
                     {q.metric,
                      cell(q.value),
                      cell(q.interval.low),
                      cell(q.interval.high),
                      cell(q.interval.level),
                      q.interval_method,
                      cell(q.need)});
    } else {
        cells.insert(cells.end(), 7, "");
    }
    if (m.latency) {
        const core::LatencyMeasure& l = *m.latency;
        cells.insert(cells.end(),
                     {cell(l.requests),
                      cell(l.ttft_ms_p50),
                      cell(l.ttft_ms_p95),
                      cell(l.total_ms_p50),
                      cell(l.total_ms_p95),
                      cell(l.tokens_per_s)});
    } else {
        cells.insert(cells.end(), 6, "");
    }
    cells.push_back(m.cost ? cell(m.cost->per_1k) : "");
    cells.push_back(m.cost ? m.cost->currency : "");
    cells.push_back(m.memory_bytes_peak ? std::to_string(*m.memory_bytes_peak) : "");
    cells.push_back(system.parameters > 0 ? std::to_string(system.parameters) : "");
    std::int64_t unusable = 0;
    for (const auto& [kind, count] : m.errors) {
        unusable += count;
    }
    cells.push_back(cell(unusable));
    cells.push_back(system.recorded ? "yes" : "no");
    return row(cells);
}

constexpr std::array<std::pair<store::Phase, std::string_view>, 4> k_phases{{
    {store::Phase::Dev, "dev"},
    {store::Phase::Topline, "topline"},
    {store::Phase::Test, "test"},
    {store::Phase::Latency, "latency"},
}};

std::string trial_row(std::string_view phase,
                      const std::string& system,
                      const store::Placed& placed) {
    const core::Trial& trial = placed.trial;
    return row({std::string(phase),
                system,
                std::to_string(placed.ordinal),
                trial.case_id,
                cell(static_cast<double>(trial.grade.score) / static_cast<double>(k_one)),
                std::string(core::name_of(trial.grade.failure)),
                trial.grade.parsed,
                trial.answer,
                trial.failure_detail,
                trial.timing ? cell(trial.timing->ttft_ms) : "",
                trial.timing ? cell(trial.timing->total_ms) : "",
                cell(trial.tokens.prompt),
                cell(trial.tokens.cached),
                cell(trial.tokens.output),
                trial.recorded ? "yes" : "no"});
}

}  // namespace

std::string csv(const core::Summary& summary) {
    std::string text = row({"id",
                            "role",
                            "candidate",
                            "rung",
                            "status",
                            "on_these_cases",
                            "on_future_traffic",
                            "items_used",
                            "items_total",
                            "metric",
                            "quality",
                            "quality_low",
                            "quality_high",
                            "quality_level",
                            "interval_method",
                            "quality_need",
                            "latency_n",
                            "ttft_ms_p50",
                            "ttft_ms_p95",
                            "total_ms_p50",
                            "total_ms_p95",
                            "tokens_per_s",
                            "cost_per_1k",
                            "currency",
                            "memory_bytes_peak",
                            "parameters",
                            "unusable_answers",
                            "recorded"});
    for (const core::SystemSummary& system : summary.systems) {
        text += system_row(system);
    }
    return text;
}

Result<void> csv_trials(const core::Summary& summary,
                        store::Store& store,
                        std::int64_t run,
                        const Sink& out) {
    out(row({"phase",
             "system",
             "ordinal",
             "case",
             "score",
             "failure",
             "parsed",
             "answer",
             "failure_detail",
             "ttft_ms",
             "total_ms",
             "prompt_tokens",
             "cached_tokens",
             "output_tokens",
             "recorded"}));
    std::map<std::string, std::string> names;
    for (const core::SystemSummary& system : summary.systems) {
        names[system.system.hash] = system.verdict.id;
    }
    for (const auto& [phase, word] : k_phases) {
        PALIER_TRY(store.each_trial(run, phase, "", [&](const store::Placed& placed) {
            const auto known = names.find(placed.trial.system_hash);
            out(trial_row(
                word, known != names.end() ? known->second : placed.trial.system_hash, placed));
            return true;
        }));
    }
    return {};
}

}  // namespace palier::report
