// A machine that is not this one: what models would take on it can be estimated, never measured.
// Some are known by name (machines.json, each figure with its source); a user's file states others
// (docs/formats/machine.md).
#pragma once

#include "machine/host.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::machine {

// A figure and where it is from.
struct Stated {
    double value = 0;
    std::string how, how_fr;            // "stated by the maker", or the formula of what is derived
    std::string source, address, date;  // title, where it stands, YYYY-MM(-DD); "" = none
};

struct Supposed {
    std::string name;  // as --machine takes it; of a file: its path
    std::vector<std::string> aliases;
    std::string title, title_fr;
    bool from_file = false;
    std::uint64_t ram_bytes = 0;
    std::uint64_t ram_free_bytes = 0;  // that a model may take
    std::uint64_t vram_bytes = 0;      // 0 = no GPU with memory of its own
    Stated bandwidth_gb_s;  // 10^9 bytes a second of the memory that holds the model: VRAM if any
    Stated efficiency;      // share of it that decoding reaches
    Stated gflops;          // 10^9 operations a second that prefill reaches; a multiply-add is two
    std::vector<std::pair<std::string, double>> gflops_by_type;  // "F16" -> other than `gflops`
    Stated step_us;  // microseconds that one operation takes however small it is

    // What is known of the speed of Llama 3.1 8B, Q4_K_M, prompt of 512 tokens, on it.
    struct Measured {
        double decode_tokens_per_s = 0, prefill_tokens_per_s = 0;
    };
    std::optional<Measured> measured;

    // With `ram_free_bytes` free.
    [[nodiscard]] Host host() const;
    // That a model may take of the GPU's memory; 0 = none.
    [[nodiscard]] std::uint64_t vram_free_bytes() const;
};

// Of memory that nobody states as free: the system and its programs take the rest. A convention.
inline constexpr double k_ram_free_share = 0.75;
// Of a GPU's memory, less its driver, its context and a screen. A convention.
inline constexpr double k_vram_free_share = 0.9;
// Taken where a file does not state it: as the laptop of the table, and the L4.
inline constexpr double k_usual_efficiency = 0.66, k_usual_gpu_efficiency = 0.8;
// An operation on a processor: twice what two cores of Zen 5 were measured at (0.55).
inline constexpr double k_usual_step_us = 1;
// A kernel of a GPU.
inline constexpr double k_usual_gpu_step_us = 1.5;

// Of the program, in the order of machines.json.
[[nodiscard]] const std::vector<Supposed>& supposed_machines();
// By name or alias, without regard to case; nullptr when there is none.
[[nodiscard]] const Supposed* find_supposed(std::string_view name);

}  // namespace palier::machine
