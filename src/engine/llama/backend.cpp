#include "engine/llama/backend.h"

#include "base/log.h"
#include "base/text.h"

#include <ggml.h>
#include <llama.h>
#include <log.h>

#include <mutex>
#include <string_view>
#include <utility>

namespace palier::engine::llama {
namespace {

constexpr std::size_t k_kept_characters = 600;

struct LogState {
    std::mutex mutex;
    std::string line;  // llama.cpp writes some lines in pieces
    std::string errors;
    ggml_log_level level = GGML_LOG_LEVEL_NONE;  // of `line`
};

LogState& log_state() {
    static LogState state;
    return state;
}

void end_line(LogState& state) {
    const std::string_view line = trim(state.line);
    if (!line.empty()) {
        log::debug(line);
        if (state.level == GGML_LOG_LEVEL_ERROR && state.errors.size() < k_kept_characters) {
            state.errors += (state.errors.empty() ? "" : "; ") + std::string(line);
        }
    }
    state.line.clear();
}

void on_log(ggml_log_level level, const char* text, void* /*user*/) {
    LogState& state = log_state();
    const std::lock_guard lock(state.mutex);
    if (level == GGML_LOG_LEVEL_DEBUG) {
        return;  // a line for every tensor of every graph
    }
    if (level != GGML_LOG_LEVEL_CONT) {
        state.level = level;
    }
    for (const char c : std::string_view(text)) {
        if (c == '\n') {
            end_line(state);
        } else {
            state.line += c;
        }
    }
}

}  // namespace

void start_backend() {
    static std::once_flag once;
    std::call_once(once, [] {
        llama_log_set(on_log, nullptr);
        common_log_set_verbosity_thold(-1);  // llama-common has a log of its own
        llama_backend_init();
    });
}

std::string take_logged_errors() {
    LogState& state = log_state();
    const std::lock_guard lock(state.mutex);
    return shortened(std::exchange(state.errors, {}), k_kept_characters);
}

}  // namespace palier::engine::llama
