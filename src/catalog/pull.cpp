#include "catalog/pull.h"

#include "base/codes.h"
#include "base/text.h"
#include "catalog/codes.h"
#include "lib/hash/sha256.h"
#include "lib/json/json.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;

// An open .part file that no other process writes.
class Part {
   public:
    Part() = default;
    ~Part() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    Result<void> open(const std::string& path) {
        path_ = path;
        descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor_ < 0) {
            return write_failure(path, errno);
        }
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            return Error(codes::being_written, {{"file", path}});
        }
        // Another palier may have finished and renamed it between the two calls above.
        struct stat held{};
        struct stat named{};
        if (::fstat(descriptor_, &held) != 0 || ::stat(path.c_str(), &named) != 0 ||
            held.st_ino != named.st_ino) {
            return Error(codes::being_written, {{"file", path}});
        }
        size_ = static_cast<std::uint64_t>(held.st_size);
        return {};
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }

    // False: `reason` says why; what was written before is kept.
    bool append(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count =
                ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
            if (count < 0 && errno == EINTR) {
                continue;
            }
            if (count <= 0) {
                reason = count < 0 ? errno : ENOSPC;
                return false;
            }
            size_ += static_cast<std::uint64_t>(count);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    bool cut_to(std::uint64_t size) {
        size_ = size;
        const bool cut = ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0;
        reason = cut ? 0 : errno;
        return cut;
    }
    bool to_disk() {
        const bool synced = ::fsync(descriptor_) == 0;
        reason = synced ? 0 : errno;
        return synced;
    }

    int reason = 0;  // errno of what failed last

   private:
    std::string path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

// What a .part file is a part of, kept beside it.
struct PartOf {
    std::string etag;
    std::string sha256;
    std::uint64_t total = 0;
};

PartOf read_part_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto parsed = json::parse_or_nothing(text);
    if (!parsed) {
        return {};  // without it the download begins anew
    }
    return {(*parsed)["etag"].as_string(),
            (*parsed)["sha256"].as_string(),
            static_cast<std::uint64_t>((*parsed)["total"].as_int())};
}

bool write_part_of(const std::string& path, const PartOf& of) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << json::write(json::Object{{"etag", of.etag}, {"sha256", of.sha256}, {"total", of.total}})
         << "\n";
    return static_cast<bool>(file.flush());
}

// A weak one does not promise the same bytes (RFC 9110 section 13.1.5).
std::string strong(const std::string& etag) {
    return etag.starts_with("W/") ? std::string() : etag;
}

// Only what may be better in a moment is tried again.
bool may_pass(const Error& error) {
    if (error.code != codes::hub_status) {
        return error.code == codes::hub_unreachable || error.code == codes::transfer_broke_off;
    }
    const auto status =
        std::ranges::find(error.args, "status", &std::pair<std::string, std::string>::first);
    return status != error.args.end() &&
           (status->second.starts_with('5') || status->second == "429" || status->second == "408");
}

class Pull {
   public:
    Pull(const Known& model, const KnownFile& file, const PullOptions& options)
        : model_(model),
          file_(file),
          options_(options),
          path_((fs::path(options.models_dir) / file.file).string()),
          url_(hub_url(options.hub, file)) {}

    Result<Pulled> run() {
        const auto there = already_there();
        PALIER_TRY(there);
        if (*there) {
            return done(true);
        }
        PALIER_TRY(judge());
        if (result_.interrupted) {
            return result_;
        }
        PALIER_TRY(expect());
        std::error_code failure;
        fs::create_directories(options_.models_dir, failure);
        if (failure) {
            return Error(base::codes::cannot_write,
                         {{"file", options_.models_dir}, {"reason", failure.message()}});
        }
        PALIER_TRY(part_.open(path_ + ".part"));
        PALIER_TRY(resume());
        PALIER_TRY(download());
        if (result_.interrupted) {
            return result_;
        }
        PALIER_TRY(verify());
        return done(false);
    }

   private:
    Result<bool> already_there() {
        std::error_code failure;
        if (!fs::exists(path_, failure)) {
            return false;
        }
        auto sha256 = hash::sha256_file(path_);
        PALIER_TRY(sha256);
        auto index = read_index(options_.models_dir);
        PALIER_TRY(index);
        const auto entry = std::ranges::find(*index, file_.file, &Entry::file);
        const std::string expected = !file_.sha256.empty()   ? file_.sha256
                                     : entry != index->end() ? entry->sha256
                                                             : std::string();
        if (*sha256 != expected) {
            return Error(codes::other_file,
                         {{"model", model_.name},
                          {"file", path_},
                          {"found", *sha256},
                          {"expected", expected.empty() ? "-" : expected}});
        }
        result_.sha256 = *sha256;
        result_.compared_with = file_.sha256.empty() ? Judge::Nobody : Judge::Catalogue;
        return true;
    }

    // The header over byte ranges; a server without ranges is told, and the file judged at the end.
    Result<void> judge() {
        auto header = read_remote_header(client_, url_, options_.patience, options_.interrupted);
        if (options_.interrupted != nullptr && *options_.interrupted) {
            result_.interrupted = true;
            return {};
        }
        if (!header && header.error().code == codes::hub_without_ranges) {
            if (options_.events.on_not_judged) {
                options_.events.on_not_judged();
            }
            return {};
        }
        PALIER_TRY(header);
        hub_ = header->file;
        if (options_.events.on_judged) {
            options_.events.on_judged(*header);
        }
        return {};
    }

    // What must come: the catalogue's checksum, or else the hub's.
    Result<void> expect() {
        of_.total = hub_.total.value_or(0);
        of_.sha256 = !file_.sha256.empty() ? file_.sha256 : hub_.sha256;
        result_.compared_with = !file_.sha256.empty()  ? Judge::Catalogue
                                : !hub_.sha256.empty() ? Judge::Hub
                                                       : Judge::Nobody;
        if (file_.sha256.empty()) {
            return {};
        }
        const bool other_sha = !hub_.sha256.empty() && hub_.sha256 != file_.sha256;
        const bool other_size = hub_.total && file_.bytes && *hub_.total != *file_.bytes;
        if (other_sha || other_size) {
            return Error(
                codes::other_model_at_hub,
                {{"url", url_},
                 {"model", model_.name},
                 {"found", other_sha ? hub_.sha256 : std::to_string(*hub_.total)},
                 {"expected", other_sha ? file_.sha256 : std::to_string(file_.bytes.value_or(0))}});
        }
        return {};
    }

    // Keeps what an earlier call brought, if it belongs to the same file.
    Result<void> resume() {
        const PartOf before = read_part_of(path_ + ".part.json");
        const bool same = before.sha256 == of_.sha256 &&
                          (of_.total == 0 || before.total == of_.total) &&
                          (!before.etag.empty() || !of_.sha256.empty());
        if (part_.size() > 0 && (!same || part_.size() > before.total) && !part_.cut_to(0)) {
            return write_failure(path_ + ".part", part_.reason);
        }
        if (part_.size() > 0) {
            of_.etag = before.etag;
            of_.total = before.total;
            if (options_.events.on_resumed) {
                options_.events.on_resumed(part_.size());
            }
        }
        return {};
    }

    Result<void> download() {
        int tries = options_.tries;
        bool whole = of_.total > 0 && part_.size() == of_.total;
        while (!whole) {
            const std::uint64_t before = part_.size();
            const auto end = attempt();
            if (part_.reason != 0) {
                return write_failure(path_ + ".part", part_.reason);
            }
            if (stopped_) {
                return *stopped_;
            }
            if (end && end->interrupted && !anew_) {
                result_.interrupted = true;
                return {};
            }
            anew_ = false;
            whole = end && !end->interrupted && (of_.total == 0 || part_.size() == of_.total);
            if (whole) {
                break;
            }
            const Error why = end ? Error(codes::transfer_broke_off,
                                          {{"host", url_}, {"reason", "the file is not whole"}})
                                  : end.error();
            // Only what may pass by itself is tried again.
            tries = part_.size() > before ? options_.tries : tries - 1;
            if (!may_pass(why) || tries <= 0) {
                return why;
            }
            if (options_.events.on_retry) {
                options_.events.on_retry(why, tries);
            }
            if (!paused()) {
                result_.interrupted = true;
                return {};
            }
        }
        return {};
    }

    Result<RangeEnd> attempt() {
        RangeRequest request;
        request.url = url_;
        request.first = part_.size();
        request.if_range = request.first > 0 ? strong(of_.etag) : "";
        request.whole_is_fine = true;
        request.patience = options_.patience;
        request.interrupted = options_.interrupted;
        return get_range(client_,
                         request,
                         {.on_head = [this](const RangeHead& head) { return begun(head); },
                          .on_bytes = [this](std::string_view bytes) { return taken(bytes); }});
    }

    bool begun(const RangeHead& head) {
        const bool other = head.partial && part_.size() > 0 && of_.total > 0 &&
                           (*head.total != of_.total ||
                            (!of_.etag.empty() && !head.etag.empty() && head.etag != of_.etag));
        // The whole file comes, or a part of another one: what is there is of no use.
        if ((!head.partial || other) && part_.size() > 0 && !part_.cut_to(0)) {
            return false;
        }
        of_.etag = head.etag;
        of_.total = head.total.value_or(of_.total);
        if (of_.sha256.empty() && !head.sha256.empty()) {
            of_.sha256 = head.sha256;
            result_.compared_with = Judge::Hub;
        }
        const auto room =
            check_room(options_.models_dir, of_.total - std::min(of_.total, part_.size()));
        if (!room) {
            stopped_ = room.error();
            return false;
        }
        anew_ = other;
        if (!write_part_of(path_ + ".part.json", of_)) {
            part_.reason = errno != 0 ? errno : ENOSPC;
            return false;
        }
        return !other;
    }

    bool taken(std::string_view bytes) {
        // A server that tells no length must not fill the disk.
        const std::uint64_t most = of_.total > 0 ? of_.total : file_.bytes.value_or(UINT64_MAX);
        if (bytes.size() > most - std::min(most, part_.size())) {
            stopped_ = Error(codes::other_model_at_hub,
                             {{"url", url_},
                              {"model", model_.name},
                              {"found", "> " + std::to_string(most)},
                              {"expected", std::to_string(most)}});
            return false;
        }
        if (!part_.append(bytes)) {
            return false;
        }
        if (options_.events.on_progress) {
            options_.events.on_progress(part_.size(), of_.total);
        }
        return true;
    }

    // False: interrupted while waiting.
    [[nodiscard]] bool paused() const {
        const auto until = std::chrono::steady_clock::now() + options_.pause;
        while (std::chrono::steady_clock::now() < until) {
            if (options_.interrupted != nullptr && *options_.interrupted) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return true;
    }

    Result<void> verify() {
        if (!part_.to_disk()) {
            return write_failure(path_ + ".part", part_.reason);
        }
        auto sha256 = hash::sha256_file(path_ + ".part");
        PALIER_TRY(sha256);
        if (!of_.sha256.empty() && *sha256 != of_.sha256) {
            forget_part();
            return Error(
                codes::wrong_checksum,
                {{"url", url_}, {"found", *sha256}, {"expected", of_.sha256}, {"file", path_}});
        }
        // Judged again as it lies there: the server was free to send something else.
        const auto header = gguf::read(path_ + ".part");
        if (!header) {
            forget_part();
            return header.error();
        }
        result_.sha256 = std::move(*sha256);
        std::error_code failure;
        fs::rename(path_ + ".part", path_, failure);
        if (failure) {
            return Error(base::codes::cannot_write,
                         {{"file", path_}, {"reason", failure.message()}});
        }
        fs::remove(path_ + ".part.json", failure);
        return {};
    }

    void forget_part() const {
        std::error_code ignored;
        fs::remove(path_ + ".part", ignored);
        fs::remove(path_ + ".part.json", ignored);
    }

    Result<Pulled> done(bool already) {
        result_.path = path_;
        result_.already_there = already;
        std::error_code failure;
        result_.bytes = fs::file_size(path_, failure);
        PALIER_TRY(change_index(options_.models_dir, [&](std::vector<Entry>& entries) {
            const auto entry = std::ranges::find(entries, file_.file, &Entry::file);
            if (entry != entries.end() && already) {
                return;
            }
            std::erase_if(entries, [&](const Entry& one) { return one.file == file_.file; });
            const KnownFile* usual = model_.recommended();
            const bool is_usual = usual != nullptr && usual->file == file_.file;
            entries.push_back(
                {is_usual ? model_.name : model_.name + ":" + to_lower(file_.quantisation),
                 file_.file,
                 result_.sha256,
                 result_.bytes,
                 model_.name,
                 file_.quantisation,
                 already ? "" : url_,
                 false});
        }));
        return result_;
    }

    const Known& model_;
    const KnownFile& file_;
    const PullOptions& options_;
    std::string path_;
    std::string url_;
    http::Client client_;
    RangeHead hub_;
    PartOf of_;  // what must come
    Part part_;
    std::optional<Error> stopped_;  // by begun() or taken()
    bool anew_ = false;             // another file began to come: the next try starts at its start
    Pulled result_;
};

}  // namespace

Error write_failure(const std::string& path, int reason) {
    const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
    return Error(full ? codes::disk_full_while_writing : base::codes::cannot_write,
                 {{"file", path}, {"reason", std::strerror(reason)}});
}

std::string hub_address() {
    const char* mirror = std::getenv("HF_ENDPOINT");
    std::string address = mirror != nullptr && *mirror != '\0' ? mirror : "https://huggingface.co";
    while (address.ends_with('/')) {
        address.pop_back();
    }
    return address;
}

std::string hub_url(const std::string& hub, const KnownFile& file) {
    return hub + "/" + file.repository + "/resolve/main/" + file.file;
}

Result<Pulled> pull(const Known& model, const KnownFile& file, const PullOptions& options) {
    if (!file.on_hub() || file.file.empty()) {
        return Error(codes::not_on_hub, {{"model", model.name}, {"repository", file.repository}});
    }
    return Pull(model, file, options).run();
}

}  // namespace palier::catalog
