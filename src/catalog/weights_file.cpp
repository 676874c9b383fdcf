#include "catalog/weights_file.h"

#include "base/files.h"
#include "core/names.h"
#include "lib/json/json.h"

#include <algorithm>
#include <filesystem>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t k_weights_format = 2;

json::Value read_all(const std::string& folder) {
    const auto text = read_file(weights_path(folder));
    const auto value = text ? json::parse_or_nothing(*text) : std::nullopt;
    const bool ours = value && (*value)["format"].as_int() == k_weights_format;
    return ours ? *value : json::Value(json::Object{{"format", k_weights_format}});
}

std::map<core::Weights, double> seconds_in(const json::Value& value) {
    std::map<core::Weights, double> seconds;
    for (const auto& [name, each] : value.as_object()) {
        if (const auto form = core::weights_from(name)) {
            seconds[*form] = each.as_double();
        }
    }
    return seconds;
}

}  // namespace

std::string weights_path(const std::string& folder) {
    return (fs::path(folder) / "weights.json").string();
}

std::optional<WeightsForm> kept_weights(const std::string& folder, const std::string& key) {
    const json::Value all = read_all(folder);
    for (const json::Value& row : all["forms"].as_array()) {
        const auto weights = core::weights_from(row["weights"].as_string());
        if (row["key"].as_string() == key && weights) {
            return WeightsForm{
                *weights, seconds_in(row["seconds"]), row["measured_at_unix_s"].as_int()};
        }
    }
    return std::nullopt;
}

Result<void> keep_weights(const std::string& folder,
                          const std::string& key,
                          const WeightsForm& form) {
    const json::Value all = read_all(folder);
    json::Value forms = json::Array{};
    for (const json::Value& row : all["forms"].as_array()) {
        if (row["key"].as_string() != key) {
            forms.push(row);
        }
    }
    json::Value seconds = json::Object{};
    for (const auto& [each, measured] : form.seconds) {
        seconds.add(std::string(core::name_of(each)), measured);
    }
    forms.push(json::Object{{"key", key},
                            {"weights", core::name_of(form.weights)},
                            {"seconds", std::move(seconds)},
                            {"measured_at_unix_s", form.measured_at_unix_s}});
    const json::Object whole{{"format", k_weights_format}, {"forms", std::move(forms)}};
    std::error_code ignored;  // writing says what is wrong
    fs::create_directories(folder, ignored);
    return write_file(weights_path(folder), json::write(whole) + "\n");
}

}  // namespace palier::catalog
