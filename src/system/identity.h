// Identity: what shapes an answer, written down whole, and its hash.
#pragma once

#include "core/case.h"
#include "core/job.h"
#include "core/system.h"
#include "engine/engine.h"
#include "system/shown_shots.h"

#include <string>
#include <vector>

namespace palier::system {

// A recipe used for a job on an engine. Without facts: what shapes the prompt, and nothing of the
// model. `model` says what the job wishes of this one: thinking, and an api other than chat, become
// engine options, and the most tokens of an answer are its own; one that is to think and has no
// limit gets 2,048 more. `examples`: what a recipe that shows the nearest ones chooses from.
[[nodiscard]] core::SystemSpec spec_of(const core::Job& job,
                                       const core::Recipe& recipe,
                                       const engine::Facts& facts = {},
                                       const core::ModelSpec& model = {},
                                       const std::vector<core::Shot>& examples = {});

// SHA-256, hex, over every field of the spec with its name.
[[nodiscard]] std::string hash_of(const core::SystemSpec& spec);

// The request that asks a System for its answer to an input; `id` is left 0. `shots`: made of this
// spec.
[[nodiscard]] engine::Request plain_request_for(const core::SystemSpec& spec,
                                                const ShownShots& shots,
                                                const core::Input& input);
// The request that a System begins with: of a recipe that reasons another one (follow_ups.h).
[[nodiscard]] engine::Request request_for(const core::SystemSpec& spec,
                                          const ShownShots& shots,
                                          const core::Input& input);
// For few inputs: reads through the examples each time.
[[nodiscard]] engine::Request request_for(const core::SystemSpec& spec, const core::Input& input);

// The identity of each question that a spec puts to its model: everything that can change what the
// engine says. Recipes that only read it differently share it.
class RequestKeys {
   public:
    explicit RequestKeys(const core::SystemSpec& spec);  // borrowed
    [[nodiscard]] std::string of(const core::Input& input) const;

   private:
    const core::SystemSpec& spec_;
    ShownShots shots_;
    std::string asker_;  // hash of all but the messages
};

}  // namespace palier::system
