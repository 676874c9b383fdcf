// Rehearsal: next_step replayed with invented outcomes, so that every step which a climb may take
// is known before anything is asked. Pure.
#pragma once

#include "core/staircase.h"

#include <string>
#include <vector>

namespace palier::core {

struct Rehearsed {
    Step step;              // never Stop
    std::string candidate;  // the topline's id for its steps
    Recipe recipe;          // of the System that the step asks; of a recording: the plain one
    bool operator==(const Rehearsed&) const = default;
};

// Each step of the dearest climbs of this plan, once, in the order of taking them: every recipe of
// every rung is tried on all of its cases, no candidate is ruled out, whoever can be measured is,
// and each candidate that can be chosen is the choice of one of them. Which System of a candidate
// is proved and measured: the one with the longest requests, deciding in each way that it may. So
// whatever a climb asks of a candidate, this asks as much of it. Without what a failure may cost:
// an endpoint that breaks off is asked again.
[[nodiscard]] std::vector<Rehearsed> rehearse(const ClimbPlan& plan);

}  // namespace palier::core
