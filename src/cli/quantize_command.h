// `palier models quantize`: a smaller file of a model, made in this process.
#pragma once

#include "cli/arguments.h"
#include "cli/cli.h"

namespace palier::cli {

// Returns the exit code. The size is computed and the disk is asked first; the file is written
// under another name, read back and renamed, so that nothing half-written stays.
int quantise_model(const Common& common, const ModelsArguments& arguments, const World& world);

}  // namespace palier::cli
