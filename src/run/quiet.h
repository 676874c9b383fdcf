// Quiet: whether other processes leave this machine alone while something is timed. A figure taken
// beside them is no figure.
#pragma once

#include "base/clock.h"
#include "machine/others.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace palier::run {

// Not thread-safe.
class Quiet {
   public:
    // `others`: processors' worth that other processes took since it was last asked; nullopt = not
    // known yet (machine/others.h). `pause` waits. Empty functions: always quiet.
    Quiet(machine::OthersWatch others, std::function<void(Nanoseconds)> pause)
        : others_(std::move(others)), pause_(std::move(pause)) {}
    // This machine's; one that tells nothing is taken for quiet.
    [[nodiscard]] static Quiet of_machine(const std::string& root);
    // Nothing is watched: what is timed runs elsewhere.
    [[nodiscard]] static Quiet unwatched() { return {{}, {}}; }

    enum class Was { Quiet, Busy, NotKnownYet };
    // The time since it was last asked.
    [[nodiscard]] Was was();
    // Waits for half a second without others; false when it has waited for k_patience in all, over
    // every call, or somebody interrupts.
    [[nodiscard]] bool wait_until_quiet(const std::atomic<bool>& interrupted);
    [[nodiscard]] double seconds_waited() const;

    static constexpr std::chrono::seconds k_patience{60};

   private:
    machine::OthersWatch others_;
    std::function<void(Nanoseconds)> pause_;
    Nanoseconds waited_{0};
};

}  // namespace palier::run
