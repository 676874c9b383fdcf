// Names of the memos that a climb leaves in the run store for plans, costs and reports to come, and
// how they are read. A memo is text.
#pragma once

#include "engine/engine.h"
#include "machine/host.h"

#include <optional>
#include <string>
#include <string_view>

namespace palier::planning {

// Names of this machine for what was measured on it.
[[nodiscard]] std::string machine_name(const machine::Host& host, int threads);
// Bytes at the peak.
[[nodiscard]] std::string memory_memo(std::string_view sha256,
                                      const engine::OpenSpec& spec,
                                      std::string_view machine);
// "prefill decode" in tokens per second.
[[nodiscard]] std::string speed_memo(std::string_view sha256, std::string_view machine);
// Wh of 1,000 requests by the counters of the processor packages, over the latency probe: all that
// the packages used in that time, this program or not.
[[nodiscard]] std::string counted_energy_memo(std::string_view system_hash);

// A memo that is one number above 0; nullopt when it is not.
[[nodiscard]] std::optional<double> number_from(const std::string& text);

}  // namespace palier::planning
