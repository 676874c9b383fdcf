#include "machine/limits.h"

#include "base/text.h"
#include "machine/system_file.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace palier::machine {
namespace {

// Version 1 writes "no limit" as the largest multiple of a page.
constexpr std::uint64_t k_no_limit = std::uint64_t{1} << 60;

// The groups of this process for one controller, from its own up to the top: as folders under
// /sys/fs/cgroup. Inside a container its own group is often shown as the top.
struct Groups {
    std::vector<std::string> unified;     // version 2
    std::vector<std::string> controller;  // version 1
};

std::vector<std::string> upwards(const std::string& base, std::string path) {
    std::vector<std::string> folders;
    while (!path.empty() && path != "/") {
        folders.push_back(base + path);
        path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
    folders.push_back(base);
    return folders;
}

// ".." in a path would leave the tree.
bool is_plain(const std::string& path) {
    return path.starts_with('/') && path.find("..") == std::string::npos;
}

Groups groups_of(const std::string& root, const std::string& controller) {
    Groups groups;
    const std::string text = system_file(root, "/proc/self/cgroup").value_or("");
    for (const std::string& line : split(text, '\n')) {
        const std::vector<std::string> parts = split(line, ':');
        if (parts.size() != 3 || !is_plain(parts[2])) {
            continue;
        }
        const std::vector<std::string> names = split(parts[1], ',');
        if (parts[0] == "0" && parts[1].empty()) {
            groups.unified = upwards("/sys/fs/cgroup", parts[2]);
        } else if (std::find(names.begin(), names.end(), controller) != names.end()) {
            groups.controller = upwards("/sys/fs/cgroup/" + parts[1], parts[2]);
        }
    }
    if (groups.unified.empty()) {
        groups.unified = {"/sys/fs/cgroup"};
    }
    if (groups.controller.empty()) {
        groups.controller = {"/sys/fs/cgroup/" + controller};
    }
    return groups;
}

// Page cache that is given back under pressure.
std::uint64_t cache_of(const std::string& root,
                       const std::string& folder,
                       const std::string& name) {
    const std::string text = system_file(root, folder + "/memory.stat").value_or("");
    for (const std::string& line : split(text, '\n')) {
        if (line.starts_with(name + " ")) {
            return leading_number(std::string_view(line).substr(name.size())).value_or(0);
        }
    }
    return 0;
}

struct Names {
    std::string limit, used, cache, version;
};

// The tightest limit of the groups; the room left decides.
void take_limit(const std::string& root,
                const std::vector<std::string>& folders,
                const Names& names,
                Memory& memory) {
    for (const std::string& folder : folders) {
        const auto limit = system_number(root, folder + "/" + names.limit);
        if (!limit || *limit >= k_no_limit ||
            (memory.limit_bytes && *memory.limit_bytes <= *limit)) {
            continue;
        }
        memory.limit_bytes = limit;
        memory.limit_from = names.version;
        memory.limit_used_bytes = system_number(root, folder + "/" + names.used);
        if (memory.limit_used_bytes) {
            const std::uint64_t cache = cache_of(root, folder, names.cache);
            *memory.limit_used_bytes -= std::min(*memory.limit_used_bytes, cache);
        }
    }
}

std::optional<std::uint64_t> smaller(std::optional<std::uint64_t> a,
                                     std::optional<std::uint64_t> b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
}

std::optional<double> quota(std::uint64_t time, std::uint64_t period) {
    return period == 0 ? std::nullopt
                       : std::optional(static_cast<double>(time) / static_cast<double>(period));
}

}  // namespace

std::optional<std::uint64_t> Memory::free_bytes() const {
    std::optional<std::uint64_t> within;
    if (limit_bytes) {
        within = *limit_bytes - std::min(*limit_bytes, limit_used_bytes.value_or(0));
    }
    return smaller(available_bytes, within);
}

std::optional<std::uint64_t> Memory::most_bytes() const {
    return smaller(total_bytes, limit_bytes);
}

Memory read_memory(const std::string& root) {
    Memory memory;
    constexpr std::uint64_t most_kibibytes = k_no_limit / 1024;
    for (const auto& [key, value] : colon_lines(system_file(root, "/proc/meminfo").value_or(""))) {
        const auto kibibytes = leading_number(value);
        if (!kibibytes || *kibibytes > most_kibibytes) {
            continue;
        }
        if (key == "MemTotal") {
            memory.total_bytes = *kibibytes * 1024;
        } else if (key == "MemAvailable") {
            memory.available_bytes = *kibibytes * 1024;
        }
    }
    const Groups groups = groups_of(root, "memory");
    take_limit(root,
               groups.unified,
               {"memory.max", "memory.current", "inactive_file", "cgroup v2"},
               memory);
    take_limit(
        root,
        groups.controller,
        {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "cgroup v1"},
        memory);
    // A limit above the machine's memory limits nothing.
    if (memory.limit_bytes && memory.total_bytes && *memory.limit_bytes >= *memory.total_bytes) {
        memory.limit_bytes.reset();
        memory.limit_used_bytes.reset();
        memory.limit_from.clear();
    }
    return memory;
}

std::optional<double> read_cpu_limit(const std::string& root) {
    const Groups groups = groups_of(root, "cpu");
    std::optional<double> tightest;
    const auto take = [&](std::optional<double> limit) {
        if (limit && *limit > 0 && (!tightest || *limit < *tightest)) {
            tightest = limit;
        }
    };
    for (const std::string& folder : groups.unified) {
        const std::string text = system_file(root, folder + "/cpu.max").value_or("");
        const std::vector<std::string> parts = split(trim(text), ' ');
        const auto time = leading_number(parts.front());
        const auto period = parts.size() == 2 ? leading_number(parts[1]) : std::nullopt;
        if (time && period) {
            take(quota(*time, *period));
        }
    }
    for (const std::string& folder : groups.controller) {
        const auto time = system_number(root, folder + "/cpu.cfs_quota_us");
        const auto period = system_number(root, folder + "/cpu.cfs_period_us");
        if (time && period) {
            take(quota(*time, *period));
        }
    }
    return tightest;
}

std::optional<Disk> read_disk(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code failure;
    fs::path at = fs::absolute(path, failure);
    while (!failure && !fs::exists(at, failure) && at.has_relative_path()) {
        at = at.parent_path();
    }
    struct statvfs state{};
    if (statvfs(at.c_str(), &state) != 0) {
        return std::nullopt;
    }
    return Disk{path, static_cast<std::uint64_t>(state.f_bavail) * state.f_frsize};
}

std::optional<double> read_load(const std::string& root) {
    const std::string text = system_file(root, "/proc/loadavg").value_or("");
    double load = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), load);
    const bool good = failure == std::errc() && std::isfinite(load) && load >= 0;
    return good ? std::optional(load) : std::nullopt;
}

std::optional<BusyTicks> read_busy_ticks(const std::string& root) {
    const std::string text = system_file(root, "/proc/stat").value_or("");
    const std::string line = text.substr(0, text.find('\n'));
    if (!line.starts_with("cpu ")) {
        return std::nullopt;
    }
    // user nice system idle iowait irq softirq steal; guest times are in user already (proc(5)).
    constexpr std::size_t idle = 3;
    constexpr std::size_t iowait = 4;
    constexpr std::size_t fields = 8;
    BusyTicks ticks;
    std::size_t i = 0;
    for (const std::string& word : split(line.substr(4), ' ')) {
        const auto count = leading_number(word);
        if (!count || i == fields) {
            continue;
        }
        ticks.all += *count;
        ticks.busy += i == idle || i == iowait ? 0 : *count;
        ++i;
    }
    // One line a processor: "cpu0", "cpu1".
    int processors = 0;
    for (const std::string& each : split(text, '\n')) {
        processors += each.starts_with("cpu") && !each.starts_with("cpu ") ? 1 : 0;
    }
    ticks.processors = std::max(1, processors);
    return i > idle ? std::optional(ticks) : std::nullopt;
}

std::optional<double> busy_share(const BusyTicks& before, const BusyTicks& after) {
    if (after.all <= before.all || after.busy < before.busy) {
        return std::nullopt;
    }
    return std::min(1.0,
                    static_cast<double>(after.busy - before.busy) /
                        static_cast<double>(after.all - before.all));
}

}  // namespace palier::machine
