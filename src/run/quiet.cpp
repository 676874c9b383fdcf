#include "run/quiet.h"

#include "machine/others.h"

#include <thread>

namespace palier::run {
namespace {

constexpr Nanoseconds k_look = std::chrono::milliseconds(600);
// So many readings in a row without a word, each after a pause: this system does not tell.
constexpr int k_silent_enough = 2;

}  // namespace

Quiet Quiet::of_machine(const std::string& root) {
    auto others = std::make_shared<machine::Others>(root);
    return {[others] { return others->since_last(); },
            [](Nanoseconds time) { std::this_thread::sleep_for(time); }};
}

Quiet::Was Quiet::was() {
    if (!others_) {
        return Was::Quiet;
    }
    const std::optional<double> taken = others_();
    if (!taken) {
        return silent_ >= k_silent_enough ? Was::Quiet : Was::NotKnownYet;
    }
    silent_ = 0;
    return *taken >= machine::k_busy_processors ? Was::Busy : Was::Quiet;
}

bool Quiet::wait_until_quiet(const std::atomic<bool>& interrupted) {
    while (!interrupted.load()) {
        if (waited_ >= k_patience) {
            return false;
        }
        if (pause_) {
            pause_(k_look);
        }
        const Was now = was();
        if (now == Was::Quiet) {
            return true;
        }
        silent_ += now == Was::NotKnownYet ? 1 : 0;
        waited_ += k_look;
    }
    return false;
}

double Quiet::seconds_waited() const {
    return std::chrono::duration<double>(waited_).count();
}

}  // namespace palier::run
