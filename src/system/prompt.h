// Prompts: the exact messages that a System sends for an input. Pure. The version is part of every
// System's identity, so that a changed wording is a new System.
#pragma once

#include "core/case.h"
#include "core/job.h"
#include "core/system.h"
#include "engine/engine.h"
#include "system/shown_shots.h"

#include <vector>

namespace palier::system {

inline constexpr int k_prompt_version = 1;

// One system message (instructions, then the form of the answer), the shots as turns of user and
// assistant, then the input. An empty input gives the prompt that "minus-empty" subtracts.
// `shots`: made of this spec.
[[nodiscard]] std::vector<engine::Message> messages_for(const core::SystemSpec& spec,
                                                        const ShownShots& shots,
                                                        const core::Input& input);
// The first of these messages. The labels stand in the job's order, begun at order/orders of it.
[[nodiscard]] std::string system_text(const core::SystemSpec& spec, int order, int orders);
// For few inputs: reads through the examples each time.
[[nodiscard]] std::vector<engine::Message> messages_for(const core::SystemSpec& spec,
                                                        const core::Input& input);

// The messages of a decision: the instructions alone, and the input. The labels go as the
// question's choices, and nothing is said of the form of an answer. Shots as above.
[[nodiscard]] std::vector<engine::Message> question_for(const core::SystemSpec& spec,
                                                        const ShownShots& shots,
                                                        const core::Input& input);

// Most tokens that an answer of this task may need: enough for the longest label, 512 for JSON and
// free text, 64 for a short answer.
[[nodiscard]] int max_tokens_for(const core::Job& job);

}  // namespace palier::system
