#include "base/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace palier {
namespace fs = std::filesystem;

Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        return Error(1001, {{"file", path}, {"reason", std::strerror(errno)}});
    }
    return text.str();
}

Result<void> write_file(const std::string& path, const std::string& text) {
    const fs::path beside = path + ".part";
    std::error_code failure;
    fs::create_directories(fs::path(path).parent_path(), failure);
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    const bool written = static_cast<bool>(file);
    const int reason = errno;
    if (written) {
        fs::rename(beside, path, failure);
    }
    if (!written || failure) {
        std::error_code ignored;
        fs::remove(beside, ignored);
        return Error(
            1002,
            {{"file", path}, {"reason", failure ? failure.message() : std::strerror(reason)}});
    }
    return {};
}

}  // namespace palier
