// RateSession: the dialogue of `rate`. One answer after the other, without a word of who gave it.
#pragma once

#include "cli/arguments.h"
#include "cli/keyboard.h"
#include "core/case.h"

#include <cstdint>
#include <string>

namespace palier::cli {

// Borrows everything; for the time of one session.
class RateSession {
   public:
    RateSession(const Common& common, Keyboard& keyboard) : common_(common), keyboard_(keyboard) {}

    enum class Asked { Good, Bad, Skip, Undo, Quit };
    struct Reply {
        Asked asked = Asked::Quit;
        std::string note;
    };

    // Shows a case and an answer to it, and takes what the person thinks of it. The reference is
    // shown only where it is asked for.
    [[nodiscard]] Reply ask(const core::Case& item,
                            const std::string& answer,
                            std::int64_t done,
                            std::int64_t all);

   private:
    const Common& common_;
    Keyboard& keyboard_;
};

}  // namespace palier::cli
