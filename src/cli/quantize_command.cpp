#include "cli/quantize_command.h"

#include "base/codes.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/folder.h"
#include "cli/output.h"
#include "engine/codes.h"
#include "lib/gguf/gguf.h"
#include "report/models.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

constexpr int k_exit_interrupted = 130;

using report::Quantised;

std::string beside(const std::string& path, const std::string& type) {
    const fs::path original(path);
    return (original.parent_path() / (original.stem().string() + "." + type + ".gguf")).string();
}

std::string types_text(const gguf::Header& header) {
    std::map<std::string_view, int> counts;
    for (const gguf::Tensor& tensor : header.tensors) {
        ++counts[tensor.type_name];
    }
    std::vector<std::pair<std::string_view, int>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    std::vector<std::string> parts;
    for (const auto& [type, count] : sorted) {
        parts.push_back(std::string(type) + " " + std::to_string(count));
    }
    return join(parts, ", ");
}

// What must be known before anything is written.
Result<Quantised> prepared(const Common& common,
                           const ModelsArguments& arguments,
                           engine::Workshop& workshop) {
    const std::vector<std::string> known = workshop.quantisations();
    const auto type = std::find_if(known.begin(), known.end(), [&](const std::string& each) {
        return to_lower(each) == to_lower(arguments.type);
    });
    if (type == known.end()) {
        return Error(engine::codes::unknown_quantisation,
                     {{"type", arguments.type}, {"known", join(known, ", ")}});
    }
    const auto model = catalog::find_model(arguments.model, common.models_dir);
    PALIER_TRY(model);
    const auto header = gguf::read(model->path);
    PALIER_TRY(header);
    Quantised work;
    work.from = model->path;
    work.name = model->name;
    work.type = *type;
    work.to = arguments.output.empty() ? beside(work.from, work.type) : arguments.output;
    work.bytes_before = header->file_bytes;
    work.main_type = header->main_type();
    std::error_code failure;
    if (fs::exists(work.to, failure)) {
        return Error(say::quantised_exists, {{"path", work.to}});
    }
    const auto size = workshop.quantise({work.from, work.to, work.type, 0, /*size_only=*/true});
    PALIER_TRY(size);
    // The head is the same but for a few bytes.
    work.bytes = size->bytes + header->data_offset;
    return work;
}

// Reads the new file's header and compares it with the original's.
Result<gguf::Header> read_back(const Quantised& work, const std::string& path) {
    const auto original = gguf::read(work.from);
    PALIER_TRY(original);
    auto made = gguf::read(path);
    if (!made) {
        return Error(say::quantised_does_not_read_back,
                     {{"path", work.to}, {"why", "its header is not readable"}})
            .because(made.error());
    }
    if (made->tensors.size() != original->tensors.size() ||
        made->parameters() != original->parameters() ||
        made->architecture() != original->architecture()) {
        return Error(say::quantised_does_not_read_back,
                     {{"path", work.to},
                      {"why",
                       std::to_string(made->tensors.size()) + " tensors and " +
                           std::to_string(made->parameters()) + " parameters instead of " +
                           std::to_string(original->tensors.size()) + " and " +
                           std::to_string(original->parameters())}});
    }
    return made;
}

Result<void> perform(Quantised& work, engine::Workshop& workshop) {
    const std::string folder = fs::path(work.to).parent_path().string();
    PALIER_TRY(catalog::check_room(folder.empty() ? "." : folder, work.bytes));
    const std::string part = work.to + ".part";
    const auto written = workshop.quantise({work.from, part, work.type, 0, /*size_only=*/false});
    std::error_code failure;
    if (!written) {
        fs::remove(part, failure);
        return written.error();
    }
    const auto header = read_back(work, part);
    if (!header) {
        fs::remove(part, failure);
        return header.error();
    }
    work.bytes = header->file_bytes;
    work.types = types_text(*header);
    fs::rename(part, work.to, failure);
    if (failure) {
        const std::string reason = failure.message();
        fs::remove(part, failure);
        return Error(base::codes::cannot_write, {{"file", work.to}, {"reason", reason}});
    }
    return {};
}

}  // namespace

int quantise_model(const Common& common, const ModelsArguments& arguments, const World& world) {
    if (world.workshop == nullptr) {
        return fail(common, Error(say::built_without_engine));
    }
    tell(common, say::quantising, {{"model", arguments.model}, {"type", arguments.type}});
    auto work = prepared(common, arguments, *world.workshop);
    if (!work) {
        return fail(common, work.error());
    }
    if (!arguments.dry_run) {
        const auto done = perform(*work, *world.workshop);
        if (!done) {
            return fail(common, done.error());
        }
    }
    work->written = !arguments.dry_run;
    print(common.json ? report::quantised_json(*work) + "\n"
                      : report::quantised_text(common.language, *work));
    return world.interrupted.load() ? k_exit_interrupted : 0;
}

}  // namespace palier::cli
