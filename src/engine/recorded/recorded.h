// The engine of answers made elsewhere or earlier: looks each case up in a file. It has no
// latency, scores nothing, constrains nothing and has no prompt to show.
#pragma once

#include "engine/engine.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace palier::engine::recorded {

// Loads OpenSpec::path; OpenSpec::name, if set, is the model's name for people. Errors: 2600 the
// file cannot be read, 2601..2606 what is wrong in it and at which line. The engine's post never
// fails and answers at once; its render fails with 2607.
[[nodiscard]] Result<std::unique_ptr<Engine>> open(const OpenSpec& spec);

// Writes such a file beside `path` and renames it, so that no half file stays. Pairs are setting
// and value. Error 2608 {path, reason}.
[[nodiscard]] Result<void> write_file(
    const std::string& path,
    const std::string& model,
    std::uint64_t parameters,  // 0 = not known
    const std::string& date,   // ISO 8601
    const std::vector<std::pair<std::string, std::string>>& settings,
    const std::vector<RecordedAnswer>& answers);

}  // namespace palier::engine::recorded
