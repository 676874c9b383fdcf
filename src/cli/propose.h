// Which models a new job names, and why.
#pragma once

#include "base/result.h"
#include "core/job.h"
#include "core/summary.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace palier::cli {

struct Proposal {
    core::ModelSpec spec;
    core::Note reason;                   // a sentence of report/messages
    std::optional<std::uint64_t> bytes;  // of its file, where it is on this machine
};
struct Proposals {
    std::optional<Proposal> topline;
    std::vector<Proposal> candidates;  // at least one, the largest first
};

// Proposes models for a job that has everything but models.
using Propose =
    std::function<Result<Proposals>(const core::Job& job, const std::string& models_dir)>;

// Those of the catalogue whose file is in `models_dir` with the right size: the largest one is the
// topline where at least two smaller ones are left. Where there are none, the two smallest of the
// catalogue, with the remark that they must be fetched.
[[nodiscard]] Result<Proposals> models_on_disk(const core::Job& job, const std::string& models_dir);

}  // namespace palier::cli
