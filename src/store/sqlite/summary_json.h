// core::Summary as JSON and back, without loss. The text begins with its format number; a change to
// what Summary holds is a new number.
#pragma once

#include "base/result.h"
#include "core/summary.h"
#include "lib/json/json.h"

#include <cstdint>

namespace palier::store_sqlite {

inline constexpr std::int64_t k_summary_format = 7;

[[nodiscard]] json::Value summary_to_json(const core::Summary& summary);
// Reads older formats too: what they did not have has its default, and what stood elsewhere (format
// 1: the recipe and the facts of the engine beside the System) is put where it belongs. Format 2
// lacks `thinking` and `max_tokens` of a model's place, format 3 its `api`, and whether a
// candidate's engine writes text; format 5 what a recipe does about a schema that an answer breaks,
// format 6 the precision of labels and the context of examples. Errors: 1110 {found} {known} when
// the format number is newer or none that ever was, 1111 {where} when something is missing or of
// the wrong kind; {where} is a path such as "systems[2].measure.quality.value".
[[nodiscard]] Result<core::Summary> summary_from_json(const json::Value& value);

}  // namespace palier::store_sqlite
