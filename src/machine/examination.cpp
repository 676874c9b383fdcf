#include "machine/examination.h"

#include "base/text.h"
#include "machine/codes.h"
#include "machine/host.h"
#include "machine/system_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace palier::machine {
namespace {

namespace fs = std::filesystem;

// Below these a first model (0.1 to 1.5 GB) does not fit beside what else is needed.
constexpr std::uint64_t k_least_memory = 1'000'000'000;
constexpr std::uint64_t k_least_disk = 2'000'000'000;
// Other processes at this share move latencies by more than the probe's own noise.
constexpr double k_busy = 0.25;

std::string percent(double share) {
    return std::to_string(std::lround(share * 100));
}

// A dot and two decimals; names of such arguments end in "_number", those of bytes in "_bytes".
std::string decimal(double value) {
    const long hundredths = std::lround(value * 100);
    const std::string rest = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + (rest.size() == 1 ? ".0" : ".") + rest;
}

void find_models(Examination& found) {
    std::error_code failure;
    found.models_dir_exists = fs::is_directory(found.models_dir, failure);
    for (const std::string& name : names_in("", found.models_dir)) {
        const fs::path file = fs::path(found.models_dir) / name;
        if (file.extension() == ".gguf" && fs::is_regular_file(file, failure)) {
            const std::uintmax_t bytes = fs::file_size(file, failure);
            if (!failure) {
                found.models.push_back({name, bytes});
            }
        }
    }
}

void find_keys(Examination& found) {
    for (const std::string& name : key_variables()) {
        if (const char* value = std::getenv(name.c_str())) {
            (*value ? found.keys_set : found.keys_empty).push_back(name);
        }
    }
}

void judge_processor(const Examination& found, std::vector<Problem>& problems) {
    const Processor& processor = found.processor;
    if (!processor.flags_known) {
        problems.push_back({codes::instructions_unknown, {}});
    } else if (!processor.has("NEON") && !processor.has("AVX2")) {
        problems.push_back({codes::no_vectors, {}});
    } else if (processor.has("AVX2") && !processor.has("FMA")) {
        problems.push_back({codes::no_fma, {}});
    }
    if (found.cpu_limit && *found.cpu_limit < found.allowed_threads) {
        problems.push_back(
            {codes::container_threads,
             {{"limit_number", decimal(*found.cpu_limit)},
              {"threads", std::to_string(found.allowed_threads)},
              {"use",
               std::to_string(std::max<int>(1, static_cast<int>(std::floor(*found.cpu_limit))))}}});
    }
}

void judge_memory(const Examination& found, std::vector<Problem>& problems) {
    const auto free = found.memory.free_bytes();
    if (!free) {
        problems.push_back({codes::memory_unknown, {}});
    } else if (*free < k_least_memory) {
        problems.push_back({codes::memory_low, {{"free_bytes", std::to_string(*free)}}});
    }
    // The limit is what surprises: a program sees the whole machine and is killed below it.
    if (found.memory.limit_bytes && found.memory.total_bytes) {
        problems.push_back({codes::container_memory,
                            {{"limit_bytes", std::to_string(*found.memory.limit_bytes)},
                             {"total_bytes", std::to_string(*found.memory.total_bytes)},
                             {"from", found.memory.limit_from}}});
    }
}

void judge_places(const Examination& found, std::vector<Problem>& problems) {
    if (found.models_disk && found.models_disk->free_bytes < k_least_disk) {
        problems.push_back({codes::models_disk_low,
                            {{"path", found.models_disk->path},
                             {"free_bytes", std::to_string(found.models_disk->free_bytes)}}});
    }
    constexpr std::uint64_t store_needs = 100'000'000;
    if (found.store_disk && found.store_disk->free_bytes < store_needs) {
        problems.push_back({codes::runs_disk_low,
                            {{"path", found.store_disk->path},
                             {"free_bytes", std::to_string(found.store_disk->free_bytes)}}});
    }
    if (found.models.empty()) {
        problems.push_back({found.models_dir_exists ? codes::no_model : codes::no_models_folder,
                            {{"path", found.models_dir}}});
    }
}

}  // namespace

const std::vector<std::string>& key_variables() {
    static const std::vector<std::string> k_names{"ANTHROPIC_API_KEY",
                                                  "AZURE_OPENAI_API_KEY",
                                                  "COHERE_API_KEY",
                                                  "DEEPSEEK_API_KEY",
                                                  "GEMINI_API_KEY",
                                                  "GOOGLE_API_KEY",
                                                  "GROQ_API_KEY",
                                                  "HF_TOKEN",
                                                  "MISTRAL_API_KEY",
                                                  "OPENAI_API_KEY",
                                                  "OPENROUTER_API_KEY",
                                                  "OVH_AI_ENDPOINTS_ACCESS_TOKEN",
                                                  "SCW_SECRET_KEY",
                                                  "TOGETHER_API_KEY",
                                                  "XAI_API_KEY"};
    return k_names;
}

Examination examine(const Places& places) {
    Examination found;
    found.system = system_name();
    found.processor = read_processor(places.root);
    found.allowed_threads = allowed_threads();
    found.cpu_limit = read_cpu_limit(places.root);
    found.memory = read_memory(places.root);
    found.models_dir = places.models_dir;
    found.models_disk = read_disk(places.models_dir);
    found.store_disk = read_disk(places.store);
    found.load = read_load(places.root);
    found.energy_counter = find_energy_counters(places.root).state;
    find_models(found);
    find_keys(found);
    return found;
}

std::vector<Problem> problems_of(const Examination& found) {
    std::vector<Problem> problems;
    judge_memory(found, problems);
    judge_processor(found, problems);
    judge_places(found, problems);
    if (found.busy_share && *found.busy_share > k_busy) {
        problems.push_back({codes::processors_busy, {{"percent", percent(*found.busy_share)}}});
    } else if (found.load && *found.load > found.allowed_threads * k_busy * 2) {
        problems.push_back({codes::load_high, {{"load_number", decimal(*found.load)}}});
    }
    if (found.calibrated_busy) {
        problems.push_back({codes::calibrated_beside_others, {}});
    }
    for (const Service& service : found.services) {
        if (service.state == Service::State::Unrecognised ||
            service.state == Service::State::Silent) {
            problems.push_back(
                {service.state == Service::State::Silent ? codes::service_silent
                                                         : codes::service_unrecognised,
                 {{"name", service.name}, {"url", service.url}, {"reason", service.reason}}});
        } else if (service.state == Service::State::Running && service.models.empty()) {
            problems.push_back(
                {codes::service_without_model, {{"name", service.name}, {"url", service.url}}});
        }
    }
    for (const std::string& name : found.keys_empty) {
        problems.push_back({codes::key_empty, {{"name", name}}});
    }
    if (found.energy_counter == CounterState::Unreadable) {
        problems.push_back({codes::counter_for_root, {}});
    }
    return problems;
}

}  // namespace palier::machine
