// The processor: what it is called, how many cores, and which of the instruction sets that matter
// for inference it has.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace palier::machine {

struct Processor {
    std::string name;  // "" where the system does not tell
    // Of the machine; absent where /proc/cpuinfo does not tell (ARM tells no cores).
    std::optional<int> cores, threads;
    // "AVX2", "FMA", "F16C", "AVX512F", "AVX-VNNI", "AVX512-VNNI", "AVX512-BF16", "AMX-INT8",
    // "AMX-BF16", "NEON", "DOTPROD", "I8MM", "BF16", "SVE", "SVE2"
    std::vector<std::string> instruction_sets;
    bool flags_known = false;  // false: the list above says nothing

    [[nodiscard]] bool has(const std::string& set) const;
};

// From `root`/proc/cpuinfo.
[[nodiscard]] Processor read_processor(const std::string& root);

}  // namespace palier::machine
