// The calibration kept beside the models, so that it is taken once.
#include "base/codes.h"
#include "base/files.h"
#include "base/log.h"
#include "catalog/speed.h"
#include "lib/json/json.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t k_days_30_s = std::int64_t{30} * 24 * 3600;
constexpr std::int64_t k_busy_stays_s = 300;  // a plan of many models calibrates once
constexpr int k_tries = 3;
constexpr std::size_t k_bytes_max = 1U << 20U;
constexpr std::int64_t k_format = 1;

// A time that could have been measured.
bool is_time(double seconds) {
    return std::isfinite(seconds) && seconds > 0 && seconds < 1;
}

std::optional<engine::Calibration> parsed(const std::string& text) {
    const auto value = json::parse_or_nothing(text);
    if (!value || (*value)["format"].as_int() != k_format) {
        return std::nullopt;
    }
    engine::Calibration kept;
    kept.key = (*value)["key"].as_string();
    kept.taken_at_unix_s = (*value)["taken_at_unix_s"].as_int();
    kept.threads = static_cast<int>((*value)["threads"].as_int());
    kept.seconds_per_step = (*value)["seconds_per_step"].as_double();
    kept.seconds_per_attended = (*value)["seconds_per_attended"].as_double();
    kept.seconds_per_attended_alone = (*value)["seconds_per_attended_alone"].as_double();
    kept.seconds_per_matrix = (*value)["seconds_per_matrix"].as_double();
    kept.seconds_per_logit = (*value)["seconds_per_logit"].as_double();
    kept.seconds_per_element = (*value)["seconds_per_element"].as_double();
    kept.memory_bytes_per_s = (*value)["memory_bytes_per_s"].as_double();
    kept.busy = (*value)["busy"].as_bool();
    bool good = is_time(kept.seconds_per_step) && is_time(kept.seconds_per_attended) &&
                is_time(kept.seconds_per_attended_alone) && is_time(kept.seconds_per_element) &&
                is_time(kept.seconds_per_matrix) && is_time(kept.seconds_per_logit);
    for (const json::Value& each : (*value)["kernels"].as_array()) {
        kept.kernels.push_back({static_cast<std::uint32_t>(each["type"].as_int(-1)),
                                each["seconds_per_weight"].as_double(),
                                each["seconds_per_product"].as_double(),
                                each["seconds_per_pass"].as_double()});
        good = good && is_time(kept.kernels.back().seconds_per_weight) &&
               is_time(kept.kernels.back().seconds_per_product) &&
               is_time(kept.kernels.back().seconds_per_pass);
    }
    return good ? std::optional(std::move(kept)) : std::nullopt;
}

std::optional<engine::Calibration> read(const std::string& path) {
    const auto text = read_file(path);
    return text && text->size() <= k_bytes_max ? parsed(*text) : std::nullopt;
}

void keep(const std::string& path, const engine::Calibration& calibration) {
    json::Value value;
    value.add("format", k_format)
        .add("key", calibration.key)
        .add("taken_at_unix_s", calibration.taken_at_unix_s)
        .add("threads", calibration.threads)
        .add("seconds_per_step", calibration.seconds_per_step)
        .add("seconds_per_attended", calibration.seconds_per_attended)
        .add("seconds_per_attended_alone", calibration.seconds_per_attended_alone)
        .add("seconds_per_matrix", calibration.seconds_per_matrix)
        .add("seconds_per_logit", calibration.seconds_per_logit)
        .add("seconds_per_element", calibration.seconds_per_element)
        .add("memory_bytes_per_s", calibration.memory_bytes_per_s)
        .add("busy", calibration.busy);
    json::Value kernels = json::Array{};
    for (const engine::KernelSpeed& each : calibration.kernels) {
        kernels.push(json::Object{{"type", static_cast<std::int64_t>(each.type)},
                                  {"seconds_per_weight", each.seconds_per_weight},
                                  {"seconds_per_product", each.seconds_per_product},
                                  {"seconds_per_pass", each.seconds_per_pass}});
    }
    value.add("kernels", std::move(kernels));
    std::error_code ignored;  // writing says what is wrong
    fs::create_directories(fs::path(path).parent_path(), ignored);
    if (!write_file(path, json::write(value) + "\n")) {
        log::warning("the calibration of this machine could not be kept in " + path);
    }
}

bool has(const engine::Calibration& calibration, std::uint32_t type) {
    return std::any_of(calibration.kernels.begin(),
                       calibration.kernels.end(),
                       [type](const auto& each) { return each.type == type; });
}

bool is_current(const engine::Calibration& kept, const std::string& key, std::int64_t now_unix_s) {
    const std::int64_t age_s = now_unix_s - kept.taken_at_unix_s;
    return kept.key == key && age_s >= 0 && age_s <= (kept.busy ? k_busy_stays_s : k_days_30_s);
}

// One that others left alone, if three tries give one.
Result<engine::Calibration> taken(const std::vector<std::uint32_t>& types,
                                  int threads,
                                  engine::Workshop& workshop,
                                  const machine::OthersWatch& others) {
    for (int tried = 1;; ++tried) {
        if (others) {
            (void)others();  // what they took before does not count
        }
        auto made = workshop.calibrate(types, threads);
        PALIER_TRY(made);
        made->busy = others && others().value_or(0) >= machine::k_busy_processors;
        if (!made->busy || tried == k_tries) {
            return made;
        }
    }
}

}  // namespace

std::optional<engine::Calibration> kept_calibration(const std::string& folder) {
    return read(calibration_path(folder));
}

Result<void> forget_calibration(const std::string& folder) {
    std::error_code failed;
    fs::remove(calibration_path(folder), failed);
    if (failed) {
        return Error(base::codes::cannot_write,
                     {{"file", calibration_path(folder)}, {"reason", failed.message()}});
    }
    return {};
}

std::string calibration_path(const std::string& folder) {
    return (fs::path(folder) / "calibration.json").string();
}

Result<engine::Calibration> calibration_for(const std::vector<std::uint32_t>& types,
                                            int threads,
                                            engine::Workshop& workshop,
                                            const std::string& folder,
                                            std::int64_t now_unix_s,
                                            const machine::OthersWatch& others) {
    const std::string path = calibration_path(folder);
    const std::string key = workshop.calibration_key(threads);
    const auto kept = read(path);
    std::vector<std::uint32_t> wanted = types;
    if (kept && is_current(*kept, key, now_unix_s)) {
        if (std::all_of(
                types.begin(), types.end(), [&](std::uint32_t type) { return has(*kept, type); })) {
            return *kept;
        }
        for (const engine::KernelSpeed& each : kept->kernels) {
            wanted.push_back(each.type);
        }
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    auto made = taken(wanted, threads, workshop, others);
    PALIER_TRY(made);
    made->taken_at_unix_s = now_unix_s;
    keep(path, *made);
    return made;
}

}  // namespace palier::catalog
