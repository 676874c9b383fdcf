// A file read forwards in small pieces, where every read is checked against the file's size.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace palier::gguf {

// Not thread-safe.
class Bytes {
   public:
    // Error 2300.
    [[nodiscard]] static Result<Bytes> open(const std::string& path);

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] std::uint64_t position() const { return position_; }
    [[nodiscard]] std::uint64_t left() const { return size_ - position_; }

    // False: fewer bytes are left (nothing is consumed), or the disk failed.
    [[nodiscard]] bool take(void* out, std::uint64_t count);
    [[nodiscard]] bool skip(std::uint64_t count);

    // Little-endian numbers.
    template <class T>
    [[nodiscard]] std::optional<T> number() {
        T value{};
        if (!take(&value, sizeof value)) {
            return std::nullopt;
        }
        return value;
    }

   private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    Bytes() = default;
    [[nodiscard]] bool refill();

    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t size_ = 0;
    std::uint64_t position_ = 0;  // of the next byte to take
    std::vector<char> buffer_;
    std::uint64_t buffer_start_ = 0;  // file position of buffer_[0]
};

}  // namespace palier::gguf
