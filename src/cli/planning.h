// What `plan`, `climb --dry-run` and a climb without candidates share: the plan of models and the
// steps of a climb, before anything is measured.
#pragma once

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "job/job_file.h"
#include "planning/dry_run.h"
#include "planning/plan.h"
#include "planning/proposals.h"
#include "run/climb.h"

#include <string>

namespace palier::cli {

// On stderr, at once: the models' files are being read, which takes a second for every 1.5 GB.
// Silent for a job whose models are all elsewhere.
void tell_reading(const Common& common, const core::Job& job);

// What --machine names; nullopt for "". Errors of planning::find_machine.
[[nodiscard]] Result<std::optional<machine::Supposed>> supposed_by(const std::string& option);

// Plans with this machine as it is, and the measurements of the run store if there is one; or with
// a supposed machine, for which nothing of this one is opened, measured or kept. Errors: those of
// planning::plan_models and of the store.
[[nodiscard]] Result<planning::ModelPlan> model_plan(
    const Common& common,
    const job::JobFile& file,
    const planning::ClimbOptions& options,
    const planning::PlanOptions& plan_options,
    const World& world,
    const std::optional<machine::Supposed>& supposed = {});

// For a job that names no candidate: the plan's picks. Errors 2440 and 2441 besides.
[[nodiscard]] Result<job::JobFile> candidates_from_plan(const Common& common,
                                                        job::JobFile file,
                                                        const planning::ClimbOptions& options,
                                                        const World& world);

// For a new job: the picks among the models on this machine, which run at once; where none of them
// passes the job's limits, the picks of the whole catalogue. Error 2708 {why}: none passes.
// Without data or the embedded engine nothing is estimated: planning::models_on_disk; likewise
// where other processes spoilt the estimates. For a supposed machine: the picks of the whole
// catalogue, since this disk is not its disk.
[[nodiscard]] Result<planning::Proposals> proposals_for(
    const Common& common,
    const core::Job& job,
    const World& world,
    const std::optional<machine::Supposed>& supposed = {});

// The steps that a climb of this job would take.
[[nodiscard]] Result<planning::DryRun> steps_of(
    const Common& common,
    const job::JobFile& file,
    planning::ClimbOptions options,
    const World& world,
    const std::optional<machine::Supposed>& supposed = {});

// `climb --dry-run`; a job without candidates gets the plan's picks, downloaded or not.
int print_steps(const Common& common,
                const job::JobFile& file,
                const planning::ClimbOptions& options,
                const World& world);

}  // namespace palier::cli
