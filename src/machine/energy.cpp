#include "machine/energy.h"

#include "base/text.h"
#include "machine/system_file.h"

#include <algorithm>
#include <filesystem>

namespace palier::machine {
namespace {

constexpr std::string_view k_folder = "/sys/class/powercap";
constexpr double k_microjoules_per_joule = 1e6;

}  // namespace

EnergyCounters find_energy_counters(const std::string& root) {
    EnergyCounters counters;
    std::vector<EnergyZone> mmio;
    for (const std::string& entry : names_in(root, std::string(k_folder))) {
        const std::string folder = std::string(k_folder) + "/" + entry;
        const std::string text = system_file(root, folder + "/name").value_or("");
        const std::string name(trim(text));
        std::error_code failure;
        if (!name.starts_with("package-") ||
            !std::filesystem::exists(root + folder + "/energy_uj", failure)) {
            continue;
        }
        const auto wraps = system_number(root, folder + "/max_energy_range_uj");
        if (!system_number(root, folder + "/energy_uj") || !wraps) {
            counters.state = CounterState::Unreadable;
            continue;
        }
        const bool is_mmio = entry.starts_with("intel-rapl-mmio");
        (is_mmio ? mmio : counters.zones).push_back({name, folder, *wraps});
    }
    for (EnergyZone& zone : mmio) {
        const bool known = std::any_of(counters.zones.begin(),
                                       counters.zones.end(),
                                       [&](const EnergyZone& z) { return z.name == zone.name; });
        if (!known) {
            counters.zones.push_back(std::move(zone));
        }
    }
    // Half of the packages would be half of the energy under the name of the whole.
    if (counters.state == CounterState::Unreadable) {
        counters.zones.clear();
    } else if (!counters.zones.empty()) {
        counters.state = CounterState::Readable;
    }
    return counters;
}

std::optional<std::uint64_t> counted(std::uint64_t before,
                                     std::uint64_t after,
                                     std::uint64_t wraps_at) {
    if (after >= before) {
        return after - before;
    }
    // A driver that was loaded again starts at zero, far from its end.
    if (before > wraps_at || before < wraps_at / 2) {
        return std::nullopt;
    }
    return wraps_at - before + after;
}

EnergyMeter::EnergyMeter(std::string root, EnergyCounters counters)
    : root_(std::move(root)), counters_(std::move(counters)) {}

void EnergyMeter::start() {
    counts_.assign(counters_.zones.size(), {});
    broken_ = false;
    sample();
}

void EnergyMeter::sample() {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const EnergyZone& zone = counters_.zones[i];
        Count& count = counts_[i];
        const auto reading = system_number(root_, zone.folder + "/energy_uj");
        if (!reading) {
            broken_ = true;
            continue;
        }
        if (count.last) {
            const auto used = counted(*count.last, *reading, zone.wraps_at_microjoules);
            broken_ = broken_ || !used;
            count.microjoules += static_cast<double>(used.value_or(0));
            count.moved = count.moved || used.value_or(0) > 0;
        }
        count.last = reading;
    }
}

std::optional<double> EnergyMeter::stop() {
    sample();
    const bool all_moved =
        std::all_of(counts_.begin(), counts_.end(), [](const Count& count) { return count.moved; });
    if (counts_.empty() || broken_ || !all_moved) {
        return std::nullopt;
    }
    double microjoules = 0;
    for (const Count& count : counts_) {
        microjoules += count.microjoules;
    }
    return microjoules / k_microjoules_per_joule;
}

}  // namespace palier::machine
