// One function a verb; each returns the exit code.
#pragma once

#include "cli/arguments.h"
#include "cli/cli.h"
#include "store/store.h"

#include <optional>
#include <string>

namespace palier::cli {

int climb(const Common& common, const ClimbArguments& arguments, const World& world);
int report_run(const Common& common, const ReportArguments& arguments, const World& world);
int list_runs(const Common& common, const World& world);
int show(const Common& common, const ShowArguments& arguments, const World& world);
// The terminal report of a run, with where it goes wrong; on a terminal no word is broken.
void print_verdict(const Common& common,
                   const core::Summary& summary,
                   store::Store& store,
                   std::int64_t run);
// The run of this id ("last" too), unless it is the name of a file.
std::optional<store::RunRow> run_named(const std::string& name, store::Store& store);
int diagnose(const Common& common, const DiagnoseArguments& arguments, const World& world);
int serve(const Common& common, const ServeArguments& arguments, const World& world);
int prompt(const Common& common, const PromptArguments& arguments, const World& world);
int models(const Common& common, const ModelsArguments& arguments, const World& world);
int doctor(const Common& common, const DoctorArguments& arguments);
int cost(const Common& common, const CostArguments& arguments, const World& world);
int plan(const Common& common, const PlanArguments& arguments, const World& world);
int init(const Common& common, const InitArguments& arguments, const World& world);
int data_check(const Common& common, const DataCheckArguments& arguments, const World& world);
int rate(const Common& common, const RateArguments& arguments, const World& world);
int data_label(const Common& common, const DataLabelArguments& arguments, const World& world);

}  // namespace palier::cli
