#include "lib/gguf/bytes.h"

#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace palier::gguf {

static_assert(std::endian::native == std::endian::little,
              "GGUF files are read as they lie on disk");

namespace {
constexpr std::size_t k_buffer_bytes = 64U << 10U;
}

Result<Bytes> Bytes::open(const std::string& path) {
    const auto failed = [&path] {
        return Error(2300, {{"path", path}, {"why", std::strerror(errno)}});
    };
    Bytes bytes;
    bytes.file_.reset(std::fopen(path.c_str(), "rb"));
    if (!bytes.file_) {
        return failed();
    }
    struct stat status{};
    if (::fstat(::fileno(bytes.file_.get()), &status) != 0) {
        return failed();
    }
    if (!S_ISREG(status.st_mode)) {
        return Error(2300, {{"path", path}, {"why", "it is not a regular file"}});
    }
    // The buffer is ours: stdio's own would be thrown away at every skip.
    std::setvbuf(bytes.file_.get(), nullptr, _IONBF, 0);
    bytes.size_ = static_cast<std::uint64_t>(status.st_size);
    return bytes;
}

bool Bytes::refill() {
    buffer_.resize(k_buffer_bytes);
    if (::fseeko(file_.get(), static_cast<off_t>(position_), SEEK_SET) != 0) {
        return false;
    }
    buffer_.resize(std::fread(buffer_.data(), 1, buffer_.size(), file_.get()));
    buffer_start_ = position_;
    return !buffer_.empty();
}

bool Bytes::take(void* out, std::uint64_t count) {
    if (count > left()) {
        return false;
    }
    auto* target = static_cast<char*>(out);
    while (count > 0) {
        const std::uint64_t within = position_ - buffer_start_;
        if (position_ < buffer_start_ || within >= buffer_.size()) {
            if (!refill()) {
                return false;
            }
            continue;
        }
        const std::uint64_t piece = std::min<std::uint64_t>(count, buffer_.size() - within);
        std::memcpy(target, buffer_.data() + within, piece);
        target += piece;
        position_ += piece;
        count -= piece;
    }
    return true;
}

bool Bytes::skip(std::uint64_t count) {
    if (count > left()) {
        return false;
    }
    position_ += count;
    return true;
}

}  // namespace palier::gguf
