// A text that is held to a language (schema/language.h) while it is written. A model that was asked
// to think first does so freely; the language begins after its thought.
#pragma once

#include "schema/walk.h"

#include <bitset>
#include <string>
#include <string_view>

namespace palier::engine::llama {

// Not thread-safe.
class HeldText {
   public:
    // `closing`: the mark that ends the thought in which the prompt ended; "" = in none. `thinks`:
    // the text may begin with a thought.
    HeldText(schema::Walk walk, std::string closing, bool thinks);

    // Goes on with a token's bytes, or not at all (false).
    [[nodiscard]] bool take(std::string_view bytes);
    [[nodiscard]] bool may_end() const;
    // It may end, and nothing may follow.
    [[nodiscard]] bool must_end() const;
    // The bytes that a token may begin with.
    [[nodiscard]] std::bitset<256> next_bytes() const;

   private:
    enum class Phase { Undecided, Thought, AfterThought, Held };

    [[nodiscard]] bool take_undecided(std::string_view bytes);
    [[nodiscard]] bool take_thought(std::string_view bytes);
    [[nodiscard]] bool take_after(std::string_view bytes);

    schema::Walk walk_;
    std::string closing_;
    std::string seen_;  // the end of a thought, or a beginning that may become its mark
    Phase phase_ = Phase::Held;
};

}  // namespace palier::engine::llama
