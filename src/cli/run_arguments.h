// The arguments of the verbs about jobs and runs, option by option.
#pragma once

#include "cli/arguments.h"
#include "cli/verb_options.h"

namespace palier::cli {

void define_plan(VerbOptions& options, PlanArguments& out);
void define_climb(VerbOptions& options, ClimbArguments& out);
void define_report(VerbOptions& options, ReportArguments& out);
void define_show(VerbOptions& options, ShowArguments& out);
void define_diagnose(VerbOptions& options, DiagnoseArguments& out);
void define_serve(VerbOptions& options, ServeArguments& out);
void define_prompt(VerbOptions& options, PromptArguments& out);
void define_cost(VerbOptions& options, CostArguments& out);

}  // namespace palier::cli
