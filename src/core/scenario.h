// Golden scenarios (tests/scenarios/*.scenario): a job and scripted measures as text, played
// through next_step and verdict; the transcript is text too. tests/scenarios/README.md describes
// the lines. For tests only: a script that cannot be read or that lacks a measure throws
// std::runtime_error.
#pragma once

#include "core/staircase.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace palier::core {

struct Scenario {
    ClimbPlan plan;
    // "dev small zero-shot" -> "0.62 low 0.53 ruled-out": what each asked measure gives.
    std::map<std::string, std::string> measures;
    // What comes over a candidate, at its first step or at this one: "dev", "proof"...
    struct Blow {
        Trouble trouble = Trouble::Unreachable;
        std::string at;
    };
    std::map<std::string, Blow> blows;  // by candidate
    std::optional<StopCause> stop;
    int stop_after_steps = 0;
};

// script: the part of a file above its line "----".
[[nodiscard]] Scenario read_scenario(std::string_view script);

// Steps and verdict, one fact a line.
[[nodiscard]] std::string play(const Scenario& scenario);

}  // namespace palier::core
