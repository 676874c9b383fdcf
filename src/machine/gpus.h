// GPUs and their memory, found without any library of a maker: nvidia-smi where it is installed,
// else what the drivers write under /proc and /sys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::machine {

struct Gpu {
    std::string name;
    std::optional<std::uint64_t> memory_bytes, memory_free_bytes;
    std::string driver;  // version, "" where it is not told
    std::string from;    // "nvidia-smi", "/proc/driver/nvidia", "/sys/class/drm"
};

// The answer of nvidia-smi --query-gpu=name,memory.total,memory.free,driver_version
// --format=csv,noheader,nounits (MiB). Lines of another form are left out.
[[nodiscard]] std::vector<Gpu> parse_nvidia_smi(std::string_view text);

// From `root`/proc/driver/nvidia and `root`/sys/class/drm alone. Display adapters of virtual
// machines and boards are no GPUs.
[[nodiscard]] std::vector<Gpu> read_gpus(const std::string& root);

// nvidia-smi's answer, asked for at most `timeout_ms`; "" where it is not on the PATH, fails or
// takes longer.
[[nodiscard]] std::string ask_nvidia_smi(int timeout_ms);

// Those of nvidia-smi go before what the files tell of the same maker.
[[nodiscard]] std::vector<Gpu> merged(std::vector<Gpu> from_nvidia_smi,
                                      const std::vector<Gpu>& from_files);

}  // namespace palier::machine
