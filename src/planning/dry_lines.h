// The lines of a dry run: a rehearsed climb, step by step, as requests, tokens and money. Internal
// to planning.
#pragma once

#include "core/rehearsal.h"
#include "planning/dry_run.h"
#include "planning/forecast.h"
#include "planning/prepare.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace palier::planning {

// By candidate; nullopt: not known, or not on this machine.
using Speeds = std::map<std::string, std::optional<ExpectedSpeed>>;

// A part of the climb has one line: where several of its recipes or Systems may be asked, each
// figure is that of the dearest.
[[nodiscard]] std::vector<DryRun::Line> dry_lines(const Prepared& prepared,
                                                  const ClimbOptions& options,
                                                  const Speeds& speeds);

// Tokens that only one case has: what all share is computed once.
struct OwnTokens {
    double in = 0, out = 0;
};
[[nodiscard]] OwnTokens own_tokens(const core::Recipe& recipe,
                                   const std::vector<const core::Case*>& cases);

}  // namespace palier::planning
