// Names of the sentences that are report's and cli's own: say::slm_enough. Each stands with its
// words in messages/*.inc, as W(number, name, "English", "français"). A sentence whose number is
// raised below report is an M there and has its name in the codes.h of that folder.
#pragma once

namespace palier::report::say {

#define M(code, english, french)
#define W(code, name, english, french) inline constexpr int name = code;
#include "report/messages/all.inc"
#undef W
#undef M

}  // namespace palier::report::say
