// This machine, as far as it can be read.
#pragma once

#include <cstdint>
#include <string>

namespace palier::machine {

struct Host {
    std::string processor;                     // "" where the system does not tell
    int cores = 1;                             // that this process may use
    std::uint64_t memory_bytes = 0;            // 0 = not known
    std::uint64_t memory_available_bytes = 0;  // now; within the container's limit if there is one
    std::string system;                        // kernel name and release
};

[[nodiscard]] Host this_host();
// Hardware threads that this process may run on.
[[nodiscard]] int allowed_threads();
// Kernel name, release and machine.
[[nodiscard]] std::string system_name();
// One-minute load average; negative = not known.
[[nodiscard]] double load_average();

}  // namespace palier::machine
