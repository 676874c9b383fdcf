// `palier models pull`, `import` and `rm`; each returns the exit code.
#pragma once

#include "cli/arguments.h"
#include "cli/cli.h"

namespace palier::cli {

int pull_model(const Common& common, const ModelsArguments& arguments, const World& world);
int import_model(const Common& common, const ModelsArguments& arguments, const World& world);
int remove_model(const Common& common, const ModelsArguments& arguments);

}  // namespace palier::cli
