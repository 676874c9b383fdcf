#include "machine/processor.h"

#include "base/text.h"
#include "machine/system_file.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace palier::machine {
namespace {

// The kernel's flag -> the name that people use. x86: "flags"; ARM: "Features".
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> k_sets{{
    {"avx2", "AVX2"},
    {"fma", "FMA"},
    {"f16c", "F16C"},
    {"avx512f", "AVX512F"},
    {"avx_vnni", "AVX-VNNI"},
    {"avx512_vnni", "AVX512-VNNI"},
    {"avx512_bf16", "AVX512-BF16"},
    {"amx_int8", "AMX-INT8"},
    {"amx_bf16", "AMX-BF16"},
    {"asimd", "NEON"},
    {"asimddp", "DOTPROD"},
    {"i8mm", "I8MM"},
    {"bf16", "BF16"},
    {"sve", "SVE"},
    {"sve2", "SVE2"},
}};

}  // namespace

bool Processor::has(const std::string& set) const {
    return std::find(instruction_sets.begin(), instruction_sets.end(), set) !=
           instruction_sets.end();
}

Processor read_processor(const std::string& root) {
    Processor processor;
    int threads = 0;
    std::string package;
    std::set<std::pair<std::string, std::string>> cores;
    std::set<std::string> flags;
    for (const auto& [key, value] : colon_lines(system_file(root, "/proc/cpuinfo").value_or(""))) {
        if (key == "processor") {
            ++threads;
        } else if ((key == "model name" || key == "Model") && processor.name.empty()) {
            processor.name = value;
        } else if (key == "physical id") {
            package = value;
        } else if (key == "core id") {
            cores.emplace(package, value);
        } else if ((key == "flags" || key == "Features") && flags.empty()) {
            const std::vector<std::string> words = split(value, ' ');
            flags.insert(words.begin(), words.end());
        }
    }
    if (threads > 0) {
        processor.threads = threads;
    }
    if (!cores.empty()) {
        processor.cores = static_cast<int>(cores.size());
    }
    processor.flags_known = !flags.empty();
    for (const auto& [flag, name] : k_sets) {
        if (flags.count(std::string(flag)) != 0) {
            processor.instruction_sets.emplace_back(name);
        }
    }
    return processor;
}

}  // namespace palier::machine
