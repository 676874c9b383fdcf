// What the harness itself costs: run::evaluate over an engine that answers at once, with the run
// store in a file. Prints one JSON object.
//
//   bench_overhead CASES BATCH UNDER_WAY
//
// Timed: building the requests, keys, looking for known Trials, the fake engine, grading,
// committing every Trial, handing it on in order and the sequential test. Not timed: making the
// cases, opening and closing the store. BATCH and UNDER_WAY are those of run::Question: 16 and 1 as
// for the embedded engine, 1 and 4 as for an endpoint, where each Trial is its own commit.
#include "bench/sandbox.h"
#include "core/sequential.h"
#include "engine/fake/fake.h"
#include "system/prompt.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace std::string_literals;
namespace bench = palier::bench;
namespace core = palier::core;
namespace engine = palier::engine;
namespace run = palier::run;

core::Job job_of_two_labels() {
    core::Job job;
    job.name = "overhead";
    job.task = core::Task::Classify;
    job.instructions = "Say whether the message is spam or not.";
    job.labels = {"ham", "spam"};
    job.constraints.quality = {"accuracy", palier::Micros{900'000}, {}};
    return job;
}

// About as long as a text message.
std::vector<core::Case> make_cases(std::size_t count) {
    std::vector<core::Case> cases(count);
    for (std::size_t i = 0; i < count; ++i) {
        core::Case& item = cases[i];
        item.id = "line-" + std::to_string(i + 1);
        item.line = static_cast<std::int64_t>(i + 1);
        item.input = "Message number " + std::to_string(i) +
                     ": are you coming tonight, or shall we meet tomorrow at the station?";
        item.expected = {i % 5 == 0 ? "spam"s : "ham"s};
    }
    return cases;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        bench::give_up("usage: bench_overhead CASES BATCH UNDER_WAY");
    }
    const auto count = static_cast<std::size_t>(std::strtoull(argv[1], nullptr, 10));
    const core::Job job = job_of_two_labels();
    const std::vector<core::Case> cases = make_cases(count);
    std::vector<const core::Case*> order;
    for (const core::Case& item : cases) {
        order.push_back(&item);
    }
    engine::fake::Options at_once;
    at_once.at_once = 16;
    engine::fake::FakeEngine fake([](const engine::Request&) { return "ham"; }, at_once);

    core::Recipe recipe;
    recipe.max_tokens = palier::system::max_tokens_for(job);
    palier::system::System system = bench::system_of("fake/zero-shot", job, recipe, fake);

    bench::Sandbox sandbox(job);
    const double memory_before = bench::peak_mb();
    run::Question question{system, order};
    question.phase = palier::store::Phase::Test;
    question.stage = run::Stage::Proof;
    question.batch = static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10));
    question.batches_under_way = static_cast<std::size_t>(std::strtoull(argv[3], nullptr, 10));
    core::TotalTest test(
        static_cast<std::int64_t>(count),
        core::need_of(*job.constraints.quality.min, static_cast<std::int64_t>(count)),
        true,
        100);
    const auto start = sandbox.clock().now();
    const auto evaluated =
        bench::need(run::evaluate(sandbox.surroundings(),
                                  question,
                                  [&](std::int64_t, const core::Case&, const core::Trial& trial) {
                                      test.add(trial.grade.score);
                                      return true;
                                  }));
    const double seconds = bench::seconds_between(start, sandbox.clock().now());
    if (evaluated.ending != run::Ending::Complete ||
        test.used() != static_cast<std::int64_t>(count)) {
        bench::give_up("the evaluation ended early: " + evaluated.detail);
    }
    std::printf(
        "{\"cases\": %zu, \"batch\": %zu, \"us_per_case\": %.2f, \"peak_mb\": %.1f, "
        "\"peak_mb_before\": %.1f}\n",
        count,
        question.batch,
        seconds / static_cast<double>(count) * 1e6,
        bench::peak_mb(),
        memory_before);
    return 0;
}
