// Identity: what shapes an answer, written down whole, and its hash.
#pragma once

#include "core/case.h"
#include "core/job.h"
#include "core/system.h"
#include "engine/engine.h"

#include <string>

namespace palier::system {

// A recipe used for a job on an engine. Without facts: what shapes the prompt, and nothing of the
// model. `model` says what the job wishes of this one: thinking, and an api other than chat, become
// engine options, and the most tokens of an answer are its own; one that is to think and has no
// limit gets 2,048 more.
[[nodiscard]] core::SystemSpec spec_of(const core::Job& job,
                                       const core::Recipe& recipe,
                                       const engine::Facts& facts = {},
                                       const core::ModelSpec& model = {});

// SHA-256, hex, over every field of the spec with its name.
[[nodiscard]] std::string hash_of(const core::SystemSpec& spec);

// The request of a System for an input; `id` is left 0.
[[nodiscard]] engine::Request request_for(const core::SystemSpec& spec, const core::Input& input);

// The identity of each question that a spec puts to its model: everything that can change what the
// engine says. Recipes that only read it differently share it.
class RequestKeys {
   public:
    explicit RequestKeys(const core::SystemSpec& spec);  // borrowed
    [[nodiscard]] std::string of(const core::Input& input) const;

   private:
    const core::SystemSpec& spec_;
    std::string asker_;  // hash of all but the messages
};

}  // namespace palier::system
