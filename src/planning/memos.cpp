#include "planning/memos.h"

#include <sstream>

namespace palier::planning {

std::string machine_name(const machine::Host& host, int threads) {
    return host.processor + " x" + std::to_string(host.cores) + ", threads " +
           std::to_string(threads);
}

std::string memory_memo(std::string_view sha256,
                        const engine::OpenSpec& spec,
                        std::string_view machine) {
    return "measured-memory:" + std::string(sha256) + ":" + std::to_string(spec.context_tokens) +
           "x" + std::to_string(spec.sequences) + ":" + spec.weights + ":" + std::string(machine);
}

std::string speed_memo(std::string_view sha256, std::string_view machine) {
    return "measured-speed:" + std::string(sha256) + ":" + std::string(machine);
}

std::string counted_energy_memo(std::string_view system_hash) {
    return "energy_counter:" + std::string(system_hash);
}

std::optional<double> number_from(const std::string& text) {
    std::istringstream in(text);
    double value = 0;
    return in >> value && value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace palier::planning
