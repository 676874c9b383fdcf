#include "planning/cost_inputs.h"

#include "planning/codes.h"
#include "planning/memos.h"
#include "system/identity.h"
#include "system/prompt.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace palier::planning {
namespace {

namespace fs = std::filesystem;

// Characters of a token in French and English text.
constexpr double k_fewest_characters = 3;
constexpr double k_most_characters = 5;

bool same_file(const std::string& a, const std::string& b) {
    std::error_code failure;
    return a == b || fs::equivalent(a, b, failure);
}

struct Counted {
    double input = 0, cached = 0, output = 0;
    bool all_counted = true;  // nobody left out the tokens of an answer
    std::int64_t cases = 0;
    double total_ms = 0, ttft_ms = 0, timed_input = 0, timed_output = 0;
    std::int64_t timed = 0;

    void add(const core::Trial& trial) {
        ++cases;
        all_counted = all_counted && trial.tokens.prompt && trial.tokens.output;
        input += trial.tokens.prompt.value_or(0);
        cached += trial.tokens.cached.value_or(0);
        output += trial.tokens.output.value_or(0);
        if (trial.timing && trial.timing->total_ms > 0) {
            ++timed;
            total_ms += trial.timing->total_ms;
            ttft_ms += trial.timing->ttft_ms;
            timed_input += trial.tokens.prompt.value_or(0);
            timed_output += std::max(0, trial.tokens.output.value_or(0) - 1);
        }
    }
};

Result<Counted> count_trials(store::Store& store,
                             std::int64_t run,
                             store::Phase phase,
                             const std::string& hash) {
    Counted counted;
    PALIER_TRY(store.each_trial(run, phase, hash, [&](const store::Placed& placed) {
        counted.add(placed.trial);
        return true;
    }));
    return counted;
}

void take_times(const Counted& timed, int concurrency, SystemCost& out) {
    constexpr double ms = 1000;
    if (timed.timed == 0) {
        return;
    }
    out.service = core::ServiceTime{timed.total_ms / static_cast<double>(timed.timed) / ms,
                                    std::max(1, concurrency)};
    if (timed.ttft_ms > 0 && timed.timed_input > 0) {
        out.prefill_tokens_per_s = timed.timed_input / timed.ttft_ms * ms;
    }
    if (timed.total_ms > timed.ttft_ms && timed.timed_output > 0) {
        out.decode_tokens_per_s = timed.timed_output / (timed.total_ms - timed.ttft_ms) * ms;
    }
}

// Where a System's model was and what it cost. A run of palier 0.1 did not keep it; its plan has
// the candidates in the order of its job.
std::optional<core::ModelSpec> source_of(const core::SystemSummary& system,
                                         const core::Summary& summary,
                                         const core::Job& job) {
    if (system.source) {
        return system.source;
    }
    if (system.verdict.role == core::Role::Topline) {
        return job.topline;
    }
    const auto& candidates = summary.plan.candidates;
    const auto found =
        std::ranges::find(candidates, system.verdict.candidate, &core::Candidate::id);
    const auto place = static_cast<std::size_t>(found - candidates.begin());
    return place < job.candidates.size() ? std::optional(job.candidates[place]) : std::nullopt;
}

}  // namespace

Result<std::optional<store::RunRow>> run_to_cost(const job::JobFile& file,
                                                 const std::string& id,
                                                 store::Store& store) {
    const auto is_of_job = [&](const store::RunRow& row) {
        return row.job_name == file.job.name || same_file(row.job_path, file.path);
    };
    if (!id.empty()) {
        auto row = store.run(id);
        if (!row) {
            return row.error();
        }
        if (!is_of_job(*row)) {
            return Error(codes::run_of_other_job,
                         {{"run", row->id}, {"found", row->job_name}, {"job", file.job.name}});
        }
        return std::optional(std::move(*row));
    }
    auto rows = store.runs();
    if (!rows) {
        return rows.error();
    }
    // A run that was stopped by a budget has measured something; one without a summary has not.
    for (store::RunRow& row : *rows) {
        if (is_of_job(row) && (row.finished || store.summary(row.row))) {
            return std::optional(std::move(row));
        }
    }
    return std::optional<store::RunRow>();
}

TokenCount estimated_tokens(const core::Job& job, const std::vector<core::Case>& asked) {
    const core::SystemSpec spec = system::spec_of(job, {});
    double input = 0;
    double output = 0;
    for (const core::Case& item : asked) {
        for (const engine::Message& message : system::messages_for(spec, item.asked())) {
            input += static_cast<double>(message.content.size());
        }
        output += item.expected.empty() ? 0 : static_cast<double>(item.expected.front().size());
    }
    const auto cases = static_cast<double>(std::max<std::size_t>(1, asked.size()));
    TokenCount tokens;
    tokens.least = {input / cases / k_most_characters, 0, output / cases / k_most_characters};
    tokens.most = {input / cases / k_fewest_characters, 0, output / cases / k_fewest_characters};
    // No answer is shorter than a token and the end of the text.
    tokens.least.output = std::max(1.0, tokens.least.output);
    tokens.most.output = std::max(2.0, tokens.most.output + 1);
    return tokens;
}

Result<std::vector<SystemCost>> measured_systems(const core::Job& job,
                                                 const core::Summary& summary,
                                                 std::int64_t run,
                                                 store::Store& store) {
    std::vector<SystemCost> systems;
    for (const core::SystemSummary& system : summary.systems) {
        if (!system.measure.quality || system.system.hash.empty()) {
            continue;
        }
        SystemCost out;
        out.id = system.verdict.id;
        out.candidate = system.verdict.candidate;
        out.name = system.model;
        out.role = system.verdict.role;
        out.recorded = system.recorded;
        out.quality = system.measure.quality->value;
        out.source = source_of(system, summary, job);
        out.on_own_machine = !out.recorded && !(out.source && out.source->is_remote());
        const auto counted = count_trials(
            store,
            run,
            out.role == core::Role::Topline ? store::Phase::Topline : store::Phase::Test,
            system.system.hash);
        if (!counted) {
            return counted.error();
        }
        const auto timed = count_trials(store, run, store::Phase::Latency, system.system.hash);
        if (!timed) {
            return timed.error();
        }
        out.cases = counted->cases;
        // Nothing is read by tokens where there is no model.
        const bool by_tokens = counted->input > 0 || out.role == core::Role::Baseline;
        if (counted->cases > 0 && by_tokens && counted->all_counted) {
            const auto n = static_cast<double>(counted->cases);
            out.tokens.least = {counted->input / n, counted->cached / n, counted->output / n};
            out.tokens.most = out.tokens.least;
            out.tokens.counted = true;
        }
        const int concurrency = system.measure.latency ? system.measure.latency->concurrency : 1;
        take_times(timed->timed > 0 ? *timed : *counted, concurrency, out);
        const auto energy = store.memo(run, counted_energy_memo(system.system.hash));
        PALIER_TRY(energy);
        if (const auto wh = *energy ? number_from(**energy) : std::nullopt) {
            out.energy.push_back(
                {core::EnergyMethod::Counter, core::Range{*wh}, "package", concurrency});
        }
        systems.push_back(std::move(out));
    }
    return systems;
}

}  // namespace palier::planning
