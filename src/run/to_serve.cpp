#include "run/to_serve.h"

#include "base/text.h"
#include "core/screen.h"
#include "planning/costing.h"
#include "run/codes.h"
#include "run/empty_input.h"
#include "run/learned_memo.h"
#include "run/reopen.h"

#include <vector>

namespace palier::run {
namespace {

std::string known_in(const core::Summary& summary) {
    std::vector<std::string> known;
    for (const core::SystemSummary& system : summary.systems) {
        if (!system.system.hash.empty() && !system.recorded) {
            known.push_back(system.verdict.id);
        }
    }
    return join(known, ", ");
}

Result<const core::SystemSummary*> named(const core::Summary& summary, const std::string& name) {
    const std::string wanted = name.empty() ? summary.verdict.system : name;
    if (wanted.empty()) {
        return Error(codes::nothing_chosen, {{"run", summary.run}, {"known", known_in(summary)}});
    }
    for (const core::SystemSummary& system : summary.systems) {
        if (wanted == system.verdict.id || wanted == system.verdict.candidate ||
            wanted == system.model) {
            return &system;
        }
    }
    return Error(codes::no_such_system, {{"system", wanted}, {"known", known_in(summary)}});
}

// A topline elsewhere may see the cases that the job shares with it, and nothing besides.
Result<void> check_privacy(const core::SystemSummary& system, const core::Job& job) {
    const core::ModelSpec source = system.source.value_or(core::ModelSpec{});
    if (!source.is_remote() ||
        (!job.share_cases && core::may_see_data(job.constraints, source.endpoint))) {
        return {};
    }
    return Error(codes::may_not_leave, {{"system", system.verdict.id}, {"host", source.endpoint}});
}

Result<void> take_learned(const core::SystemSummary& system,
                          const store::RunRow& row,
                          store::Store& store,
                          ToServe& out) {
    const std::string& sha256 = out.system.spec.learned;
    const auto bytes = store.memo(row.row, learned_memo(sha256));
    PALIER_TRY(bytes);
    const std::optional<std::string>& kept = *bytes;
    if (!kept) {
        return Error(codes::learned_is_gone, {{"system", system.verdict.id}, {"run", row.id}});
    }
    if (out.system.spec.recipe.decide != core::Decide::Head) {
        out.open.name = system.model;
        out.open.learned = std::make_shared<const std::string>(*kept);
        out.open.file_sha256 = sha256;
        return {};
    }
    auto head = learn::learned_of(*kept, row.id);
    PALIER_TRY(head);
    out.head = std::make_shared<const learn::Learned>(std::move(*head));
    return {};
}

bool is_baseline(const core::SystemSpec& spec) {
    return spec.recipe.baseline != core::Baseline::None;
}

}  // namespace

Result<ToServe> system_to_serve(const std::string& run,
                                const std::string& name,
                                store::Store& store) {
    const auto row = store.run(run);
    PALIER_TRY(row);
    const auto summary = store.summary(row->row);
    PALIER_TRY(summary);
    const auto found = named(*summary, name);
    PALIER_TRY(found);
    const core::SystemSummary& system = **found;
    if (system.recorded || system.source.value_or(core::ModelSpec{}).is_recorded()) {
        return Error(codes::only_recorded, {{"system", system.verdict.id}});
    }
    if (system.system.hash.empty()) {
        return Error(
            codes::never_asked,
            {{"system", system.verdict.id}, {"run", row->id}, {"known", known_in(*summary)}});
    }
    const auto file = planning::job_of_run(*row, *summary);
    PALIER_TRY(file);
    PALIER_TRY(check_privacy(system, file->job));
    ToServe out;
    out.system = system.system;
    out.price = system.source.value_or(core::ModelSpec{}).price;
    if (!is_baseline(out.system.spec)) {
        auto open = open_again(system);
        PALIER_TRY(open);
        out.open = std::move(*open);
    }
    if (!out.system.spec.learned.empty()) {
        PALIER_TRY(take_learned(system, *row, store, out));
    }
    if (needs_empty_input(out.system.spec.recipe)) {
        auto prior = store.memo(row->row, empty_input_memo(out.system.spec));
        PALIER_TRY(prior);
        out.prior = std::move(*prior);
    }
    return out;
}

Result<system::Parts> parts_of(const ToServe& found, engine::Engine& engine) {
    if (engine.facts().model_identity != found.system.spec.model_identity) {
        return Error(codes::model_changed, {{"system", found.system.id}});
    }
    return system::Parts{found.system, found.price, engine.open_client(), found.prior, found.head};
}

Result<void> complete(system::System& system) {
    const auto found = system.prior();
    const auto* outcome = std::get_if<system::Outcome>(&found);
    return outcome == nullptr ? Result<void>() : no_empty_input(system.system().id, *outcome);
}

std::optional<core::Note> difference(const ToServe& found, const engine::Facts& facts) {
    const core::SystemSpec& spec = found.system.spec;
    if (spec.engine_build == facts.build) {
        return std::nullopt;
    }
    return core::Note{
        codes::other_engine,
        {{"system", found.system.id}, {"before", spec.engine_build}, {"here", facts.build}}};
}

}  // namespace palier::run
