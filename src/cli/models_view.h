// Models as tables and as JSON.
#pragma once

#include "catalog/facts.h"
#include "catalog/folder.h"
#include "catalog/known.h"
#include "lib/json/json.h"
#include "report/messages.h"

#include <optional>
#include <string>
#include <vector>

namespace palier::cli {

// A model of the catalogue with its files in the models folder.
struct Listed {
    const catalog::Known* model = nullptr;
    std::vector<catalog::Present> present;
    // Whether it answers in a practical time on this machine; nullopt: neither estimated nor
    // measured.
    std::optional<bool> practical_latency = {};
};

// At most 80 characters a line.
[[nodiscard]] std::string list_text(report::Language language, const std::vector<Listed>& models);
// Every figure with its source; the sources at the end.
[[nodiscard]] std::string show_text(report::Language language, const Listed& model);
// What a header says.
[[nodiscard]] std::string facts_text(report::Language language, const catalog::FileFacts& facts);

[[nodiscard]] json::Value known_json(const Listed& model);
[[nodiscard]] json::Value facts_json(const catalog::FileFacts& facts);
[[nodiscard]] json::Value entry_json(const catalog::Entry& entry);
// "slm" of known_json: whether the model fits a consumer device, and answers in a practical time.
[[nodiscard]] json::Value device_json(const Listed& listed);

}  // namespace palier::cli
