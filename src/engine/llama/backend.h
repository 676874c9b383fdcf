// llama.cpp's process-wide state: its backend and its log.
#pragma once

#include <cstdint>
#include <string>

namespace palier::engine::llama {

// Once per process; later calls do nothing. llama.cpp's log goes to base/log at debug level, never
// to stdout. Thread-safe.
void start_backend();

// The last errors that llama.cpp logged, one line; reading forgets them. Thread-safe, but two
// models that fail to load at the same time may get each other's lines.
[[nodiscard]] std::string take_logged_errors();

// Bytes of the tensors that the latest quantising made or would make, as llama.cpp logs them (in
// hundredths of a mebibyte; its interface does not return them). 0: none was logged since the last
// call. Thread-safe.
[[nodiscard]] std::uint64_t take_quantised_bytes();

}  // namespace palier::engine::llama
