// One function a verb; each returns the exit code.
#pragma once

#include "cli/arguments.h"
#include "cli/cli.h"

namespace palier::cli {

int climb(const Common& common, const ClimbArguments& arguments, const World& world);
int report_run(const Common& common, const ReportArguments& arguments, const World& world);
int list_runs(const Common& common, const World& world);
int show(const Common& common, const ShowArguments& arguments, const World& world);
int prompt(const Common& common, const PromptArguments& arguments, const World& world);
int models(const Common& common, const ModelsArguments& arguments, const World& world);

int doctor(const Common& common);
int cost(const Common& common, const CostArguments& arguments, const World& world);

}  // namespace palier::cli
