// A source read forwards in small pieces, where every read is checked against the file's size.
#pragma once

#include "lib/gguf/source.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace palier::gguf {

// A regular file on disk.
class FileSource final : public ByteSource {
   public:
    // Error 2300.
    [[nodiscard]] static Result<FileSource> open(const std::string& path);
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t position,
                                              char* out,
                                              std::size_t count) override;

   private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    FileSource() = default;

    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t size_ = 0;
};

// Borrows the source. Not thread-safe.
class Bytes {
   public:
    explicit Bytes(ByteSource& source) : source_(&source), size_(source.size()) {}

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] std::uint64_t position() const { return position_; }
    [[nodiscard]] std::uint64_t left() const { return size_ - position_; }

    // False: fewer bytes are left (nothing is consumed), or the source failed (see failure()).
    [[nodiscard]] bool take(void* out, std::uint64_t count);
    [[nodiscard]] bool skip(std::uint64_t count);
    // What the source said when it failed.
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

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
    [[nodiscard]] bool refill();

    ByteSource* source_;
    std::uint64_t size_;
    std::uint64_t position_ = 0;  // of the next byte to take
    std::vector<char> buffer_;
    std::uint64_t buffer_start_ = 0;  // file position of buffer_[0]
    std::optional<Error> failure_;
};

}  // namespace palier::gguf
