// llama.cpp's process-wide state: its backend and its log.
#pragma once

#include <string>

namespace palier::engine::llama {

// Once per process; later calls do nothing. llama.cpp's log goes to base/log at debug level, never
// to stdout. Thread-safe.
void start_backend();

// The last errors that llama.cpp logged, one line; reading forgets them. Thread-safe, but two
// models that fail to load at the same time may get each other's lines.
[[nodiscard]] std::string take_logged_errors();

}  // namespace palier::engine::llama
