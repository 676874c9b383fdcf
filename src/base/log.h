// What goes to stderr for the person at the terminal. stdout carries results only. Thread-safe.
#pragma once

#include <string_view>

namespace palier::log {

enum class Level { Debug, Info, Warning, Error };

// Messages below `level` are dropped. Default: Info; PALIER_LOG=debug lowers it.
void set_level(Level level);
void write(Level level, std::string_view message);

inline void debug(std::string_view message) {
    write(Level::Debug, message);
}
inline void info(std::string_view message) {
    write(Level::Info, message);
}
inline void warning(std::string_view message) {
    write(Level::Warning, message);
}
inline void error(std::string_view message) {
    write(Level::Error, message);
}

}  // namespace palier::log
