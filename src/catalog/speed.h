// How fast a model would answer on this machine: estimated from its shape and a calibration of the
// engine's kernels. An estimate until the job is measured.
#pragma once

#include "base/result.h"
#include "catalog/shape.h"
#include "engine/workshop.h"
#include "machine/others.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::catalog {

struct SpeedEstimate {
    double prefill_tokens_per_s = 0;  // over a prompt of the length asked about
    double decode_tokens_per_s = 0;   // one sequence, the prompt in its cache
    double ttft_ms = 0;  // nothing of the prompt cached; reading the prompt and one token
};

// The types of the file's matrices, which the calibration must have.
[[nodiscard]] std::vector<std::uint32_t> types_to_calibrate(const gguf::Header& header);

// Sum over the layers' matrices of weights x tokens x seconds (prefill) or weights x seconds
// (decoding), experts by the share that is used, and what lies between: attention (queries x cached
// tokens x head elements), norms, gates and sums, and a fixed time for each operation. Pure.
// Error 2456: the calibration lacks a type of the file.
[[nodiscard]] Result<SpeedEstimate> estimate_speed(const gguf::Header& header,
                                                   const Shape& shape,
                                                   const engine::Calibration& calibration,
                                                   std::int64_t prompt_tokens,
                                                   int batch_tokens = 512);

// Where a folder keeps its calibration.
[[nodiscard]] std::string calibration_path(const std::string& folder);

// The calibration kept in `folder`, if it is of this key, has all `types` and is
// at most 30 days old; else the workshop makes one for the types known so far and `types`, and it
// is kept. `others` (machine::watch_others; may be empty) tells what other processes took: one that
// was taken beside them is taken again, twice at most, then kept as busy and taken again after five
// minutes. A file that cannot be read counts as none; one that cannot be written is no failure
// (a log line says so). Error 2456.
[[nodiscard]] Result<engine::Calibration> calibration_for(const std::vector<std::uint32_t>& types,
                                                          int threads,
                                                          engine::Workshop& workshop,
                                                          const std::string& folder,
                                                          std::int64_t now_unix_s,
                                                          const machine::OthersWatch& others);
// What is kept there, current or not; nullopt: nothing that can be read.
[[nodiscard]] std::optional<engine::Calibration> kept_calibration(const std::string& folder);
// The next one is made anew. Error 1002 when the file cannot be removed.
[[nodiscard]] Result<void> forget_calibration(const std::string& folder);

}  // namespace palier::catalog
