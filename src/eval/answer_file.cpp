#include "eval/answer_file.h"

#include "base/codes.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/records.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace palier::eval {
namespace {

namespace fs = std::filesystem;

// Everything or an errno.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return 0;
}

// A name in a folder is on disk only once the folder is. Not every file system can say so, and then
// nothing more can be done.
void sync_folder_of(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
}

}  // namespace

AnswerFile::AnswerFile(AnswerFile&& other) noexcept
    : path_(std::move(other.path_)),
      lines_(std::move(other.lines_)),
      ends_(std::move(other.ends_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      was_cut_(other.was_cut_) {}

AnswerFile::~AnswerFile() {
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

Error AnswerFile::failed(int reason) const {
    return Error(reason == ENOSPC ? base::codes::disk_full : base::codes::cannot_write,
                 {{"file", path_}, {"reason", std::strerror(reason)}});
}

Result<AnswerFile> AnswerFile::open(const std::string& path) {
    AnswerFile file(path);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        return file;
    }
    const auto bytes = read_bytes(path);
    if (!bytes) {
        return Error(base::codes::cannot_read,
                     {{"file", path}, {"reason", bytes.error().args.back().second}});
    }
    std::int64_t line = 0;
    std::size_t start = 0;
    for (std::size_t end = bytes->find('\n'); end != std::string::npos;
         end = bytes->find('\n', start)) {
        ++line;
        const std::string_view text = trim(std::string_view(*bytes).substr(start, end - start));
        start = end + 1;
        auto parsed = json::parse(text);
        const auto* error = std::get_if<json::ParseError>(&parsed);
        if (error != nullptr || !std::get<json::Value>(parsed).is_object()) {
            return Error(codes::no_labelled_line,
                         {{"file", path},
                          {"line", std::to_string(line)},
                          {"what", error != nullptr ? error->what : "{...} expected"}});
        }
        file.lines_.push_back(std::get<json::Value>(std::move(parsed)));
        file.ends_.push_back(static_cast<std::int64_t>(start));
    }
    file.was_cut_ = start < bytes->size();
    if (file.was_cut_) {
        PALIER_TRY(file.open_descriptor());
        if (ftruncate(file.descriptor_, file.end()) != 0 || fsync(file.descriptor_) != 0) {
            return file.failed(errno);
        }
    }
    return file;
}

Result<void> AnswerFile::open_descriptor() {
    if (descriptor_ >= 0) {
        return {};
    }
    constexpr mode_t k_mode = 0644;
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, k_mode);
    if (descriptor_ < 0) {
        return failed(errno);
    }
    sync_folder_of(path_);
    return {};
}

Result<void> AnswerFile::append(json::Value line) {
    PALIER_TRY(open_descriptor());
    const std::string text = json::write(line) + "\n";
    int reason = lseek(descriptor_, end(), SEEK_SET) < 0 ? errno : write_all(descriptor_, text);
    if (reason == 0 && fsync(descriptor_) != 0) {
        reason = errno;
    }
    if (reason != 0) {
        // Whatever was written of the line goes again.
        (void)!ftruncate(descriptor_, end());
        return failed(reason);
    }
    ends_.push_back(end() + static_cast<std::int64_t>(text.size()));
    lines_.push_back(std::move(line));
    return {};
}

Result<void> AnswerFile::undo() {
    PALIER_CHECK(!lines_.empty(), "there is an answer to take back");
    PALIER_TRY(open_descriptor());
    const std::int64_t before = ends_.size() < 2 ? 0 : ends_[ends_.size() - 2];
    if (ftruncate(descriptor_, before) != 0 || fsync(descriptor_) != 0) {
        return failed(errno);
    }
    ends_.pop_back();
    lines_.pop_back();
    return {};
}

Result<void> AnswerFile::rewrite(std::vector<json::Value> lines) {
    AnswerFile fresh(path_ + ".part-" + std::to_string(getpid()));
    std::remove(fresh.path_.c_str());
    PALIER_TRY(fresh.open_descriptor());
    std::string text;
    std::vector<std::int64_t> ends;
    for (const json::Value& line : lines) {
        text += json::write(line) + "\n";
        ends.push_back(static_cast<std::int64_t>(text.size()));
    }
    int reason = write_all(fresh.descriptor_, text);
    if (reason == 0 &&
        (fsync(fresh.descriptor_) != 0 || std::rename(fresh.path_.c_str(), path_.c_str()) != 0)) {
        reason = errno;
    }
    if (reason != 0) {
        std::remove(fresh.path_.c_str());
        return failed(reason);
    }
    sync_folder_of(path_);
    std::swap(descriptor_, fresh.descriptor_);
    lines_ = std::move(lines);
    ends_ = std::move(ends);
    return {};
}

}  // namespace palier::eval
