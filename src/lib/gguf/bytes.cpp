#include "lib/gguf/bytes.h"

#include "lib/gguf/codes.h"

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

Result<FileSource> FileSource::open(const std::string& path) {
    const auto failed = [&path] {
        return Error(codes::unreadable, {{"path", path}, {"why", std::strerror(errno)}});
    };
    FileSource source;
    source.path_ = path;
    source.file_.reset(std::fopen(path.c_str(), "rb"));
    if (!source.file_) {
        return failed();
    }
    struct stat status{};
    if (::fstat(::fileno(source.file_.get()), &status) != 0) {
        return failed();
    }
    if (!S_ISREG(status.st_mode)) {
        return Error(codes::unreadable, {{"path", path}, {"why", "it is not a regular file"}});
    }
    // The buffer is that of Bytes: stdio's own would be thrown away at every skip.
    std::setvbuf(source.file_.get(), nullptr, _IONBF, 0);
    source.size_ = static_cast<std::uint64_t>(status.st_size);
    return source;
}

Result<std::size_t> FileSource::read_at(std::uint64_t position, char* out, std::size_t count) {
    errno = 0;
    std::size_t read = 0;
    if (::fseeko(file_.get(), static_cast<off_t>(position), SEEK_SET) == 0) {
        read = std::fread(out, 1, count, file_.get());
    }
    if (read == 0) {
        const char* why = errno != 0 ? std::strerror(errno) : "it became shorter while it was read";
        return Error(codes::unreadable, {{"path", path_}, {"why", why}});
    }
    return read;
}

Result<std::size_t> MemorySource::read_at(std::uint64_t position, char* out, std::size_t count) {
    const std::size_t read = std::min<std::uint64_t>(count, bytes_.size() - position);
    std::memcpy(out, bytes_.data() + position, read);
    return read;
}

bool Bytes::refill() {
    if (failure_) {
        return false;
    }
    buffer_.resize(std::min<std::uint64_t>(k_buffer_bytes, left()));
    const auto read = source_->read_at(position_, buffer_.data(), buffer_.size());
    if (!read) {
        failure_ = read.error();
        buffer_.clear();
        return false;
    }
    buffer_.resize(*read);
    buffer_start_ = position_;
    return true;
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
