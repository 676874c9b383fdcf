#include "engine/llama/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace palier::engine::llama {
namespace {

struct Cores {
    int logical = 1;   // that affinity allows
    int physical = 1;  // behind them
};

Cores allowed_cores() {
    Cores cores;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) {
        cores.logical = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        cores.physical = cores.logical;
        return cores;
    }
    cores.logical = std::max(1, CPU_COUNT(&set));
    std::set<std::string> siblings;  // one entry for each physical core
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &set)) {
            continue;
        }
        std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                           "/topology/thread_siblings_list");
        std::string list;
        siblings.insert(std::getline(file, list) ? list : "cpu " + std::to_string(cpu));
    }
    cores.physical = std::max(1, static_cast<int>(siblings.size()));
    return cores;
}

// cgroup v2, "<quota> <period>" or "max <period>".
std::optional<double> quota_v2(const std::string& folder) {
    std::ifstream file(folder + "/cpu.max");
    std::string quota;
    double period = 0;
    if (!(file >> quota >> period) || quota == "max" || period <= 0) {
        return std::nullopt;
    }
    try {
        return std::stod(quota) / period;
    } catch (const std::exception&) {
        return std::nullopt;  // not a number: no limit that we can read
    }
}

std::optional<double> quota_v1(const std::string& folder) {
    std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
    std::ifstream period_file(folder + "/cpu.cfs_period_us");
    double quota = 0;
    double period = 0;
    if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) {
        return std::nullopt;
    }
    return quota / period;
}

// The smallest quota of this process's cgroup and those above it.
std::optional<double> cgroup_quota() {
    std::optional<double> least = quota_v1("/sys/fs/cgroup/cpu");
    std::ifstream file("/proc/self/cgroup");
    std::string line;
    while (std::getline(file, line)) {
        if (!line.starts_with("0::")) {
            continue;
        }
        std::string path = line.substr(3);
        while (true) {
            const std::optional<double> quota = quota_v2("/sys/fs/cgroup" + path);
            if (quota && (!least || *quota < *least)) {
                least = quota;
            }
            if (path.empty() || path == "/") {
                break;
            }
            path.resize(path.rfind('/'));
        }
    }
    return least;
}

}  // namespace

int threads_to_use(int wanted) {
    const Cores cores = allowed_cores();
    int threads = std::min(wanted > 0 ? wanted : cores.physical, cores.logical);
    if (const std::optional<double> quota = cgroup_quota()) {
        threads = std::min(threads, static_cast<int>(std::floor(*quota)));
    }
    return std::max(1, threads);
}

}  // namespace palier::engine::llama
