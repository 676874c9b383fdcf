#include "base/codes.h"
#include "base/text.h"
#include "catalog/codes.h"
#include "catalog/pull.h"
#include "lib/hash/sha256.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

// A file name without its ending as a name for a job: "My Model.Q4_0.gguf" -> "my-model.q4_0".
std::string name_from(const fs::path& file) {
    std::string name =
        to_lower((file.extension() == ".gguf" ? file.stem() : file.filename()).string());
    for (char& c : name) {
        if (c == ' ' || c == ':' || static_cast<unsigned char>(c) < 0x20) {
            c = '-';
        }
    }
    return name;
}

bool is_good_name(const std::string& name) {
    return !name.empty() && !name.starts_with('.') && !name.starts_with('-') &&
           to_lower(name) == name && !name.ends_with(".gguf") &&
           std::ranges::none_of(name, [](char c) {
               return c == ':' || c == '/' || static_cast<unsigned char>(c) <= 0x20;
           });
}

// The catalogue's file with this checksum.
std::optional<Present> known_by(const std::string& sha256) {
    for (const Known& model : catalogue().models) {
        for (const KnownFile& file : model.files) {
            if (!file.sha256.empty() && file.sha256 == sha256) {
                return Present{&model, &file, "", 0};
            }
        }
    }
    return std::nullopt;
}

// Copies with a name that is only there at the end. False: interrupted.
class Copy {
   public:
    Copy(const std::string& from, const std::string& to, const ImportOptions& options)
        : from_(from), to_(to), beside_(to + ".copying"), options_(options) {}

    Result<bool> run(std::uint64_t total) {
        source_ = std::fopen(from_.c_str(), "rb");
        if (source_ == nullptr) {
            return Error(base::codes::cannot_read,
                         {{"file", from_}, {"reason", std::strerror(errno)}});
        }
        target_ = std::fopen(beside_.c_str(), "wb");
        const auto copied =
            target_ == nullptr ? Result<bool>(write_failure(to_, errno)) : pieces(total);
        std::fclose(source_);
        int reason = 0;
        if (target_ != nullptr) {
            reason = std::fflush(target_) == 0 && ::fsync(::fileno(target_)) == 0 ? 0 : errno;
            reason = std::fclose(target_) == 0 || reason != 0 ? reason : errno;
        }
        if (copied && *copied && reason == 0 && std::rename(beside_.c_str(), to_.c_str()) == 0) {
            return true;
        }
        reason = reason != 0 ? reason : errno;
        std::remove(beside_.c_str());
        return copied && *copied ? Result<bool>(write_failure(to_, reason)) : copied;
    }

   private:
    Result<bool> pieces(std::uint64_t total) {
        std::vector<char> buffer(1U << 20U);
        std::uint64_t done = 0;
        while (true) {
            if (options_.interrupted != nullptr && *options_.interrupted) {
                return false;
            }
            const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), source_);
            if (count == 0) {
                break;
            }
            if (std::fwrite(buffer.data(), 1, count, target_) != count) {
                return write_failure(to_, errno);
            }
            done += count;
            if (options_.on_progress) {
                options_.on_progress(done, total);
            }
        }
        if (std::ferror(source_) != 0) {
            return Error(base::codes::cannot_read,
                         {{"file", from_}, {"reason", std::strerror(errno)}});
        }
        return true;
    }

    std::string from_;
    std::string to_;
    std::string beside_;
    const ImportOptions& options_;
    std::FILE* source_ = nullptr;
    std::FILE* target_ = nullptr;
};

// Name, file and place of what is imported, or why they cannot be.
Result<Entry> entry_for(const fs::path& file,
                        const std::string& sha256,
                        const ImportOptions& options,
                        const std::vector<Entry>& index) {
    Entry entry;
    entry.sha256 = sha256;
    entry.from = fs::absolute(file).string();
    entry.file = file.filename().string();
    const auto known = known_by(sha256);
    if (known) {
        entry.model = known->model->name;
        entry.quantisation = known->file->quantisation;
        entry.file = known->file->file;
        const bool usual = known->model->recommended() == known->file;
        entry.name = usual ? entry.model : entry.model + ":" + to_lower(known->file->quantisation);
    }
    if (!options.name.empty() || !known) {
        entry.name = options.name.empty() ? name_from(file) : options.name;
        if (!is_good_name(entry.name)) {
            return Error(codes::unusable_name, {{"name", entry.name}});
        }
        const Known* taken = catalogue().find(entry.name);
        if (taken != nullptr && taken->name != entry.model) {
            return Error(codes::name_taken, {{"name", entry.name}, {"by", taken->title}});
        }
    }
    for (const Entry& other : index) {
        const bool same = other.sha256 == sha256;
        if (!same && (other.name == entry.name || other.file == entry.file)) {
            return Error(codes::name_taken, {{"name", entry.name}, {"by", other.file}});
        }
    }
    return entry;
}

}  // namespace

Result<Imported> import_model(const std::string& path, const ImportOptions& options) {
    const auto header = gguf::read(path);
    PALIER_TRY(header);
    auto sha256 = hash::sha256_file(path);
    PALIER_TRY(sha256);
    auto index = read_index(options.models_dir);
    PALIER_TRY(index);
    auto entry = entry_for(path, *sha256, options, *index);
    PALIER_TRY(entry);
    entry->bytes = header->file_bytes;
    std::error_code failure;
    fs::create_directories(options.models_dir, failure);
    if (failure) {
        return Error(base::codes::cannot_write,
                     {{"file", options.models_dir}, {"reason", failure.message()}});
    }
    const fs::path target = fs::path(options.models_dir) / entry->file;
    if (fs::exists(fs::symlink_status(target, failure))) {
        // Already in its place, by this path or as another copy of the same bytes.
        const auto there = hash::sha256_file(target.string());
        if (!there || *there != *sha256) {
            return Error(codes::name_taken, {{"name", entry->name}, {"by", target.string()}});
        }
        entry->linked = fs::is_symlink(target, failure);
    } else if (options.link) {
        fs::create_symlink(fs::absolute(path), target, failure);
        if (failure) {
            return write_failure(target.string(), failure.value());
        }
        entry->linked = true;
    } else {
        PALIER_TRY(check_room(options.models_dir, entry->bytes));
        const auto copied = Copy(path, target.string(), options).run(entry->bytes);
        PALIER_TRY(copied);
        if (!*copied) {
            return Imported{std::move(*entry), true};
        }
    }
    PALIER_TRY(change_index(options.models_dir, [&](std::vector<Entry>& entries) {
        std::erase_if(entries, [&](const Entry& one) {
            return one.file == entry->file || one.name == entry->name;
        });
        entries.push_back(*entry);
    }));
    return Imported{std::move(*entry), false};
}

}  // namespace palier::catalog
