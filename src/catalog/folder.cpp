#include "catalog/folder.h"

#include "base/codes.h"
#include "base/text.h"
#include "base/units.h"
#include "catalog/codes.h"
#include "lib/json/json.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_spare_bytes = 64'000'000;

Error cannot_write(const std::string& path, int reason) {
    return Error(
        reason == ENOSPC || reason == EDQUOT ? base::codes::disk_full : base::codes::cannot_write,
        {{"file", path}, {"reason", std::strerror(reason)}});
}

// Held for the time of a scope; the folder itself is locked, so no lock file is left behind.
class FolderLock {
   public:
    explicit FolderLock(const std::string& folder)
        : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (descriptor_ >= 0) {
            ::flock(descriptor_, LOCK_EX);
        }
    }
    ~FolderLock() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

   private:
    int descriptor_;
};

std::string index_path(const std::string& models_dir) {
    return (fs::path(models_dir) / k_index_file).string();
}

std::optional<Entry> entry_of(const json::Value& value) {
    Entry entry;
    entry.name = value["name"].as_string();
    entry.file = value["file"].as_string();
    entry.sha256 = value["sha256"].as_string();
    entry.bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(value["bytes"].as_int(), 0));
    entry.model = value["model"].as_string();
    entry.quantisation = value["quantisation"].as_string();
    entry.from = value["from"].as_string();
    entry.linked = value["linked"].as_bool();
    // The file is joined to the folder and may be removed: nothing outside may be named.
    const bool plain = entry.file.find('/') == std::string::npos && !entry.file.starts_with('.');
    return entry.name.empty() || entry.file.empty() || !plain ? std::nullopt : std::optional(entry);
}

Result<void> write_index(const std::string& models_dir, const std::vector<Entry>& entries) {
    json::Value models = json::Array{};
    for (const Entry& entry : entries) {
        models.push(json::Object{{"name", entry.name},
                                 {"file", entry.file},
                                 {"sha256", entry.sha256},
                                 {"bytes", entry.bytes},
                                 {"model", entry.model},
                                 {"quantisation", entry.quantisation},
                                 {"from", entry.from},
                                 {"linked", entry.linked}});
    }
    const std::string text =
        json::write_pretty(json::Object{{"format", 1}, {"models", std::move(models)}}) + "\n";
    const std::string path = index_path(models_dir);
    const std::string beside = path + ".new";
    std::FILE* file = std::fopen(beside.c_str(), "wb");
    if (file == nullptr) {
        return cannot_write(path, errno);
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
                         std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    const int reason = errno;
    if (std::fclose(file) != 0 || !written || std::rename(beside.c_str(), path.c_str()) != 0) {
        const int why = written ? errno : reason;
        std::remove(beside.c_str());
        return cannot_write(path, why);
    }
    return {};
}

// Bytes of a path that are given back when it is removed.
std::uint64_t own_bytes(const fs::path& path) {
    std::error_code failure;
    if (fs::is_symlink(path, failure)) {
        return 0;
    }
    const std::uintmax_t size = fs::file_size(path, failure);
    return failure ? 0 : size;
}

Result<void> remove_file(const fs::path& path, Removed& removed) {
    std::error_code failure;
    if (!fs::exists(fs::symlink_status(path, failure))) {
        return {};
    }
    const std::uint64_t bytes = own_bytes(path);
    if (!fs::remove(path, failure) || failure) {
        return Error(base::codes::cannot_write,
                     {{"file", path.string()}, {"reason", failure.message()}});
    }
    removed.paths.push_back(path.string());
    removed.freed_bytes += bytes;
    return {};
}

// The file that a name means, or why there is none to remove.
Result<std::string> file_to_remove(const std::string& name,
                                   const std::string& models_dir,
                                   const std::vector<Entry>& index) {
    const auto entry = std::ranges::find(index, to_lower(name), &Entry::name);
    if (entry != index.end()) {
        return entry->file;
    }
    const Wanted want = wanted(name);
    const Known* known = catalogue().find(want.name);
    if (name.find('/') != std::string::npos) {
        return Error(codes::not_ours_to_remove, {{"model", name}, {"folder", models_dir}});
    }
    if (known == nullptr) {
        std::vector<std::string> names = catalogue().names();
        std::ranges::transform(index, std::back_inserter(names), &Entry::name);
        return Error(codes::no_such_model,
                     {{"model", name}, {"near", nearest(name, names).value_or("-")}});
    }
    if (!want.quantisation.empty()) {
        const KnownFile* file = known->file_of(want.quantisation);
        if (file == nullptr) {
            return Error(codes::unknown_quantisation,
                         {{"model", known->name},
                          {"quantisation", want.quantisation},
                          {"known", quantisations_of(*known)}});
        }
        return file->file;
    }
    const std::vector<Present> present = files_present(*known, models_dir, index);
    if (present.size() > 1) {
        std::vector<std::string> choices;
        for (const Present& one : present) {
            choices.push_back(known->name + ":" + one.file->quantisation);
        }
        return Error(codes::several_files,
                     {{"model", known->name}, {"choices", join(choices, ", ")}});
    }
    const KnownFile* file = present.empty() ? known->recommended() : present.front().file;
    return file == nullptr ? std::string() : file->file;
}

}  // namespace

std::string quantisations_of(const Known& model) {
    std::vector<std::string> names;
    for (const KnownFile& file : model.files) {
        if (std::ranges::find(names, file.quantisation) == names.end()) {
            names.push_back(file.quantisation);
        }
    }
    return names.empty() ? "-" : join(names, ", ");
}

Result<std::vector<Entry>> read_index(const std::string& models_dir) {
    const std::string path = index_path(models_dir);
    std::error_code failure;
    if (!fs::exists(path, failure)) {
        return std::vector<Entry>();
    }
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        return Error(base::codes::cannot_read, {{"file", path}, {"reason", std::strerror(errno)}});
    }
    const auto parsed = json::parse_or_nothing(text);
    if (!parsed || (*parsed)["format"].as_int() != 1 || !(*parsed)["models"].is_array()) {
        return Error(codes::no_index, {{"file", path}});
    }
    std::vector<Entry> entries;
    for (const json::Value& value : (*parsed)["models"].as_array()) {
        auto entry = entry_of(value);
        if (!entry) {
            return Error(codes::no_index, {{"file", path}});
        }
        entries.push_back(std::move(*entry));
    }
    return entries;
}

Result<void> change_index(const std::string& models_dir,
                          const std::function<void(std::vector<Entry>&)>& change) {
    std::error_code failure;
    fs::create_directories(models_dir, failure);
    if (failure) {
        return Error(base::codes::cannot_write,
                     {{"file", models_dir}, {"reason", failure.message()}});
    }
    const FolderLock lock(models_dir);
    auto entries = read_index(models_dir);
    PALIER_TRY(entries);
    change(*entries);
    return write_index(models_dir, *entries);
}

std::vector<Present> files_present(const Known& model,
                                   const std::string& models_dir,
                                   const std::vector<Entry>& index) {
    std::vector<Present> present;
    for (const KnownFile& file : model.files) {
        if (file.file.empty()) {
            continue;
        }
        const fs::path path = fs::path(models_dir) / file.file;
        std::error_code failure;
        const std::uintmax_t bytes = fs::file_size(path, failure);
        if (failure) {
            continue;
        }
        const bool ours = std::ranges::find(index, file.file, &Entry::file) != index.end();
        if (ours || !file.bytes || *file.bytes == bytes) {
            present.push_back({&model, &file, path.string(), bytes});
        }
    }
    return present;
}

Wanted wanted(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) {
        return {text, ""};
    }
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint64_t> free_bytes(const std::string& folder) {
    std::error_code failure;
    fs::path at = fs::absolute(folder, failure);
    while (!fs::exists(at, failure) && at.has_relative_path()) {
        at = at.parent_path();
    }
    struct statvfs status{};
    if (::statvfs(at.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

Result<void> check_room(const std::string& folder, std::uint64_t bytes) {
    const auto free = free_bytes(folder);
    if (free && *free < bytes + k_spare_bytes) {
        return Error(codes::no_room,
                     {{"folder", folder},
                      {"needed", show_bytes(bytes + k_spare_bytes)},
                      {"free", show_bytes(*free)}});
    }
    return {};
}

Result<Removed> remove_model(const std::string& name, const std::string& models_dir) {
    auto index = read_index(models_dir);
    PALIER_TRY(index);
    auto file = file_to_remove(name, models_dir, *index);
    PALIER_TRY(file);
    Removed removed;
    if (!file->empty()) {
        const fs::path path = fs::path(models_dir) / *file;
        const bool indexed = std::ranges::find(*index, *file, &Entry::file) != index->end();
        // A file of the catalogue's name that is another one was put there by somebody else.
        if (!indexed && fs::exists(path)) {
            const Known* known = catalogue().find(wanted(name).name);
            const auto present = files_present(*known, models_dir, *index);
            const bool ours = std::ranges::any_of(
                present, [&](const Present& one) { return one.path == path.string(); });
            if (!ours) {
                return Error(codes::not_ours_to_remove,
                             {{"model", path.string()}, {"folder", models_dir}});
            }
        }
        for (const char* ending : {"", ".part", ".part.json"}) {
            PALIER_TRY(remove_file(path.string() + ending, removed));
        }
        if (indexed) {
            PALIER_TRY(change_index(models_dir, [&](std::vector<Entry>& entries) {
                std::erase_if(entries, [&](const Entry& entry) { return entry.file == *file; });
            }));
        }
        if (removed.paths.empty() && indexed) {
            removed.paths.push_back(path.string());
        }
    }
    if (removed.paths.empty()) {
        return Error(codes::not_in_folder, {{"model", name}, {"folder", models_dir}});
    }
    return removed;
}

}  // namespace palier::catalog
