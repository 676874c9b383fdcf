#include "machine/gpus.h"

#include "base/rng.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>

namespace palier::machine {
namespace {

// A program called nvidia-smi alone on the PATH, for the time of a scope.
class FakeProgram {
   public:
    explicit FakeProgram(const std::string& script) : old_(std::getenv("PATH")) {
        tree_.put("/nvidia-smi", "#!/bin/sh\n" + script);
        chmod((tree_.root() + "/nvidia-smi").c_str(), 0755);
        setenv("PATH", tree_.root().c_str(), 1);
    }
    ~FakeProgram() { setenv("PATH", old_.c_str(), 1); }
    FakeProgram(const FakeProgram&) = delete;
    FakeProgram& operator=(const FakeProgram&) = delete;

   private:
    FakeTree tree_;
    std::string old_;
};

}  // namespace

TEST_CASE("nvidia-smi's lines tell name, memory and driver") {
    const auto gpus = parse_nvidia_smi(
        "NVIDIA L4, 23034, 22515, 550.54.15\nNVIDIA GB10, [N/A], [N/A], 580.1\nno line\n");
    REQUIRE(gpus.size() == 2);
    CHECK(gpus[0].name == "NVIDIA L4");
    CHECK(gpus[0].memory_bytes == std::uint64_t{23034} << 20);
    CHECK(gpus[0].memory_free_bytes == std::uint64_t{22515} << 20);
    CHECK(gpus[0].driver == "550.54.15");
    CHECK_FALSE(gpus[1].memory_bytes);
}

TEST_CASE("nvidia-smi is asked where it is installed, and not waited for without end") {
    {
        const FakeProgram program("echo 'NVIDIA T4, 15360, 15000, 535'\n");
        CHECK(ask_nvidia_smi(5000) == "NVIDIA T4, 15360, 15000, 535\n");
    }
    {
        const FakeProgram program("echo 'no driver'; exit 9\n");
        CHECK(ask_nvidia_smi(5000).empty());
    }
    {
        const FakeProgram program("while :; do :; done\n");
        const auto start = std::chrono::steady_clock::now();
        CHECK(ask_nvidia_smi(200).empty());
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
    }
    const FakeTree nothing;
    const std::string old = std::getenv("PATH");
    setenv("PATH", nothing.root().c_str(), 1);
    CHECK(ask_nvidia_smi(500).empty());
    setenv("PATH", old.c_str(), 1);
}

TEST_CASE("drivers' files tell GPUs, and display adapters of virtual machines are none") {
    FakeTree tree;
    tree.put("/sys/class/drm/card0/device/vendor", "0x1234\n")
        .put("/sys/class/drm/card1/device/vendor", "0x1002\n")
        .put("/sys/class/drm/card1/device/device", "0x744c\n")
        .put("/sys/class/drm/card1/device/mem_info_vram_total", "25753026560\n")
        .put("/sys/class/drm/card1/device/mem_info_vram_used", "1000\n")
        .put("/sys/class/drm/card1-DP-1/status", "connected\n")
        .put("/sys/class/drm/card2/device/vendor", "0x10de\n")
        .put("/proc/driver/nvidia/gpus/0000:01:00.0/information",
             "Model: \t\t NVIDIA RTX 4000\nIRQ: 5\n");
    const auto gpus = read_gpus(tree.root());
    REQUIRE(gpus.size() == 2);
    CHECK(gpus[0].name == "NVIDIA RTX 4000");
    CHECK_FALSE(gpus[0].memory_bytes);
    CHECK(gpus[1].name == "AMD 0x744c");
    CHECK(gpus[1].memory_free_bytes == 25753026560 - 1000);
    // nvidia-smi knows more of the same card.
    const auto all = merged(parse_nvidia_smi("NVIDIA RTX 4000, 8192, 8000, 550\n"), gpus);
    REQUIRE(all.size() == 2);
    CHECK(all[0].from == "nvidia-smi");
    CHECK(all[1].name == "AMD 0x744c");
    CHECK(merged({}, gpus).size() == 2);
}

TEST_CASE("a machine without /sys has no GPU") {
    const FakeTree tree;
    CHECK(read_gpus(tree.root()).empty());
}

TEST_CASE("any bytes from nvidia-smi are read without harm") {
    Rng rng(13);
    for (int i = 0; i < 300; ++i) {
        std::string text = "A, 99999999999999999999, 5, 1\n";
        for (std::uint64_t k = rng.below(200); k > 0; --k) {
            text += static_cast<char>(rng.below(4) == 0 ? ',' : rng.below(256));
        }
        CHECK_FALSE(parse_nvidia_smi(text).front().memory_bytes);
    }
}

}  // namespace palier::machine
