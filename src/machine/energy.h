// Energy counters of the processor packages (RAPL through Linux's powercap). Zones nest and must
// not be added up, so only packages count. They do not see discrete GPUs, disks, fans, the power
// supply's loss, and mostly not the memory. Virtual machines have none, or ones that stand still:
// those are no meter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::machine {

// One package and where its counter starts again.
struct EnergyZone {
    std::string name;    // "package-0"
    std::string folder;  // under /sys/class/powercap
    std::uint64_t wraps_at_microjoules = 0;
};

enum class CounterState {
    Absent,      // no package zone
    Unreadable,  // there, but only for root (since CVE-2020-8694)
    Readable
};

struct EnergyCounters {
    CounterState state = CounterState::Absent;
    std::vector<EnergyZone> zones;  // Readable
};
// The packages of `root`/sys/class/powercap; intel-rapl-mmio shows the same packages again and is
// left out where intel-rapl is there.
[[nodiscard]] EnergyCounters find_energy_counters(const std::string& root);

// Adds up what the packages use between start and stop. A counter wraps after minutes at high
// power, so `sample` must be called at least once a minute. Not thread-safe.
class EnergyMeter {
   public:
    EnergyMeter(std::string root, EnergyCounters counters);

    void start();
    void sample();
    // Joules since start. nullopt: no counter, a reading failed, or a counter stood still.
    [[nodiscard]] std::optional<double> stop();

   private:
    struct Count {
        std::optional<std::uint64_t> last;
        double microjoules = 0;
        bool moved = false;
    };
    std::string root_;
    EnergyCounters counters_;
    std::vector<Count> counts_;
    bool broken_ = false;
};

// From one reading to the next, over one wrap at most. nullopt: a step back that no wrap explains.
[[nodiscard]] std::optional<std::uint64_t> counted(std::uint64_t before,
                                                   std::uint64_t after,
                                                   std::uint64_t wraps_at);

}  // namespace palier::machine
