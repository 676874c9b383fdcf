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
    milliseconds as_file{100}, copied{100}, eight_bits{100};
    bool copy_fails = false, quiet = true;
    std::unique_ptr<FakeEngine> engine;
    int opened = 0;

    Bench() {
        question.model = "model";
        question.key = "file abc on a machine";
        question.folder = world.folder.file("models");
        question.others = {core::Weights::Bf16Copy};
        question.parameters = 1000;
        question.wait_until_quiet = [this] { return quiet; };
        question.open = [this](core::Weights form) -> std::unique_ptr<engine::Client> {
            ++opened;
            if (form != core::Weights::AsFile && copy_fails) {
                return nullptr;
            }
            Model model = knowing(1);
            model.latency = form == core::Weights::AsFile     ? as_file
                            : form == core::Weights::Bf16Copy ? copied
                                                              : eight_bits;
            engine = std::make_unique<FakeEngine>(
                world.script(model), engine::fake::Options{&world.clock, 1, std::nullopt});
            return engine->open_client();
        };
    }

    core::Weights decide() { return decide(around); }
    core::Weights decide(const Surroundings& surroundings) {
        const auto weights = decide_weights(surroundings, question);
        REQUIRE(weights);
        return *weights;
    }
};

}  // namespace

TEST_CASE("a copy is taken when it is at least fifteen percent faster") {
    Bench bench;
    bench.copied = milliseconds(85);
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    CHECK(bench.world.asked == 2 * 17);
    Bench slower;
    slower.copied = milliseconds(86);
    CHECK(slower.decide() == core::Weights::AsFile);
}

TEST_CASE("of two copies that pay the faster one is taken, and all that was measured is kept") {
    Bench bench;
    bench.question.others = {core::Weights::Bf16Copy, core::Weights::Q8Copy};
    bench.copied = milliseconds(80);
    bench.eight_bits = milliseconds(70);
    CHECK(bench.decide() == core::Weights::Q8Copy);
    const auto kept = catalog::kept_weights(bench.question.folder, bench.question.key);
    REQUIRE(kept);
    CHECK(kept->seconds.size() == 3);
    Bench other;
    other.question.others = bench.question.others;
    other.copied = milliseconds(70);
    other.eight_bits = milliseconds(80);
    CHECK(other.decide() == core::Weights::Bf16Copy);
}

TEST_CASE("where no other form may be faster nothing is measured") {
    Bench bench;
    bench.question.others.clear();
    CHECK(bench.decide() == core::Weights::AsFile);
    CHECK(bench.opened == 0);
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
    bench.copy_fails = true;
    CHECK(bench.decide() == core::Weights::AsFile);
}

TEST_CASE("the decision is measured once for a model and a machine, whatever the load later") {
    Bench bench;
    bench.copied = milliseconds(50);
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    bench.copied = milliseconds(200);
    bench.quiet = false;
    const int opened = bench.opened;
    CHECK(bench.decide() == core::Weights::Bf16Copy);
    Surroundings fresh = bench.world.around(bench.job, bench.budget);
    fresh.salt = "r1";
    CHECK(bench.decide(fresh) == core::Weights::Bf16Copy);
    CHECK(bench.opened == opened);
    bench.quiet = true;
    bench.question.key = "file abc on another machine";
    CHECK(bench.decide() == core::Weights::AsFile);
    CHECK(bench.opened == opened + 2);
}

TEST_CASE("on a busy machine the file's form stands for the run, and nothing is kept") {
    Bench bench;
    bench.copied = milliseconds(50);
    bench.quiet = false;
    CHECK(bench.decide() == core::Weights::AsFile);
    CHECK(bench.opened == 0);
    bench.quiet = true;
    CHECK(bench.decide() == core::Weights::AsFile);
    const Surroundings later = bench.world.around(bench.job, bench.budget);
    CHECK(bench.decide(later) == core::Weights::Bf16Copy);
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
