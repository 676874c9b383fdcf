#include "catalog/host.h"

#include "base/text.h"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace palier::catalog {
namespace {

// The value behind "name:" in a /proc file; "" if absent.
std::string proc_value(const char* path, std::string_view name) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos && trim(std::string_view(line).substr(0, colon)) == name) {
            return std::string(trim(std::string_view(line).substr(colon + 1)));
        }
    }
    return "";
}

std::uint64_t kibibytes(const std::string& value) {
    return std::strtoull(value.c_str(), nullptr, 10) * 1024;
}

std::uint64_t number_in(const char* path) {
    std::ifstream file(path);
    std::uint64_t number = 0;
    return file >> number ? number : 0;  // "max" means no limit
}

}  // namespace

Host this_host() {
    Host host;
    host.processor = proc_value("/proc/cpuinfo", "model name");
    cpu_set_t set;
    CPU_ZERO(&set);
    host.cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    host.memory_bytes = kibibytes(proc_value("/proc/meminfo", "MemTotal"));
    host.memory_available_bytes = kibibytes(proc_value("/proc/meminfo", "MemAvailable"));
    if (const std::uint64_t limit = number_in("/sys/fs/cgroup/memory.max")) {
        const std::uint64_t used = number_in("/sys/fs/cgroup/memory.current");
        host.memory_bytes = std::min(host.memory_bytes, limit);
        host.memory_available_bytes =
            std::min(host.memory_available_bytes, limit - std::min(limit, used));
    }
    utsname names{};
    if (uname(&names) == 0) {
        host.system = std::string(names.sysname) + " " + names.release + " " + names.machine;
    }
    return host;
}

double load_average() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : -1;
}

}  // namespace palier::catalog
