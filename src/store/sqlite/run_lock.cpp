#include "store/sqlite/run_lock.h"

#include "base/text.h"
#include "lib/sqlite/codes.h"
#include "store/codes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace palier::store_sqlite {
namespace {

constexpr std::size_t k_name_digits = 16;  // of the identity

class FileLock final : public store::RunLock {
   public:
    FileLock(int file, std::string path) : file_(file), path_(std::move(path)) {}
    ~FileLock() override {
        // Removed while it is held: who opened it meanwhile sees that the name is another file's.
        unlink(path_.c_str());
        close(file_);
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

   private:
    int file_;
    std::string path_;
};

class NoLock final : public store::RunLock {};

// "<process>\n<since>", as its holder wrote it.
std::pair<std::string, std::string> holder_in(int file) {
    std::array<char, 128> text{};
    const ssize_t length = pread(file, text.data(), text.size(), 0);
    const std::vector<std::string> lines =
        split({text.data(), static_cast<std::size_t>(std::max<ssize_t>(0, length))}, '\n');
    const bool whole = lines.size() >= 2 && is_valid_utf8(lines[0] + lines[1]);
    return whole ? std::pair(lines[0], lines[1]) : std::pair(std::string("?"), std::string("?"));
}

bool is_still_named(int file, const std::string& path) {
    struct stat opened{};
    struct stat named{};
    return fstat(file, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

Error cannot_be_made(const std::string& path, int reason) {
    return reason == ENOSPC || reason == EDQUOT
               ? Error(sqlite::codes::database_full, {{"file", path}})
               : Error(sqlite::codes::database_read_only,
                       {{"file", path}, {"reason", std::strerror(reason)}});
}

}  // namespace

Result<std::unique_ptr<store::RunLock>> lock_runs(const std::string& store_path,
                                                  std::string_view identity,
                                                  const std::string& now) {
    if (store_path == ":memory:") {
        return std::unique_ptr<store::RunLock>(std::make_unique<NoLock>());
    }
    const std::string path =
        store_path + "." + std::string(identity.substr(0, k_name_digits)) + ".lock";
    for (;;) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0) {
            return cannot_be_made(path, errno);
        }
        if (flock(file, LOCK_EX | LOCK_NB) != 0) {
            const auto [process, since] = holder_in(file);
            close(file);
            return Error(store::codes::run_in_progress, {{"process", process}, {"since", since}});
        }
        if (!is_still_named(file, path)) {  // its holder let go between open and flock
            close(file);
            continue;
        }
        const std::string holder = std::to_string(getpid()) + "\n" + now + "\n";
        if (ftruncate(file, 0) != 0 ||
            pwrite(file, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
            const int reason = errno;
            unlink(path.c_str());
            close(file);
            return cannot_be_made(path, reason);
        }
        return std::unique_ptr<store::RunLock>(std::make_unique<FileLock>(file, path));
    }
}

}  // namespace palier::store_sqlite
