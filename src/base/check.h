// PALIER_CHECK: an invariant of the program. Active in every build; a failure prints where and why
// to stderr and aborts, because the state is no longer known.
#pragma once

namespace palier {

[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace palier

#define PALIER_CHECK(condition, why)                                       \
    do {                                                                   \
        if (!(condition)) {                                                \
            ::palier::check_failed(#condition, (why), __FILE__, __LINE__); \
        }                                                                  \
    } while (false)
