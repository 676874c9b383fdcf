#include "run/kept_run.h"

#include "base/text.h"
#include "planning/costing.h"
#include "run/codes.h"
#include "run/evaluation.h"

#include <algorithm>

namespace palier::run {
namespace {

double dev_score(const core::Summary& summary, const core::SystemSummary& system) {
    const auto found = std::ranges::find(summary.rungs, system.system.id, &core::RungTried::system);
    return found == summary.rungs.end() ? -1 : found->dev_score;
}

}  // namespace

Result<KeptRun> read_run(const std::string& id, store::Store& store) {
    KeptRun kept;
    auto row = store.run(id);
    PALIER_TRY(row);
    kept.row = std::move(*row);
    auto summary = store.summary(kept.row.row);
    PALIER_TRY(summary);
    kept.summary = std::move(*summary);
    const auto file = planning::job_of_run(kept.row, kept.summary);
    PALIER_TRY(file);
    kept.job = file->job;
    auto grader = eval::make_grader(kept.job);
    PALIER_TRY(grader);
    kept.grader = std::move(*grader);
    PALIER_TRY(store.each_case(kept.row.row, [&](const core::Case& item) {
        kept.cases.push_back(item);
        return true;
    }));
    std::unordered_map<std::string_view, const core::Case*> by_id;
    for (const core::Case& item : kept.cases) {
        by_id.emplace(item.id, &item);
    }
    for (const std::string& dev_id : kept.summary.dev_ids) {
        if (const auto found = by_id.find(dev_id); found != by_id.end()) {
            kept.dev.push_back(found->second);
        }
    }
    const auto salt = store.memo(kept.row.row, "salt");
    PALIER_TRY(salt);
    kept.salt = salt->value_or("");
    const auto spent = kept_spending(store, kept.row.row);
    PALIER_TRY(spent);
    kept.spent = *spent;
    return kept;
}

Result<const core::SystemSummary*> system_to_diagnose(const KeptRun& kept,
                                                      const std::string& name) {
    const core::SystemSummary* best = nullptr;
    std::vector<std::string> known;
    for (const core::SystemSummary& system : kept.summary.systems) {
        const core::SystemVerdict& verdict = system.verdict;
        known.push_back(verdict.id);
        if (!name.empty() &&
            (name == verdict.id || name == verdict.candidate || name == system.model)) {
            return &system;
        }
        if (verdict.role == core::Role::Candidate && !system.system.hash.empty() &&
            (best == nullptr || dev_score(kept.summary, system) > dev_score(kept.summary, *best))) {
            best = &system;
        }
    }
    if (!name.empty()) {
        return Error(codes::no_such_system, {{"system", name}, {"known", join(known, ", ")}});
    }
    if (best == nullptr) {
        return Error(codes::no_dev_answers, {{"system", kept.row.job_name}, {"run", kept.row.id}});
    }
    return best;
}

Result<Trials> dev_trials(store::Store& store, std::int64_t run, const std::string& hash) {
    Trials trials;
    if (hash.empty()) {
        return trials;
    }
    PALIER_TRY(store.each_trial(run, store::Phase::Dev, hash, [&](const store::Placed& placed) {
        trials.emplace(placed.trial.case_id, placed.trial);
        return true;
    }));
    return trials;
}

}  // namespace palier::run
