#include "catalog/weights_file.h"

#include "base/files.h"
#include "core/names.h"
#include "lib/json/json.h"

#include <algorithm>
#include <filesystem>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t k_weights_format = 1;

json::Value read_all(const std::string& folder) {
    const auto text = read_file(weights_path(folder));
    const auto value = text ? json::parse_or_nothing(*text) : std::nullopt;
    const bool ours = value && (*value)["format"].as_int() == k_weights_format;
    return ours ? *value : json::Value(json::Object{{"format", k_weights_format}});
}

json::Value seconds_or_null(const std::optional<double>& seconds) {
    return seconds ? json::Value(*seconds) : json::Value();
}

std::optional<double> seconds_in(const json::Value& value) {
    return value.is_null() ? std::nullopt : std::optional(value.as_double());
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
            return WeightsForm{*weights,
                               seconds_in(row["file_s"]),
                               seconds_in(row["copy_s"]),
                               row["measured_at_unix_s"].as_int()};
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
    forms.push(json::Object{{"key", key},
                            {"weights", core::name_of(form.weights)},
                            {"file_s", seconds_or_null(form.file_s)},
                            {"copy_s", seconds_or_null(form.copy_s)},
                            {"measured_at_unix_s", form.measured_at_unix_s}});
    const json::Object whole{{"format", k_weights_format}, {"forms", std::move(forms)}};
    std::error_code ignored;  // writing says what is wrong
    fs::create_directories(folder, ignored);
    return write_file(weights_path(folder), json::write(whole) + "\n");
}

}  // namespace palier::catalog
