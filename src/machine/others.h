// Others: how much of the processors other processes take while this one measures. A figure taken
// beside them says nothing about the machine.
#pragma once

#include "machine/limits.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace palier::machine {

// Of this process and the children that it has waited for, in clock ticks.
[[nodiscard]] std::optional<std::uint64_t> read_own_ticks(const std::string& root);

// Not thread-safe.
class Others {
   public:
    // `root`: below which /proc is read; "" = this machine's.
    explicit Others(std::string root);

    // False: this system does not tell.
    [[nodiscard]] bool tells() const { return last_.has_value(); }

    // Processors' worth of time that others took since the last call (or since the start), with
    // what a virtual machine's host took away; nullopt where the system does not tell, or when too
    // little time has passed to tell (less than half a second).
    [[nodiscard]] std::optional<double> since_last();

   private:
    struct Reading {
        BusyTicks machine;
        std::uint64_t own = 0;
    };
    [[nodiscard]] std::optional<Reading> read() const;

    std::string root_;
    std::optional<Reading> last_;
};

// since_last() of a watch that begins now. Empty where the system does not tell.
using OthersWatch = std::function<std::optional<double>()>;
[[nodiscard]] OthersWatch watch_others(const std::string& root);

// From here on a machine is busy: a quarter of a processor. A quiet desktop stays below a tenth.
inline constexpr double k_busy_processors = 0.25;

}  // namespace palier::machine
