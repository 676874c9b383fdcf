#include "machine/limits.h"

#include "base/rng.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>

namespace palier::machine {
namespace {

constexpr std::uint64_t k_gib = std::uint64_t{1} << 30;
constexpr const char* k_meminfo =
    "MemTotal: 16777216 kB\nMemFree: 1 kB\nMemAvailable: 8388608 kB\n";

std::string bytes(std::uint64_t gibibytes) {
    return std::to_string(gibibytes * k_gib) + "\n";
}

}  // namespace

TEST_CASE("without a container the machine's memory counts") {
    FakeTree tree;
    tree.put("/proc/meminfo", k_meminfo);
    const Memory memory = read_memory(tree.root());
    CHECK(memory.free_bytes() == 8 * k_gib);
    CHECK(memory.most_bytes() == 16 * k_gib);
    CHECK_FALSE(memory.limit_bytes);
}

TEST_CASE("the tightest group above this process limits it, less what it uses") {
    FakeTree tree;
    tree.put("/proc/meminfo", k_meminfo)
        .put("/proc/self/cgroup", "0::/system.slice/palier.service\n")
        .put("/sys/fs/cgroup/system.slice/palier.service/memory.max", "max\n")
        .put("/sys/fs/cgroup/system.slice/memory.max", bytes(4))
        .put("/sys/fs/cgroup/system.slice/memory.current", bytes(3))
        .put("/sys/fs/cgroup/system.slice/memory.stat",
             "anon 5\ninactive_file " + std::to_string(2 * k_gib) + "\n")
        .put("/sys/fs/cgroup/memory.max", bytes(6));
    const Memory memory = read_memory(tree.root());
    CHECK(memory.limit_bytes == 4 * k_gib);
    CHECK(memory.limit_from == "cgroup v2");
    // Cache that can be given back is no use: 4 - (3 - 2).
    CHECK(memory.free_bytes() == 3 * k_gib);
    CHECK(memory.most_bytes() == 4 * k_gib);
}

TEST_CASE("version 1 of the groups is read too, with its way to write no limit") {
    FakeTree tree;
    tree.put("/proc/meminfo", k_meminfo)
        .put("/proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/docker/abc\n")
        .put("/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", bytes(2))
        .put("/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", bytes(1))
        .put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
        .put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n")
        .put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    const Memory memory = read_memory(tree.root());
    CHECK(memory.limit_from == "cgroup v1");
    CHECK(memory.free_bytes() == k_gib);
    CHECK(read_cpu_limit(tree.root()) == 1.5);
    tree.put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    CHECK_FALSE(read_cpu_limit(tree.root()));
}

TEST_CASE("a limit above the machine's memory limits nothing") {
    FakeTree tree;
    tree.put("/proc/meminfo", k_meminfo).put("/sys/fs/cgroup/memory.max", bytes(64));
    CHECK_FALSE(read_memory(tree.root()).limit_bytes);
}

TEST_CASE("the processors' time that a container grants") {
    FakeTree tree;
    tree.put("/sys/fs/cgroup/cpu.max", "50000 100000\n");
    CHECK(read_cpu_limit(tree.root()) == 0.5);
    tree.put("/sys/fs/cgroup/cpu.max", "max 100000\n");
    CHECK_FALSE(read_cpu_limit(tree.root()));
    tree.put("/sys/fs/cgroup/cpu.max", "1 0\n");
    CHECK_FALSE(read_cpu_limit(tree.root()));
}

TEST_CASE("a machine without /proc and /sys tells nothing") {
    const FakeTree tree;
    const Memory memory = read_memory(tree.root());
    CHECK_FALSE(memory.free_bytes());
    CHECK_FALSE(memory.most_bytes());
    CHECK_FALSE(read_load(tree.root()));
    CHECK_FALSE(read_busy_ticks(tree.root()));
    CHECK_FALSE(read_cpu_limit(tree.root()));
}

TEST_CASE("a path that leaves the tree of groups is not followed") {
    FakeTree tree;
    tree.put("/proc/meminfo", k_meminfo)
        .put("/proc/self/cgroup", "0::/../../../elsewhere\n")
        .put("/elsewhere/memory.max", "1\n");
    CHECK_FALSE(read_memory(tree.root()).limit_bytes);
}

TEST_CASE("load and busy share are read from the counters of the kernel") {
    FakeTree tree;
    tree.put("/proc/loadavg", "1.25 0.9 0.5 2/300 4242\n")
        .put("/proc/stat", "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1\n");
    CHECK(read_load(tree.root()) == 1.25);
    const auto before = read_busy_ticks(tree.root());
    REQUIRE(before);
    CHECK(before->busy == 150);
    CHECK(before->all == 1000);
    tree.put("/proc/stat", "cpu  160 0 70 900 70 0 0 0 0 0\n");
    const auto after = read_busy_ticks(tree.root());
    REQUIRE(after);
    CHECK(*busy_share(*before, *after) == doctest::Approx(80.0 / 200));
    CHECK_FALSE(busy_share(*after, *after));
    CHECK_FALSE(busy_share(*after, *before));
}

TEST_CASE("a folder that is not there yet is on the disk of its nearest parent") {
    FakeTree tree;
    const auto here = read_disk(tree.root());
    const auto later = read_disk(tree.root() + "/not/yet/there");
    REQUIRE(here);
    REQUIRE(later);
    CHECK(later->path == tree.root() + "/not/yet/there");
    CHECK(later->free_bytes > 0);
}

TEST_CASE("any bytes in the files of the kernel are read without harm") {
    Rng rng(12);
    const auto noise = [&](std::string start) {
        for (std::uint64_t k = rng.below(200); k > 0; --k) {
            start += static_cast<char>(rng.below(256));
        }
        return start;
    };
    for (int i = 0; i < 100; ++i) {
        FakeTree tree;
        tree.put("/proc/meminfo", noise("MemTotal: 99999999999999999999 kB\nMemAvailable: "))
            .put("/proc/self/cgroup", noise("0::/a\n4:memory:"))
            .put("/sys/fs/cgroup/a/memory.max", noise(""))
            .put("/sys/fs/cgroup/a/memory.stat", noise("inactive_file 1"))
            .put("/sys/fs/cgroup/cpu.max", noise("1"))
            .put("/proc/loadavg", noise(""))
            .put("/proc/stat", noise("cpu  1 2 3 "));
        const Memory memory = read_memory(tree.root());
        CHECK_FALSE(memory.total_bytes);
        const auto limit = read_cpu_limit(tree.root());
        CHECK((!limit || *limit > 0));
        CHECK(read_load(tree.root()).value_or(0) >= 0);
        (void)read_busy_ticks(tree.root());
    }
}

}  // namespace palier::machine
