#include "machine/energy.h"

#include "base/rng.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>

namespace palier::machine {
namespace {

const std::string k_folder = "/sys/class/powercap/";

void zone(FakeTree& tree, const std::string& entry, const std::string& name, std::uint64_t count) {
    tree.put(k_folder + entry + "/name", name + "\n")
        .put(k_folder + entry + "/energy_uj", std::to_string(count) + "\n")
        .put(k_folder + entry + "/max_energy_range_uj", "10000000\n");
}

EnergyMeter meter_of(const FakeTree& tree) {
    return {tree.root(), find_energy_counters(tree.root())};
}

}  // namespace

TEST_CASE("packages are added up; what nests in them, and the same ones again, are not") {
    FakeTree tree;
    zone(tree, "intel-rapl:0", "package-0", 1000000);
    zone(tree, "intel-rapl:0:0", "core", 500000);
    zone(tree, "intel-rapl:1", "package-1", 2000000);
    zone(tree, "intel-rapl:2", "psys", 9);
    zone(tree, "intel-rapl-mmio:0", "package-0", 1000000);
    const EnergyCounters counters = find_energy_counters(tree.root());
    CHECK(counters.state == CounterState::Readable);
    REQUIRE(counters.zones.size() == 2);
    EnergyMeter meter = meter_of(tree);
    meter.start();
    zone(tree, "intel-rapl:0", "package-0", 4000000);
    zone(tree, "intel-rapl:1", "package-1", 2500000);
    CHECK(*meter.stop() == doctest::Approx(3.5));
}

TEST_CASE("a counter that wraps goes on counting") {
    FakeTree tree;
    zone(tree, "intel-rapl:0", "package-0", 9000000);
    EnergyMeter meter = meter_of(tree);
    meter.start();
    zone(tree, "intel-rapl:0", "package-0", 500000);
    meter.sample();
    zone(tree, "intel-rapl:0", "package-0", 9500000);
    meter.sample();
    zone(tree, "intel-rapl:0", "package-0", 100000);
    CHECK(*meter.stop() == doctest::Approx(1.5 + 9 + 0.6));
}

TEST_CASE("a counter that stands still, at zero or elsewhere, is no meter") {
    for (const std::uint64_t count : {0ULL, 123456ULL}) {
        FakeTree tree;
        zone(tree, "intel-rapl:0", "package-0", count);
        EnergyMeter meter = meter_of(tree);
        meter.start();
        CHECK_FALSE(meter.stop());
    }
}

TEST_CASE("one frozen package of two makes no meter, nor does one that starts again") {
    FakeTree tree;
    zone(tree, "intel-rapl:0", "package-0", 1000);
    zone(tree, "intel-rapl:1", "package-1", 0);
    EnergyMeter meter = meter_of(tree);
    meter.start();
    zone(tree, "intel-rapl:0", "package-0", 2000);
    CHECK_FALSE(meter.stop());
    zone(tree, "intel-rapl:1", "package-1", 500);
    meter.start();
    zone(tree, "intel-rapl:0", "package-0", 3000);
    zone(tree, "intel-rapl:1", "package-1", 10);
    CHECK_FALSE(meter.stop());
    CHECK_FALSE(counted(100, 10, 10000000));
    CHECK(counted(9999999, 10, 10000000) == 11);
}

TEST_CASE("without counters, or with ones that cannot be read, nothing is measured") {
    FakeTree tree;
    CHECK(find_energy_counters(tree.root()).state == CounterState::Absent);
    EnergyMeter meter = meter_of(tree);
    meter.start();
    CHECK_FALSE(meter.stop());
    zone(tree, "intel-rapl:0", "package-0", 5);
    tree.put(k_folder + "intel-rapl:1/name", "package-1")
        .put(k_folder + "intel-rapl:1/energy_uj", "");
    const EnergyCounters half = find_energy_counters(tree.root());
    CHECK(half.state == CounterState::Unreadable);
    CHECK(half.zones.empty());
}

TEST_CASE("any bytes as counters are read without harm") {
    Rng rng(15);
    for (int i = 0; i < 100; ++i) {
        FakeTree tree;
        zone(tree, "intel-rapl:0", "package-0", rng.below(10000000));
        EnergyMeter meter = meter_of(tree);
        meter.start();
        std::string noise;
        for (std::uint64_t k = rng.below(30); k > 0; --k) {
            noise += static_cast<char>(rng.below(256));
        }
        tree.put(k_folder + "intel-rapl:0/energy_uj", noise);
        CHECK(meter.stop().value_or(0) >= 0);
    }
}

}  // namespace palier::machine
