#include "report/objects.h"

#include "base/text.h"
#include "lib/json/json.h"
#include "report/table.h"

#include <algorithm>
#include <filesystem>

namespace palier::report {

std::string error_json(Language language, const Error& error, int exit_code) {
    json::Value value;
    value.add("code", "PAL-" + std::to_string(error.code))
        .add("message", explain(language, error))
        .add("exit", exit_code);
    return json::write(json::Object{{"format", 1}, {"error", std::move(value)}});
}

std::string version_json(const std::string& version, const std::string& engines) {
    return json::write(json::Object{{"format", 1}, {"palier", version}, {"engines", engines}});
}

std::string prompt_json(const std::string& system, const std::string& prompt) {
    return json::write(json::Object{{"format", 1}, {"system", system}, {"prompt", prompt}});
}

std::string config_text(const std::vector<job::Origin>& origins) {
    constexpr std::size_t gaps = 4;
    constexpr std::size_t least = 16;
    std::vector<std::vector<std::string>> rows;
    std::size_t beside = gaps;
    for (const job::Origin& origin : origins) {
        rows.push_back(
            {origin.key, origin.value, std::filesystem::path(origin.from).filename().string()});
    }
    for (const std::size_t column : {0U, 2U}) {
        std::size_t widest = 0;
        for (const auto& row : rows) {
            widest = std::max(widest, length_in_characters(row[column]));
        }
        beside += widest;
    }
    for (auto& row : rows) {
        row[1] = shortened(row[1], std::max(least, k_text_width - std::min(k_text_width, beside)));
    }
    return aligned(rows);
}

std::string config_json(const std::vector<job::Origin>& origins) {
    json::Value values = json::Array{};
    for (const job::Origin& origin : origins) {
        values.push(
            json::Object{{"key", origin.key}, {"value", origin.value}, {"from", origin.from}});
    }
    return json::write(json::Object{{"format", 1}, {"config", std::move(values)}});
}

}  // namespace palier::report
