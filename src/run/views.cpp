#include "run/views.h"

#include "base/text.h"
#include "core/answer.h"
#include "core/names.h"
#include "core/recipes.h"
#include "engine/codes.h"
#include "eval/grader.h"
#include "run/codes.h"
#include "run/reopen.h"
#include "system/identity.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace palier::run {
namespace {

std::vector<std::string> system_names(const planning::Prepared& prepared) {
    std::vector<std::string> names;
    const auto add = [&](const planning::Contestant& contestant) {
        for (const core::Rung rung : contestant.plan.rungs) {
            names.push_back(core::system_id(contestant.plan.id, rung));
        }
    };
    if (prepared.topline) {
        add(*prepared.topline);
    }
    std::for_each(prepared.candidates.begin(), prepared.candidates.end(), add);
    return names;
}

const planning::Contestant* find_contestant(const planning::Prepared& prepared,
                                            const std::string& id) {
    if (prepared.topline && prepared.topline->plan.id == id) {
        return &*prepared.topline;
    }
    const auto found = std::find_if(
        prepared.candidates.begin(),
        prepared.candidates.end(),
        [&](const planning::Contestant& candidate) { return candidate.plan.id == id; });
    return found == prepared.candidates.end() ? nullptr : &*found;
}

engine::FailureKind recorded_failure(core::Failure failure) {
    switch (failure) {
        case core::Failure::Timeout:
            return engine::FailureKind::Timeout;
        case core::Failure::ContextExceeded:
            return engine::FailureKind::ContextExceeded;
        case core::Failure::Refused:
            return engine::FailureKind::Refused;
        default:
            return engine::FailureKind::Rejected;  // a recording has no server that could fail
    }
}

engine::RecordedAnswer recorded_form(const core::Input& asked,
                                     const core::Trial& trial,
                                     const core::SystemSpec& spec) {
    engine::RecordedAnswer recorded{asked.text, asked.context, "", false, std::nullopt};
    if (!core::says_something(trial.grade.failure)) {
        recorded.failed = recorded_failure(trial.grade.failure);
        return recorded;
    }
    // Of scored labels the chosen one is the answer that a user would have got.
    const bool scored = spec.recipe.decide == core::Decide::Score;
    recorded.answer = scored ? trial.grade.parsed : trial.answer;
    recorded.cut_at_limit = trial.grade.failure == core::Failure::Truncated;
    return recorded;
}

}  // namespace

Result<std::string> render_prompt(const planning::Prepared& prepared,
                                  engine::Engines& engines,
                                  const std::string& system,
                                  const std::string& case_id) {
    const std::vector<std::string> names = system_names(prepared);
    if (std::find(names.begin(), names.end(), system) == names.end()) {
        return Error(codes::no_such_system, {{"system", system}, {"known", join(names, ", ")}});
    }
    const auto item = std::find_if(prepared.cases.begin(),
                                   prepared.cases.end(),
                                   [&](const core::Case& c) { return c.id == case_id; });
    if (item == prepared.cases.end()) {
        return Error(codes::no_such_case,
                     {{"case", case_id}, {"example", prepared.cases.front().id}});
    }
    const planning::Contestant* baseline = find_contestant(prepared, system);
    if (baseline != nullptr && baseline->plan.baseline) {
        return Error(engine::codes::baseline_has_no_prompts, {{"model", system}});
    }
    const std::size_t slash = system.rfind('/');
    const planning::Contestant& of = *find_contestant(prepared, system.substr(0, slash));
    const core::Rung rung = *core::rung_from(system.substr(slash + 1));
    auto engine = engines.open(of.open);
    if (!engine) {
        return engine.error();
    }
    const auto first_of = [&](core::Rung wanted, const core::Recipe& base) {
        return core::recipes_for(prepared.plan.ingredients, wanted, of.plan.abilities, base)
            .front();
    };
    core::Recipe base;
    // The way of deciding does not change the prompt, only how the answer is read.
    if (rung == core::Rung::FewShot && of.plan.rungs.size() > 2) {
        base = first_of(core::Rung::Structured, {});
    }
    const core::Recipe recipe = first_of(rung, base);
    const engine::Facts& facts = (*engine)->facts();
    return (*engine)->open_client()->render(system::request_for(
        system::spec_of(prepared.job, recipe, facts, of.spec, prepared.plan.ingredients.shots),
        item->asked()));
}

Result<std::string> prompt_of_run(const store::RunRow& run,
                                  store::Store& store,
                                  engine::Engines& engines,
                                  const std::string& system,
                                  const std::string& case_id) {
    const auto summary = store.summary(run.row);
    if (!summary) {
        return summary.error();
    }
    std::vector<std::string> known;
    const core::SystemSummary* found = nullptr;
    for (const core::SystemSummary& each : summary->systems) {
        known.push_back(each.system.id);
        found = each.system.id == system && !each.system.hash.empty() ? &each : found;
    }
    if (found == nullptr) {
        return Error(codes::no_such_system, {{"system", system}, {"known", join(known, ", ")}});
    }
    std::optional<core::Case> item;
    std::string example;
    PALIER_TRY(store.each_case(run.row, [&](const core::Case& each) {
        example = example.empty() ? each.id : example;
        item = each.id == case_id ? std::optional(each) : std::nullopt;
        return !item;
    }));
    if (!item) {
        return Error(codes::no_such_case, {{"case", case_id}, {"example", example}});
    }
    if (found->verdict.role == core::Role::Baseline) {
        return Error(engine::codes::baseline_has_no_prompts, {{"model", system}});
    }
    if (!found->source || found->recorded) {
        return Error(codes::prompt_not_in_run, {{"system", system}, {"run", run.id}});
    }
    auto open = open_again(*found);
    if (!open) {
        return open.error();
    }
    open->sequences = 1;
    const core::SystemSpec& spec = found->system.spec;
    const auto engine = engines.open(*open);
    if (!engine) {
        return engine.error();
    }
    return (*engine)->open_client()->render(system::request_for(spec, item->asked()));
}

Result<std::vector<engine::RecordedAnswer>> answers_of_topline(const planning::Prepared& prepared,
                                                               store::Store& store,
                                                               const ClimbResult& result) {
    const auto topline =
        std::find_if(result.summary.systems.begin(),
                     result.summary.systems.end(),
                     [](const core::SystemSummary& system) {
                         return system.verdict.role == core::Role::Topline && !system.recorded;
                     });
    if (topline == result.summary.systems.end() ||
        topline->measure.items_used < topline->measure.items_total) {
        return Error(codes::nothing_to_record, {{"run", result.summary.run}});
    }
    const auto by_asked = [](const core::Input& a, const core::Input& b) {
        return std::tie(a.text, a.context) < std::tie(b.text, b.context);
    };
    std::unordered_map<std::string, const core::Case*> by_id;
    for (const core::Case& item : prepared.cases) {
        by_id[item.id] = &item;
    }
    std::map<core::Input, engine::RecordedAnswer, decltype(by_asked)> answers(by_asked);
    for (const store::Phase phase : {store::Phase::Dev, store::Phase::Topline}) {
        PALIER_TRY(store.each_trial(
            result.run, phase, topline->system.hash, [&](const store::Placed& placed) {
                const core::Input asked = by_id.at(placed.trial.case_id)->asked();
                answers[asked] = recorded_form(asked, placed.trial, topline->system.spec);
                return true;
            }));
    }
    std::vector<engine::RecordedAnswer> recorded;
    recorded.reserve(answers.size());
    for (auto& [asked, answer] : answers) {
        recorded.push_back(std::move(answer));
    }
    return recorded;
}

}  // namespace palier::run
