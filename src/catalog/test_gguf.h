// For tests: small model files in memory, and a server's answer to a range request.
#pragma once

#include "lib/http/scripted_server.h"

#include <cstdint>
#include <string>
#include <utility>

namespace palier::catalog {

// A file of one tensor whose header has `filler_bytes` of text besides.
[[nodiscard]] std::string test_gguf(std::size_t filler_bytes);
// The beginning of a file whose array of strings has no end in sight.
[[nodiscard]] std::string endless_gguf_head();

// First and last byte that a request asks for, of a file of `total` bytes.
[[nodiscard]] std::pair<std::uint64_t, std::uint64_t> range_of(const http::Seen& seen,
                                                               std::uint64_t total);
// What a well-behaved server answers: the range of the file; all of it when If-Range names another
// ETag or no range is asked for.
[[nodiscard]] http::Step ranged(const std::string& file,
                                const http::Seen& seen,
                                const std::string& etag = "\"one\"");

}  // namespace palier::catalog
