// Which models a new job names, and why.
#pragma once

#include "core/job.h"
#include "planning/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::planning {

struct Proposal {
    enum class Why {
        Here,        // its file is on this machine
        ToFetch,     // the smallest of the catalogue, since no model is here
        Ceiling,     // the largest one here: the topline
        PickHere,    // of a plan; `size` and the figures are set
        PickToFetch  // the same, not downloaded yet
    };
    core::ModelSpec spec;
    Why why = Why::Here;
    std::optional<std::uint64_t> bytes;  // of its file
    std::optional<core::Size> size;
    std::optional<double> memory_bytes, request_ms;  // of the GPU, where the machine has one
};
struct Proposals {
    std::optional<Proposal> topline;
    std::vector<Proposal> candidates;          // the largest first
    std::optional<machine::Supposed> machine;  // that they are estimated for, if not this one
};

// Those of the catalogue whose file is in `models_dir` with the right size: the largest one is the
// topline where at least two smaller ones are left. Where there are none, the two smallest of the
// catalogue. At least one candidate.
[[nodiscard]] Proposals models_on_disk(const std::string& models_dir);

// The plan's picks that are here or can be pulled and are not estimated over the job's limits of
// time and memory, though a plan lets them be tried; the largest model on this machine as the
// topline where it is larger than they are (not for a supposed machine: what is on this disk says
// nothing of it). No candidates where nothing passes the filters.
[[nodiscard]] Proposals proposals_of(const ModelPlan& plan, const core::Constraints& limits);

}  // namespace palier::planning
