// What requests hold their texts to, made ready: a schema or a regular expression becomes a
// language once, however many requests of a batch bring it.
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "schema/language.h"

#include <list>
#include <utility>

namespace palier::engine::llama {

// Not thread-safe.
class Constraints {
   public:
    // For Schema and Regex. Errors of schema::Schema::read and schema::Language.
    [[nodiscard]] Result<schema::Language> language_of(const Constraint& constraint);

   private:
    std::list<std::pair<Constraint, schema::Language>> known_;  // the latest first
};

// One line for people, in English as all details of failures: what of the constraint cannot be
// followed, and where.
[[nodiscard]] std::string refusal_text(const Error& error);

}  // namespace palier::engine::llama
