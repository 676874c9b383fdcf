#include "run/quiet.h"

#include "machine/others.h"

#include <thread>

namespace palier::run {
namespace {

constexpr Nanoseconds k_look = std::chrono::milliseconds(600);

}  // namespace

Quiet Quiet::of_machine(const std::string& root) {
    return {machine::watch_others(root),
            [](Nanoseconds time) { std::this_thread::sleep_for(time); }};
}

Quiet::Was Quiet::was() {
    if (!others_) {
        return Was::Quiet;
    }
    const std::optional<double> taken = others_();
    if (!taken) {
        return Was::NotKnownYet;
    }
    return *taken >= machine::k_busy_processors ? Was::Busy : Was::Quiet;
}

bool Quiet::wait_until_quiet(const std::atomic<bool>& interrupted) {
    if (!others_) {
        return true;
    }
    while (!interrupted.load()) {
        if (waited_ >= k_patience) {
            return false;
        }
        pause_(k_look);
        if (was() == Was::Quiet) {
            return true;
        }
        waited_ += k_look;
    }
    return false;
}

double Quiet::seconds_waited() const {
    return std::chrono::duration<double>(waited_).count();
}

}  // namespace palier::run
