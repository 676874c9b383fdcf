#include "cli/suggester.h"

#include "catalog/catalog.h"
#include "cli/output.h"
#include "system/identity.h"
#include "system/prompt.h"

#include <chrono>

namespace palier::cli {
namespace {

constexpr std::chrono::seconds k_patience{120};

system::Parts parts(const core::Job& job, const std::string& name, engine::Engine& engine) {
    core::Recipe recipe;
    recipe.max_tokens = system::max_tokens_for(job);
    if (job.task == core::Task::Classify && engine.facts().can(engine::Capability::Score)) {
        recipe.rung = core::Rung::Structured;
        recipe.decide = core::Decide::Score;
    }
    core::System value;
    value.id = value.candidate = name;
    value.spec = system::spec_of(job, recipe, engine.facts());
    value.hash = system::hash_of(value.spec);
    return {std::move(value), std::nullopt, engine.open_client(), std::nullopt};
}

}  // namespace

Suggester::Suggester(const core::Job& job, std::string name, std::unique_ptr<engine::Engine> engine)
    : name_(std::move(name)), engine_(std::move(engine)), system_(parts(job, name_, *engine_)) {}

Result<Suggester> Suggester::open(const std::string& model,
                                  const core::Job& job,
                                  const std::string& models_dir,
                                  engine::Engines& engines) {
    auto found = catalog::find_model(model, models_dir);
    PALIER_TRY(found);
    engine::OpenSpec spec;
    spec.path = found->path;
    spec.name = found->name;
    spec.file_sha256 = found->sha256;
    spec.sequences = 1;
    auto engine = engines.open(spec);
    PALIER_TRY(engine);
    return Suggester(job, found->name, std::move(*engine));
}

Result<std::string> Suggester::answer_to(const core::Case& item) {
    const system::Outcome outcome =
        system_.ask_alone(item.asked(), {engine::Priority::Interactive, k_patience, false});
    const auto* answer = std::get_if<core::Answer>(&outcome);
    if (answer == nullptr) {
        return Error(say::suggestion_failed,
                     {{"model", name_}, {"why", std::get<system::Trouble>(outcome).detail}});
    }
    if (!core::says_something(answer->failure)) {
        return Error(say::suggestion_failed, {{"model", name_}, {"why", answer->failure_detail}});
    }
    return answer->parsed.value_or("");
}

}  // namespace palier::cli
