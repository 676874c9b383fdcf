#include "run/quiet.h"

#include <doctest/doctest.h>

#include <vector>

namespace palier::run {
namespace {

// A machine whose others take this much, one reading after the other; the last one stays.
struct Machine {
    std::vector<std::optional<double>> readings;
    std::size_t next = 0;
    Nanoseconds paused{0};
    std::atomic<bool> interrupted{false};

    Quiet quiet() {
        return {[this] { return readings[std::min(next++, readings.size() - 1)]; },
                [this](Nanoseconds time) { paused += time; }};
    }
};

}  // namespace

TEST_CASE("a machine is busy from a quarter of a processor on, and until then it is quiet") {
    Machine machine{{0.0, 0.24, 0.25, 2.0}};
    Quiet quiet = machine.quiet();
    CHECK(quiet.was() == Quiet::Was::Quiet);
    CHECK(quiet.was() == Quiet::Was::Quiet);
    CHECK(quiet.was() == Quiet::Was::Busy);
    CHECK(quiet.was() == Quiet::Was::Busy);
}

TEST_CASE("waiting ends with the first quiet half second") {
    Machine machine{{1.0, 1.0, 0.1}};
    Quiet quiet = machine.quiet();
    CHECK(quiet.wait_until_quiet(machine.interrupted));
    CHECK(machine.next == 3);
    CHECK(machine.paused < std::chrono::seconds(3));
}

TEST_CASE("patience is one for all waits together, and waiting can be interrupted") {
    Machine machine{{1.0}};
    Quiet quiet = machine.quiet();
    CHECK_FALSE(quiet.wait_until_quiet(machine.interrupted));
    CHECK(machine.paused >= Quiet::k_patience);
    CHECK(machine.paused < Quiet::k_patience + std::chrono::seconds(1));
    const Nanoseconds before = machine.paused;
    CHECK_FALSE(quiet.wait_until_quiet(machine.interrupted));
    CHECK(machine.paused == before);
    Quiet another = machine.quiet();
    machine.interrupted = true;
    CHECK_FALSE(another.wait_until_quiet(machine.interrupted));
}

TEST_CASE("what is not known yet is neither, and what is not watched is quiet") {
    Machine machine{{std::nullopt, 0.0}};
    Quiet quiet = machine.quiet();
    CHECK(quiet.was() == Quiet::Was::NotKnownYet);
    CHECK(quiet.was() == Quiet::Was::Quiet);
    CHECK(Quiet::unwatched().was() == Quiet::Was::Quiet);
    CHECK(Quiet::unwatched().wait_until_quiet(machine.interrupted));
    CHECK(Quiet::of_machine("/nowhere").wait_until_quiet(machine.interrupted));
}

}  // namespace palier::run
