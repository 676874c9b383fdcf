// All answers of a recording: texts in one arena, found by the hashes of input and context.
#pragma once

#include "base/result.h"
#include "engine/recorded/format.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::engine::recorded {

// Immutable once loaded: safe to read from any thread.
class Answers {
   public:
    struct Found {
        std::string_view text;             // valid as long as the Answers
        std::optional<int> prompt_tokens;  // nullopt: not recorded
        std::optional<int> output_tokens;
        bool cut_at_limit = false;
        std::optional<FailureKind> failed;  // there is no text
    };

    // Errors 26xx; the file is read once, front to back.
    [[nodiscard]] static Result<Answers> load(const std::string& path);

    // In a file of version 1 the input alone decides.
    [[nodiscard]] std::optional<Found> find(std::string_view input, std::string_view context) const;

    [[nodiscard]] const Header& header() const { return header_; }
    [[nodiscard]] const std::string& file_sha256() const { return file_sha256_; }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

   private:
    using Key = std::array<std::uint8_t, 32>;
    struct Entry {
        Key key{};
        std::uint64_t begin = 0;  // in arena_
        std::uint32_t length = 0;
        std::uint32_t line = 0;
        std::optional<std::int32_t> prompt_tokens;
        std::optional<std::int32_t> output_tokens;
        bool cut_at_limit = false;
        std::optional<FailureKind> failed;
    };

    // Of the two hashes in hex; `context` may be "".
    [[nodiscard]] Key key_of(const std::string& input, const std::string& context) const;
    Result<void> add(const Line& line, const std::string& path, std::size_t number);
    Result<void> sort_and_check(const std::string& path);
    [[nodiscard]] std::string_view text_of(const Entry& entry) const;

    Header header_;
    std::string file_sha256_;
    std::string arena_;
    std::vector<Entry> entries_;  // by key
};

}  // namespace palier::engine::recorded
