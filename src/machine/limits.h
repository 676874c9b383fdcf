// What this process may use: memory now, the container's limits (cgroup v1 and v2), disk, and how
// busy others keep the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace palier::machine {

// Absent = not told by the system.
struct Memory {
    std::optional<std::uint64_t> total_bytes, available_bytes;  // of the machine
    // Of the container or service that this process is in, the tightest of its groups.
    std::optional<std::uint64_t> limit_bytes, limit_used_bytes;
    std::string limit_from;  // "cgroup v2", "cgroup v1", "" without a limit

    // What may be taken now: the machine's available memory within the limit; used page cache that
    // can be given back does not count as used.
    [[nodiscard]] std::optional<std::uint64_t> free_bytes() const;
    // The most that may ever be used.
    [[nodiscard]] std::optional<std::uint64_t> most_bytes() const;
};
[[nodiscard]] Memory read_memory(const std::string& root);

// Processors' worth of time that the container grants, such as 1.5; nullopt without a limit.
[[nodiscard]] std::optional<double> read_cpu_limit(const std::string& root);

struct Disk {
    std::string path;  // as asked for
    std::uint64_t free_bytes = 0;
};
// Of the file system that holds `path`, or would hold it: the nearest folder that is there.
[[nodiscard]] std::optional<Disk> read_disk(const std::string& path);

// From /proc/loadavg: threads that wanted to run over the last minute.
[[nodiscard]] std::optional<double> read_load(const std::string& root);
// Clock ticks of all processors since the start of the machine, from /proc/stat.
struct BusyTicks {
    std::uint64_t busy = 0, all = 0;
    int processors = 1;
};
[[nodiscard]] std::optional<BusyTicks> read_busy_ticks(const std::string& root);
// Share of the processors' time that was used between two readings; nullopt when no tick passed.
[[nodiscard]] std::optional<double> busy_share(const BusyTicks& before, const BusyTicks& after);

}  // namespace palier::machine
