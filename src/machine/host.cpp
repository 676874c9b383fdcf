#include "machine/host.h"

#include "machine/limits.h"
#include "machine/processor.h"

#include <sched.h>
#include <sys/utsname.h>

#include <cstdlib>

namespace palier::machine {

int allowed_threads() {
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

std::string system_name() {
    utsname names{};
    return uname(&names) == 0
               ? std::string(names.sysname) + " " + names.release + " " + names.machine
               : "";
}

Host this_host() {
    Host host;
    host.processor = read_processor("").name;
    host.cores = allowed_threads();
    const Memory memory = read_memory("");
    host.memory_bytes = memory.most_bytes().value_or(0);
    host.memory_available_bytes = memory.free_bytes().value_or(0);
    host.system = system_name();
    return host;
}

double load_average() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : -1;
}

}  // namespace palier::machine
