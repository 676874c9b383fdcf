#include "catalog/supposed_speed.h"

#include "lib/gguf/gguf.h"

#include <algorithm>

namespace palier::catalog {
namespace {

constexpr double k_giga = 1e9;
constexpr double k_us = 1e-6;
constexpr double k_bytes_an_element = 8;
constexpr double k_bytes_attended_alone = 256;
constexpr double k_operations_attended = 4;
constexpr double k_seconds_per_logit = 5e-9;

double operations_per_s(const machine::Supposed& machine, std::string_view type) {
    const auto found = std::ranges::find(
        machine.gflops_by_type, type, [](const auto& one) { return std::string_view(one.first); });
    return (found == machine.gflops_by_type.end() ? machine.gflops.value : found->second) * k_giga;
}

}  // namespace

engine::Calibration supposed_calibration(const machine::Supposed& machine,
                                         const std::vector<std::uint32_t>& types) {
    const double bytes_per_s = machine.bandwidth_gb_s.value * k_giga * machine.efficiency.value;
    engine::Calibration made;
    made.key = machine.name;
    made.memory_bytes_per_s = bytes_per_s;
    for (const std::uint32_t type : types) {
        const auto layout = gguf::layout_of(type);
        if (!layout) {
            continue;
        }
        const double weight =
            static_cast<double>(layout->block_bytes) / layout->block_elements / bytes_per_s;
        made.kernels.push_back({type, weight, 2 / operations_per_s(machine, layout->name), weight});
    }
    made.seconds_per_step = made.seconds_per_matrix = machine.step_us.value * k_us;
    made.seconds_per_logit = k_seconds_per_logit;
    made.seconds_per_element = k_bytes_an_element / bytes_per_s;
    made.seconds_per_attended = k_operations_attended / (machine.gflops.value * k_giga);
    made.seconds_per_attended_alone = k_bytes_attended_alone / bytes_per_s;
    return made;
}

}  // namespace palier::catalog
