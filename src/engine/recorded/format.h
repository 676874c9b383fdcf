// The file of recorded answers, line by line (docs/formats/recorded.md): a header, then one answer
// a line, found by the SHA-256 of the case's input and that of its context.
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "lib/json/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palier::engine::recorded {

inline constexpr int k_version = 2;           // what is written
inline constexpr int k_version_by_input = 1;  // read too: its answers know no context

struct Header {
    int version = k_version;
    std::string model;
    std::string date;                         // ISO 8601
    json::Value settings = json::Object{};    // an object: prompt, sampling, engine build...
    std::optional<std::uint64_t> parameters;  // of the model
};

struct Line {
    std::string input_sha256;    // 64 lower-case hex digits
    std::string context_sha256;  // likewise; "" = the case has no context
    std::string answer;
    std::optional<int> prompt_tokens;
    std::optional<int> output_tokens;
    bool cut_at_limit = false;          // the answer ended at max_tokens
    std::optional<FailureKind> failed;  // one of the model's: `answer` is ""
};

// One line each, with its "\n".
[[nodiscard]] std::string write_header(const Header& header);
// Sets both hashes from the texts; an empty context has none.
[[nodiscard]] std::string write_answer(std::string_view input,
                                       std::string_view context,
                                       const Line& line);

// Errors 2601..2604 and 2606, naming `path` and `number` (lines count from 1). `version` is that of
// the header.
[[nodiscard]] Result<Header> parse_header(std::string_view text, const std::string& path);
[[nodiscard]] Result<Line> parse_answer(std::string_view text,
                                        const std::string& path,
                                        std::size_t number,
                                        int version = k_version);

}  // namespace palier::engine::recorded
