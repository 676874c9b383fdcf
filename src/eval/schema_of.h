// A JSON Schema out of examples: the shape that all expected objects of an extraction share.
#pragma once

#include "lib/json/json.h"

#include <vector>

namespace palier::eval {

// The schema (draft 2020-12) of the values: types, properties in the order of their first
// appearance, `required` for those that every object has, `enum` for strings of which few keep
// coming back (at most 8 different ones in at least 24, each at least twice), `format` "date" where
// all strings are dates (YYYY-MM-DD). additionalProperties is false. Every given value is valid
// under it; a value not yet seen may not be: it is a proposal to be read by its owner. At most 12
// levels deep; below that anything is allowed.
[[nodiscard]] json::Value schema_of(const std::vector<const json::Value*>& examples);

}  // namespace palier::eval
