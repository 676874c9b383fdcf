#include "catalog/speed.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "planning/dry_run.h"
#include "report/plan.h"

namespace palier::cli {

int plan(const Common& common, const PlanArguments& arguments, const World& world) {
    const auto file = job::read_job(arguments.job);
    if (!file) {
        return fail(common, file.error());
    }
    const auto supposed = supposed_by(arguments.machine);
    if (!supposed) {
        return fail(common, supposed.error());
    }
    if (arguments.recalibrate && *supposed) {
        return fail(common, Error(say::nothing_to_recalibrate));
    }
    if (arguments.recalibrate) {
        if (const auto forgotten = catalog::forget_calibration(common.models_dir); !forgotten) {
            return fail(common, forgotten.error());
        }
    }
    tell_reading(common, file->job);
    planning::ClimbOptions options;
    options.models_dir = common.models_dir;
    options.threads = static_cast<int>(arguments.threads.value_or(0));
    const auto made = model_plan(common, *file, options, {arguments.on_disk}, world, *supposed);
    if (!made) {
        return fail(common, made.error());
    }
    // The job's own candidates are what a climb would try; the plan's picks only where it has none.
    const job::JobFile tried =
        file->job.candidates.empty() ? planning::with_picks(*file, *made) : *file;
    std::optional<planning::DryRun> steps;
    if (!tried.job.candidates.empty()) {
        auto dry = steps_of(common, tried, options, world, *supposed);
        if (!dry) {
            return fail(common, dry.error());
        }
        steps = std::move(*dry);
    }
    if (common.json) {
        print(report::plan_json(*made, steps ? &*steps : nullptr) + "\n");
    } else {
        print(report::plan_text(common.language, *made));
        if (steps) {
            print("\n" + report::steps_text(common.language, *steps));
        }
    }
    return made->picked(core::Size::Limit) == nullptr && file->job.candidates.empty() ? 3 : 0;
}

}  // namespace palier::cli
