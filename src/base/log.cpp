#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace palier::log {
namespace {

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::Debug:
            return spdlog::level::debug;
        case Level::Info:
            return spdlog::level::info;
        case Level::Warning:
            return spdlog::level::warn;
        case Level::Error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "palier", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("palier: %v");
        const char* asked = std::getenv("PALIER_LOG");
        made->set_level(asked && std::string(asked) == "debug" ? spdlog::level::debug
                                                               : spdlog::level::info);
        return made;
    }();
    return *instance;
}

}  // namespace

void set_level(Level level) {
    logger().set_level(level_of(level));
}

void write(Level level, std::string_view message) {
    logger().log(level_of(level), "{}", message);
}

}  // namespace palier::log
