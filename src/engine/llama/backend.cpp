#include "engine/llama/backend.h"

#include "base/log.h"
#include "base/text.h"

#include <ggml.h>
#include <llama.h>
#include <log.h>

#include <cstdlib>
#include <mutex>
#include <optional>
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
    std::uint64_t quantised_bytes = 0;
};

LogState& log_state() {
    static LogState state;
    return state;
}

// "llama_model_quantize_impl: quant size  =   373.71 MiB (4.91 BPW)"
std::optional<std::uint64_t> quantised_bytes_in(const std::string& line) {
    constexpr std::string_view k_before = "quant size";
    const std::size_t at = line.find(k_before);
    const std::size_t equals = at == std::string::npos ? at : line.find('=', at);
    if (equals == std::string::npos) {
        return std::nullopt;
    }
    constexpr double k_mebibyte = 1048576;
    const double mebibytes = std::strtod(line.c_str() + equals + 1, nullptr);
    return mebibytes > 0 ? std::optional(static_cast<std::uint64_t>(mebibytes * k_mebibyte))
                         : std::nullopt;
}

void end_line(LogState& state) {
    const std::string_view line = trim(state.line);
    if (!line.empty()) {
        state.quantised_bytes = quantised_bytes_in(state.line).value_or(state.quantised_bytes);
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

std::uint64_t take_quantised_bytes() {
    LogState& state = log_state();
    const std::lock_guard lock(state.mutex);
    return std::exchange(state.quantised_bytes, 0);
}

}  // namespace palier::engine::llama
