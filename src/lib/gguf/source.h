// Where the bytes of a model file come from: a disk, memory, or a server that gives byte ranges.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace palier::gguf {

// Not thread-safe.
class ByteSource {
   public:
    virtual ~ByteSource() = default;
    // Of the whole file, in bytes; does not change.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // Copies up to `count` bytes that begin at `position` (below size()) to `out` and tells how
    // many: at least one. Errors are those of the source.
    [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t position,
                                                      char* out,
                                                      std::size_t count) = 0;
};

// Bytes that somebody else keeps for as long as this is used.
class MemorySource final : public ByteSource {
   public:
    explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t position,
                                              char* out,
                                              std::size_t count) override;

   private:
    std::string_view bytes_;
};

}  // namespace palier::gguf
