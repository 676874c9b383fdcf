#include "cli/planning.h"

#include "base/text.h"
#include "catalog/speed.h"
#include "cli/output.h"
#include "machine/gpus.h"
#include "planning/dry_run.h"
#include "planning/machine_file.h"
#include "report/plan.h"
#include "report/wording.h"

#include <algorithm>
#include <filesystem>

namespace palier::cli {
namespace {

constexpr int k_nvidia_smi_ms = 4000;

// What plans are made with; owns what the run's view borrows. Borrows `supposed`.
struct Surroundings {
    std::unique_ptr<store::Store> store;
    std::uint64_t gpu_bytes = 0;
    const machine::Supposed* supposed = nullptr;
};

// The first plan on a machine takes seconds: said at once.
void announce_calibration(const Common& common, const World& world) {
    std::error_code ignored;
    if (world.workshop != nullptr &&
        !std::filesystem::exists(catalog::calibration_path(common.models_dir), ignored)) {
        tell(common, say::calibrating);
    }
}

Result<Surroundings> surroundings(const Common& common,
                                  const World& world,
                                  const std::optional<machine::Supposed>& supposed) {
    Surroundings around;
    if (supposed) {
        around.supposed = &*supposed;
        return around;
    }
    announce_calibration(common, world);
    auto store = world.open_store(common.store, true);
    PALIER_TRY(store);
    around.store = std::move(*store);
    for (const machine::Gpu& gpu :
         machine::merged(machine::parse_nvidia_smi(machine::ask_nvidia_smi(k_nvidia_smi_ms)),
                         machine::read_gpus(""))) {
        around.gpu_bytes += gpu.memory_bytes.value_or(0);
    }
    return around;
}

planning::PlanWorld plan_world(const Surroundings& around, const World& world) {
    return {world.workshop,
            around.store.get(),
            machine::this_host(),
            around.gpu_bytes,
            world.clock,
            machine::watch_others(""),
            around.supposed};
}

// What keeps the models out, each constraint once: "P95 latency, memory". A limit of time may do so
// by its estimates alone.
std::string refusals(const Common& common, const core::Job& job, const planning::ModelPlan& plan) {
    std::vector<std::string> words;
    if (job.constraints.p95_ms) {
        words.push_back(report::constraint_word(common.language, "latency_p95"));
    }
    for (const planning::PlanRow& row : plan.rows) {
        for (const core::Reason& reason : row.refused) {
            const std::string word = report::constraint_word(common.language, reason.constraint);
            if (std::ranges::find(words, word) == words.end()) {
                words.push_back(word);
            }
        }
    }
    return join(words, ", ");
}

}  // namespace

void tell_reading(const Common& common, const core::Job& job) {
    const auto local = [](const core::ModelSpec& spec) {
        return !spec.is_remote() && !spec.is_recorded();
    };
    if (std::any_of(job.candidates.begin(), job.candidates.end(), local) ||
        (job.topline && local(*job.topline))) {
        tell(common, say::reading_files, {{"job", job.name}});
    }
}

Result<std::optional<machine::Supposed>> supposed_by(const std::string& option) {
    if (option.empty()) {
        return std::optional<machine::Supposed>();
    }
    auto found = planning::find_machine(option);
    PALIER_TRY(found);
    return std::optional(std::move(*found));
}

Result<planning::ModelPlan> model_plan(const Common& common,
                                       const job::JobFile& file,
                                       const planning::ClimbOptions& options,
                                       const planning::PlanOptions& plan_options,
                                       const World& world,
                                       const std::optional<machine::Supposed>& supposed) {
    const auto around = surroundings(common, world, supposed);
    PALIER_TRY(around);
    return planning::plan_models(file, options, plan_options, plan_world(*around, world));
}

Result<job::JobFile> candidates_from_plan(const Common& common,
                                          job::JobFile file,
                                          const planning::ClimbOptions& options,
                                          const World& world) {
    const auto plan = model_plan(common, file, options, {}, world);
    PALIER_TRY(plan);
    return planning::with_candidates(std::move(file), *plan);
}

Result<planning::Proposals> proposals_for(const Common& common,
                                          const core::Job& job,
                                          const World& world,
                                          const std::optional<machine::Supposed>& supposed) {
    if (world.workshop == nullptr || job.data.test.empty()) {
        return planning::models_on_disk(common.models_dir);
    }
    job::JobFile file;
    file.job = job;
    planning::ClimbOptions options;
    options.models_dir = common.models_dir;
    if (!supposed) {
        const auto here = model_plan(common, file, options, {.on_disk_only = true}, world);
        PALIER_TRY(here);
        planning::Proposals present = planning::proposals_of(*here, job.constraints);
        if (!present.candidates.empty()) {
            return present;
        }
        if (here->busy) {
            // Neither refused nor praised by estimates that other processes made too long.
            tell(common, say::plan_calibrated_busy);
            return planning::models_on_disk(common.models_dir);
        }
    }
    const auto plan = model_plan(common, file, options, {}, world, supposed);
    PALIER_TRY(plan);
    planning::Proposals picked = planning::proposals_of(*plan, job.constraints);
    if (picked.candidates.empty()) {
        return Error(say::nothing_fits, {{"why", refusals(common, job, *plan)}});
    }
    return picked;
}

Result<planning::DryRun> steps_of(const Common& common,
                                  const job::JobFile& file,
                                  planning::ClimbOptions options,
                                  const World& world,
                                  const std::optional<machine::Supposed>& supposed) {
    const auto around = surroundings(common, world, supposed);
    PALIER_TRY(around);
    options.missing_models_allowed = true;
    if (!file.job.candidates.empty()) {
        return planning::dry_run(file, options, plan_world(*around, world));
    }
    const auto plan = planning::plan_models(file, options, {}, plan_world(*around, world));
    PALIER_TRY(plan);
    return planning::dry_run(
        planning::with_picks(file, *plan), options, plan_world(*around, world));
}

int print_steps(const Common& common,
                const job::JobFile& file,
                const planning::ClimbOptions& options,
                const World& world) {
    const auto dry = steps_of(common, file, options, world);
    if (!dry) {
        return fail(common, dry.error());
    }
    print(common.json ? report::steps_json(*dry) + "\n"
                      : report::steps_text(common.language, *dry));
    return 0;
}

}  // namespace palier::cli
