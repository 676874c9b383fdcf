#include "base/files.h"

#include "base/codes.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

namespace palier {

Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        return Error(base::codes::cannot_read, {{"file", path}, {"reason", std::strerror(errno)}});
    }
    return text.str();
}

Result<void> write_file(const std::string& path, std::string_view text) {
    const std::string beside = path + ".part-" + std::to_string(getpid());
    const auto failed = [&](int reason) {
        std::remove(beside.c_str());
        return Error(reason == ENOSPC ? base::codes::disk_full : base::codes::cannot_write,
                     {{"file", path}, {"reason", std::strerror(reason)}});
    };
    std::FILE* file = std::fopen(beside.c_str(), "wb");
    if (!file) {
        return failed(errno);
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int reason = errno;
    if (std::fclose(file) != 0 || !written) {
        return failed(written ? errno : reason);
    }
    if (std::rename(beside.c_str(), path.c_str()) != 0) {
        return failed(errno);
    }
    return {};
}

}  // namespace palier
