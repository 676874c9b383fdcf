// FollowUps: the questions that a recipe puts after the first one, until there is an answer. A
// model that reasons is asked for the answer afterwards; one that breaks the schema is told where,
// and asked once more; labels are scored again in another order.
#pragma once

#include "core/answer.h"
#include "core/system.h"
#include "engine/engine.h"
#include "schema/schema.h"

#include <cstdint>
#include <optional>
#include <string>

namespace palier::system {

// Most tokens of a reasoning.
inline constexpr int k_most_reasoning_tokens = 256;
// Most tokens that the prompt of a later turn has beyond those of the plain one.
inline constexpr std::int64_t k_most_turn_tokens = 5500;

// `plain` asks for the answer at once; of a recipe that reasons the first question asks for reasons
// instead.
[[nodiscard]] engine::Request first_question(const core::SystemSpec& spec, engine::Request plain);

// Pure once made.
class FollowUps {
   public:
    // Borrows the spec. A schema that cannot be read is obeyed by whatever is answered: planning
    // makes no recipe with repairs for it.
    explicit FollowUps(const core::SystemSpec& spec);

    // How many questions an input may take.
    [[nodiscard]] int most() const;
    // What is asked after turn `turn` (from 0), whose answer is read as `answer`; nullopt: that is
    // the last word. `plain` as above.
    [[nodiscard]] std::optional<engine::Request> after(int turn,
                                                       const engine::Request& plain,
                                                       const core::Answer& answer) const;
    // How often the answer of this turn had been asked for again; absent where nothing is.
    [[nodiscard]] std::optional<int> repairs_at(int turn) const;

   private:
    [[nodiscard]] std::string what_is_wrong(const core::Answer& answer) const;

    const core::SystemSpec* spec_;
    std::optional<schema::Schema> schema_;
};

// What stands before a later turn in the raw answer, after `earlier`: a reasoning as the model's
// thoughts, and the scores of the orders so far.
[[nodiscard]] std::string before_next(const core::SystemSpec& spec, const core::Answer& earlier);

// `later` with what an earlier turn took: tokens and time add up.
[[nodiscard]] core::Answer added_up(const core::Answer& earlier, core::Answer later);

}  // namespace palier::system
