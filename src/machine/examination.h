// What `palier doctor` finds, and what of it is a problem.
#pragma once

#include "machine/energy.h"
#include "machine/gpus.h"
#include "machine/limits.h"
#include "machine/processor.h"
#include "machine/services.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::machine {

struct ModelFile {
    std::string name;
    std::uint64_t bytes = 0;
};

// The machine and what is on it; found in some milliseconds.
struct Examination {
    std::string system;  // kernel
    Processor processor;
    int allowed_threads = 1;
    std::optional<double> cpu_limit;
    Memory memory;
    std::optional<Disk> models_disk, store_disk;
    std::optional<double> load;
    std::optional<double> busy_share;  // of all processors, while the services were asked
    CounterState energy_counter = CounterState::Absent;
    std::vector<std::string> keys_set, keys_empty;  // names of environment variables
    std::string models_dir;
    bool models_dir_exists = false;
    std::vector<ModelFile> models;
    bool calibrated_busy =
        false;              // what is kept of this machine's speed was measured beside others
    std::vector<Gpu> gpus;  // slower: nvidia-smi
    std::vector<Service> services;  // slower: ports
};

struct Places {
    std::string root;  // "" = this machine
    std::string models_dir, store;
};
// Everything but calibrated_busy, GPUs, services and busy_share.
[[nodiscard]] Examination examine(const Places& places);

// Environment variables that hold keys of APIs. Values are never read beyond "is it empty".
[[nodiscard]] const std::vector<std::string>& key_variables();

// One thing that stands in the way: a sentence of the message table with its remedy. Arguments
// named ..._bytes are whole numbers and ..._number decimals with a dot, for the reader to put into
// words.
struct Problem {
    int code = 0;
    std::vector<std::pair<std::string, std::string>> args;
};
// Pure. In the order of what stops most.
[[nodiscard]] std::vector<Problem> problems_of(const Examination& found);

}  // namespace palier::machine
