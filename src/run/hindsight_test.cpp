#include "planning/hindsight.h"

#include "machine/host.h"
#include "planning/codes.h"
#include "planning/test_planning.h"
#include "run/climb.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::run {
namespace {

struct Desk : planning::PlanDesk {
    Desk() : PlanDesk(std::make_unique<TestWorld>()), climbing(static_cast<TestWorld&>(world)) {}

    // 80 MB at the peak, as a process that loads it would need.
    job::JobFile prepared_job(std::uint64_t peak_bytes = 80'000'000) {
        import("tiny", planning::small_chat_model());
        climbing.add("tiny", knowing(0.95));
        climbing.engines.set_peak_memory("tiny", std::optional<std::uint64_t>(peak_bytes));
        return world.job(R"([constraints]
quality = { metric = "accuracy", min = 0.7 }
latency = { p95_ms = 100 }
memory = "100 MB"
[[candidate]]
model = "tiny"
)");
    }
    core::Summary climbed(const job::JobFile& file, bool with_workshop = true) {
        const auto result = climb(file,
                                  options,
                                  {climbing.engines,
                                   *world.store,
                                   world.clock,
                                   climbing.interrupted,
                                   [](const Progress&) {},
                                   with_workshop ? &workshop : nullptr,
                                   "/nowhere"});
        INFO((result ? 0 : result.error().code));
        REQUIRE(result);
        return result->summary;
    }

    TestWorld& climbing;
};

std::string arg(const core::Note& note, const std::string& name) {
    for (const auto& [key, value] : note.args) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

}  // namespace

TEST_CASE("after a climb the estimates stand beside what was measured, with their error") {
    Desk desk;
    const core::Summary summary = desk.climbed(desk.prepared_job());
    const auto memory =
        std::find_if(summary.notes.begin(), summary.notes.end(), [](const core::Note& note) {
            return note.code == planning::codes::memory_far_under;
        });
    REQUIRE(memory != summary.notes.end());
    CHECK(arg(*memory, "system").find("tiny") == 0);
    CHECK(arg(*memory, "measured") == "80");
    const double estimated = std::stod(arg(*memory, "estimated"));
    // Off by more than twice: a factor is read, a percentage is not.
    CHECK(std::stod(arg(*memory, "factor")) == doctest::Approx(80 / estimated).epsilon(0.1));
    CHECK(arg(*memory, "error").empty());
    CHECK((has_note(summary, planning::codes::latency_in_hindsight) ||
           has_note(summary, planning::codes::latency_far_over) ||
           has_note(summary, planning::codes::latency_far_under)));
}

TEST_CASE("an estimate that is near says by how many percent it was off") {
    Desk far;
    const core::Summary before = far.climbed(far.prepared_job());
    const auto note =
        std::ranges::find(before.notes, planning::codes::memory_far_under, &core::Note::code);
    REQUIRE(note != before.notes.end());
    const auto estimated = static_cast<std::uint64_t>(std::stod(arg(*note, "estimated")) * 1e6);
    Desk near;
    const core::Summary after = near.climbed(near.prepared_job(estimated + estimated / 4));
    const auto memory =
        std::ranges::find(after.notes, planning::codes::memory_in_hindsight, &core::Note::code);
    REQUIRE(memory != after.notes.end());
    CHECK(std::abs(std::stod(arg(*memory, "error")) + 20) < 10);
}

TEST_CASE("without a workshop nothing is said") {
    Desk desk;
    const core::Summary summary = desk.climbed(desk.prepared_job(), false);
    for (const int code : {planning::codes::memory_in_hindsight,
                           planning::codes::memory_far_under,
                           planning::codes::latency_in_hindsight,
                           planning::codes::latency_far_over,
                           planning::codes::latency_far_under}) {
        CHECK_FALSE(has_note(summary, code));
    }
}

TEST_CASE("the next plan on this machine starts from the measurement") {
    Desk desk;
    const job::JobFile file = desk.prepared_job();
    desk.host = machine::this_host();
    CHECK(row_named(desk.plan(file), "tiny").memory_bytes->basis == planning::Basis::File);
    (void)desk.climbed(file);
    const planning::PlanRow row = row_named(desk.plan(file), "tiny");
    CHECK(row.memory_bytes == planning::Expected{80e6, planning::Basis::Measured});
    REQUIRE(row.speed);
    CHECK(row.speed->basis == planning::Basis::Measured);
    // And the estimate beside a new measurement is an estimate still.
    desk.options.fresh = true;
    CHECK(has_note(desk.climbed(file), planning::codes::memory_far_under));
}

}  // namespace palier::run
