#include "catalog/catalog.h"

#include "base/text.h"
#include "catalog/codes.h"
#include "catalog/folder.h"
#include "lib/gguf/kind.h"
#include "lib/hash/sha256.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

void tell_catalogue(LocalModel& model, const Known& known, const KnownFile& file) {
    model.known_as = known.name;
    model.quantisation = file.quantisation;
    if (known.licence) {
        model.commercial_use = known.licence->commercial_use();
        model.licence_conditions = known.licence->conditions;
    }
    if (known.tools) {
        model.tools = known.tools->value;
    }
}

// Which file a catalogue name means here; nullptr: none that palier has a name for.
const KnownFile* file_meant(const Known& known,
                            const std::string& models_dir,
                            const std::vector<Entry>& index) {
    std::vector<Present> present = files_present(known, models_dir, index);
    Known only = known;
    only.files.clear();
    for (const Present& one : present) {
        only.files.push_back(*one.file);
    }
    const KnownFile* best = only.recommended();
    if (best == nullptr) {
        return known.recommended();
    }
    return present[static_cast<std::size_t>(best - only.files.data())].file;
}

Error unknown(const std::string& name, const std::vector<Entry>& index) {
    std::vector<std::string> names = catalogue().names();
    std::ranges::transform(index, std::back_inserter(names), &Entry::name);
    return Error(codes::unknown_model,
                 {{"model", name},
                  {"near", *std::ranges::min_element(names, {}, [&](const std::string& known) {
                       return edit_distance(name, known);
                   })}});
}

struct Meant {
    LocalModel model;
    std::string expected_sha256;  // "" = nobody knows
};

// A name or a path as a file, before the file is looked at.
Result<Meant> meant_by(const std::string& text, const std::string& models_dir) {
    Meant meant;
    LocalModel& model = meant.model;
    if (text.ends_with(".gguf") || text.find('/') != std::string::npos) {
        model.path = text;
        const fs::path file = fs::path(text).filename();
        model.name = file.extension() == ".gguf" ? file.stem().string() : file.string();
        return meant;
    }
    auto index = read_index(models_dir);
    PALIER_TRY(index);
    const auto entry = std::ranges::find(*index, to_lower(text), &Entry::name);
    if (entry != index->end()) {
        model.name = entry->name;
        model.path = (fs::path(models_dir) / entry->file).string();
        meant.expected_sha256 = entry->sha256;
        const Known* known = catalogue().find(entry->model);
        const KnownFile* file = known != nullptr ? known->file_of(entry->quantisation) : nullptr;
        if (file != nullptr) {
            tell_catalogue(model, *known, *file);
        }
        return meant;
    }
    const Wanted want = wanted(text);
    const Known* known = catalogue().find(want.name);
    if (known == nullptr) {
        return unknown(text, *index);
    }
    const KnownFile* file = want.quantisation.empty() ? file_meant(*known, models_dir, *index)
                                                      : known->file_of(want.quantisation);
    if (file == nullptr && !want.quantisation.empty()) {
        return Error(codes::unknown_quantisation,
                     {{"model", known->name},
                      {"quantisation", want.quantisation},
                      {"known", quantisations_of(*known)}});
    }
    model.name = known->name;
    if (file == nullptr || file->file.empty()) {
        return Error(codes::not_downloaded,
                     {{"model", text}, {"file", (fs::path(models_dir) / "-").string()}});
    }
    if (!want.quantisation.empty()) {
        model.name += ":" + to_lower(file->quantisation);
    }
    model.path = (fs::path(models_dir) / file->file).string();
    meant.expected_sha256 = file->sha256;
    tell_catalogue(model, *known, *file);
    return meant;
}

}  // namespace

const std::vector<KnownModel>& known_models() {
    static const std::vector<KnownModel> k_models = [] {
        std::vector<KnownModel> models;
        for (const Known& known : catalogue().models) {
            KnownModel model;
            model.name = known.name;
            if (const KnownFile* file = known.recommended()) {
                model.file = file->file;
                model.sha256 = file->sha256;
                model.bytes = file->bytes.value_or(0);
            }
            if (known.licence) {
                model.licence = known.licence->name;
                model.commercial_use = known.licence->commercial_use().value_or(false);
            }
            model.tools = known.tools && known.tools->value;
            models.push_back(std::move(model));
        }
        return models;
    }();
    return k_models;
}

Result<LocalModel> find_model(const std::string& name_or_path, const std::string& models_dir) {
    auto meant = meant_by(name_or_path, models_dir);
    PALIER_TRY(meant);
    LocalModel model = std::move(meant->model);
    std::error_code ignored;
    if ((!model.known_as.empty() || !meant->expected_sha256.empty()) &&
        !fs::exists(model.path, ignored)) {
        return Error(codes::not_downloaded, {{"model", model.name}, {"file", model.path}});
    }
    auto header = gguf::read(model.path);
    if (!header) {
        return header.error();
    }
    PALIER_TRY(gguf::check_writes_text(*header, model.path));
    model.bytes = header->file_bytes;
    model.parameters = header->parameters();
    model.context_tokens = static_cast<std::int64_t>(header->context_length().value_or(0));
    model.remarks = remarks_on(*header);
    auto sha256 = hash::sha256_file(model.path);
    if (!sha256) {
        return sha256.error();
    }
    model.sha256 = std::move(*sha256);
    if (!meant->expected_sha256.empty() && model.sha256 != meant->expected_sha256) {
        return Error(codes::other_file,
                     {{"model", model.name},
                      {"file", model.path},
                      {"found", model.sha256},
                      {"expected", meant->expected_sha256}});
    }
    return model;
}

}  // namespace palier::catalog
