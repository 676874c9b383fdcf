#include "run/weights.h"

#include "run/test_world.h"

#include <doctest/doctest.h>

namespace palier::run {
namespace {

using engine::fake::FakeEngine;
using std::chrono::milliseconds;

struct Bench {
    TestWorld world;
    core::Job job = two_labels();
    Budget budget = world.unlimited();
    Surroundings around = world.around(job, budget);
    WeightsQuestion question;
    milliseconds as_file{100}, copied{100};
    std::optional<Error> copy_fails;
    std::unique_ptr<FakeEngine> engine;
    std::unique_ptr<engine::Client> client;
    int opened = 0;

    Bench() {
        question.spec.name = "model";
        question.spec.file_sha256 = "abc";
        question.parameters = 1000;
        question.machine = "machine";
        question.sample.resize(5);
    }

    core::Weights decide() { return decide(around); }
    core::Weights decide(const Surroundings& surroundings) {
        const auto open = [&](const engine::OpenSpec& spec) -> Result<engine::Client*> {
            ++opened;
            if (spec.bf16_copy && copy_fails) {
                return *copy_fails;
            }
            Model model = knowing(1);
            model.latency = spec.bf16_copy ? copied : as_file;
            client.reset();
            engine = std::make_unique<FakeEngine>(
                world.script(model), engine::fake::Options{&world.clock, 1, std::nullopt});
            client = engine->open_client();
            return client.get();
        };
        const auto weights = decide_weights(surroundings, question, open);
        REQUIRE(weights);
        return *weights;
    }
};

}  // namespace

TEST_CASE("a BF16 copy is taken when it is at least fifteen percent faster") {
    Bench bench;
    bench.copied = milliseconds(85);
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    CHECK(bench.world.asked == 10);
    Bench slower;
    slower.copied = milliseconds(86);
    CHECK(slower.decide() == core::Weights::AsFile);
}

TEST_CASE("the first request, which warms up, is not measured") {
    Bench bench;
    bench.copied = milliseconds(50);
    bench.question.sample.resize(2);
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    CHECK(bench.world.clock.now() == milliseconds(300));
    Bench too_few;
    too_few.question.sample.resize(1);
    CHECK(too_few.decide() == core::Weights::AsFile);
    CHECK(too_few.opened == 0);
}

TEST_CASE("a copy that the job's memory has no room for is not tried") {
    Bench bench;
    bench.copied = milliseconds(1);
    bench.question.memory_limit_bytes = 2000;
    CHECK(bench.decide() == core::Weights::AsFile);
    CHECK(bench.opened == 0);
    Bench huge;
    huge.question.parameters = 1ULL << 50U;
    CHECK(huge.decide() == core::Weights::AsFile);
    CHECK(huge.opened == 0);
}

TEST_CASE("a copy that cannot be opened is no copy") {
    Bench bench;
    bench.copied = milliseconds(1);
    bench.copy_fails = Error(5001);
    CHECK(bench.decide() == core::Weights::AsFile);
}

TEST_CASE("the decision is kept for this run and for later ones, but not for a fresh one") {
    Bench bench;
    bench.copied = milliseconds(50);
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    bench.copied = milliseconds(200);
    const int opened = bench.opened;
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    const Surroundings later = bench.world.around(bench.job, bench.budget);
    CHECK(bench.decide(later) == core::Weights::Bf16Copy);
    CHECK(bench.opened == opened);
    Surroundings fresh = bench.world.around(bench.job, bench.budget);
    fresh.salt = "r1";
    CHECK(bench.decide(fresh) == core::Weights::AsFile);
    CHECK(bench.decide(fresh) == core::Weights::AsFile);
    CHECK(bench.opened == opened + 2);
    bench.question.machine = "another machine";
    bench.copied = milliseconds(50);
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    CHECK(bench.opened == opened + 4);
}

TEST_CASE("an interrupted measurement decides nothing for later") {
    Bench bench;
    bench.copied = milliseconds(50);
    bench.world.interrupt_after(3);
    CHECK(bench.decide() == core::Weights::AsFile);
    bench.world.go_on();
    CHECK(bench.decide() == core::Weights::Bf16Copy);
}

}  // namespace palier::run
