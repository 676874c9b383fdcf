// The object by which an answer for scripts says which machine it is estimated for.
#pragma once

#include "lib/json/json.h"
#include "machine/supposed.h"

namespace palier::report {

// "supposed": true and "figures": "estimates" mark it; how and from where in English, whatever the
// language of sentences.
[[nodiscard]] json::Value supposed_object(const machine::Supposed& machine);

}  // namespace palier::report
