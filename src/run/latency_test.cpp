#include "run/latency.h"

#include "run/test_world.h"

#include <doctest/doctest.h>

#include <cmath>

namespace palier::run {
namespace {

using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

struct Bench {
    TestWorld world;
    core::Job job = two_labels();
    Budget budget = world.unlimited();
    Surroundings around = world.around(job, budget);
    std::vector<core::Case> cases = case_numbers(0, 30);
    std::vector<const core::Case*> order;
    TestWorld::Asked asked;
    std::optional<core::Price> price;
    std::optional<double> p95_ms, ttft_p95_ms;
    int concurrency = 1;

    Bench() {
        for (const core::Case& item : cases) {
            order.push_back(&item);
        }
    }

    void use(const Model& model) {
        asked = {};
        asked = world.ask(job, {}, model, price);
    }

    // Every n-th request takes `slow`, the others `fast`, with the first token half-way.
    void answer_in(std::chrono::milliseconds fast, std::chrono::milliseconds slow, int n) {
        Model model;
        model.instead = [=, this](const engine::Request&) -> std::optional<Answer> {
            Answer answer("ham and more");
            answer.latency = world.asked % n == 0 ? slow : fast;
            answer.first_token = answer.latency / 2;
            return answer;
        };
        use(model);
    }

    LatencyProbe probe() { return probe(around); }
    LatencyProbe probe(const Surroundings& surroundings, Quiet* quiet = nullptr) {
        const auto probed = probe_latency(
            surroundings, {*asked.system, order, p95_ms, ttft_p95_ms, 300, concurrency, quiet});
        REQUIRE(probed);
        return *probed;
    }
};

using std::chrono::milliseconds;

}  // namespace

TEST_CASE("a limit that all requests keep is decided early") {
    Bench bench;
    bench.p95_ms = 1000;
    bench.answer_in(milliseconds(100), milliseconds(100), 1);
    const LatencyProbe probed = bench.probe();
    CHECK(probed.evaluated.ending == Ending::Complete);
    CHECK(probed.done.p95 == core::Decision::Pass);
    CHECK(probed.measure.requests == bench.world.asked);
    // K = 3 at alpha 1 %: at least 153 when none is slow.
    CHECK(bench.world.asked == 153);
    CHECK(probed.measure.total_ms_p95 == doctest::Approx(100));
    CHECK(probed.measure.ttft_ms_p95.value_or(0) == doctest::Approx(50));
    CHECK(probed.measure.tokens_per_s.value_or(0) == doctest::Approx(40));  // 2 tokens in 50 ms
}

TEST_CASE("a System that scores its labels has no first token and no speed, yet keeps its limit") {
    Bench bench;
    bench.ttft_p95_ms = 1000;
    core::Recipe scores;
    scores.rung = core::Rung::Structured;
    scores.decide = core::Decide::Score;
    bench.asked = bench.world.ask(bench.job, scores, Model{}, {});
    const LatencyProbe probed = bench.probe();
    CHECK(probed.done.ttft == core::Decision::Pass);
    CHECK(probed.measure.total_ms_p95 > 0);
    CHECK_FALSE(probed.measure.ttft_ms_p50.has_value());
    CHECK_FALSE(probed.measure.ttft_ms_p95.has_value());
    CHECK_FALSE(probed.measure.tokens_per_s.has_value());
}

TEST_CASE("a limit that no request keeps is refused after a few") {
    Bench bench;
    bench.p95_ms = 99;
    bench.answer_in(milliseconds(100), milliseconds(100), 1);
    const LatencyProbe probed = bench.probe();
    CHECK(probed.done.p95 == core::Decision::Fail);
    CHECK(bench.world.asked < 10);
    CHECK(bench.world.trials(bench.around.run, store::Phase::Latency) == bench.world.asked);
}

TEST_CASE("a limit at the very 95th percentile is too close after 400 requests") {
    Bench bench;
    bench.p95_ms = 150;
    bench.answer_in(milliseconds(100), milliseconds(200), 20);
    const LatencyProbe probed = bench.probe();
    CHECK(probed.evaluated.ending == Ending::Complete);
    CHECK(probed.done.p95 == core::Decision::Undecided);
    CHECK(bench.world.asked == k_most_probes);
    CHECK(probed.measure.requests == k_most_probes);
}

TEST_CASE("the limit on the first token is a test of its own") {
    Bench bench;
    bench.p95_ms = 1000;
    bench.ttft_p95_ms = 40;
    bench.answer_in(milliseconds(100), milliseconds(100), 1);
    const LatencyProbe probed = bench.probe();
    CHECK(probed.done.p95 == core::Decision::Pass);
    CHECK(probed.done.ttft == core::Decision::Fail);
    CHECK(probed.done.ttft_p95_ms == doctest::Approx(50));
}

TEST_CASE("without a limit some requests describe the latency and decide nothing") {
    Bench bench;
    bench.answer_in(milliseconds(100), milliseconds(200), 10);
    const LatencyProbe probed = bench.probe();
    CHECK(bench.world.asked == k_probes_without_limit);
    CHECK(probed.done.p95 == core::Decision::Undecided);
    CHECK(probed.measure.total_ms_p95 == doctest::Approx(200));
    CHECK(probed.measure.total_ms_p95_bounded);
}

TEST_CASE("cases are asked in their order, repeated when they run out, and never from a cache") {
    Bench bench;
    bench.p95_ms = 1000;
    bench.answer_in(milliseconds(100), milliseconds(100), 1);
    bench.probe();
    const auto& requests = bench.world.requests[""];
    REQUIRE(requests.size() == 153);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        CHECK(requests[i].input == bench.cases[i % 30].input);
        CHECK(requests[i].own_part_uncached);
    }
}

TEST_CASE("as many requests are under way as the job says") {
    Bench bench;
    bench.p95_ms = 1000;
    bench.concurrency = 4;
    bench.answer_in(milliseconds(100), milliseconds(100), 1);  // one after the other
    const LatencyProbe probed = bench.probe();
    CHECK(probed.measure.concurrency == 4);
    CHECK(probed.measure.total_ms_p50 == doctest::Approx(400));
    CHECK(bench.asked.system->wait(milliseconds(0)).empty());
}

TEST_CASE("a failed request counts as slower than any limit") {
    for (const FailureKind kind : {FailureKind::Timeout, FailureKind::ServerError}) {
        Bench bench;
        bench.p95_ms = 1000;
        Model model = knowing(1);
        model.latency = milliseconds(10);
        model.instead = [&](const engine::Request&) -> std::optional<Answer> {
            return bench.world.asked % 4 == 0 ? std::optional<Answer>(Failed{kind, "why", 500})
                                              : std::nullopt;
        };
        bench.use(model);
        const LatencyProbe probed = bench.probe();
        CHECK(probed.done.p95 == core::Decision::Fail);
        CHECK(probed.measure.total_ms_p50 == doctest::Approx(10));
        // No finite time is the 95th percentile, which is no reason to lose the number.
        CHECK(std::isinf(probed.measure.total_ms_p95));
    }
}

TEST_CASE("a failed request does not eat up the budget of time") {
    Bench bench;
    bench.p95_ms = 1000;
    Model model = knowing(1);
    model.latency = milliseconds(10);
    model.instead = [&](const engine::Request&) -> std::optional<Answer> {
        return bench.world.asked == 5
                   ? std::optional<Answer>(Failed{FailureKind::Rejected, "why", 400})
                   : std::nullopt;
    };
    bench.use(model);
    Budget budget(bench.world.clock, 60.0, std::nullopt, 0);
    const LatencyProbe probed = bench.probe(bench.world.around(bench.job, budget));
    CHECK(probed.evaluated.ending == Ending::Complete);
    CHECK(probed.done.p95 == core::Decision::Pass);
}

TEST_CASE("an endpoint that is gone ends the probe") {
    Bench bench;
    bench.p95_ms = 1000;
    Model model = knowing(1);
    model.instead = [&](const engine::Request&) -> std::optional<Answer> {
        return bench.world.asked == 5
                   ? std::optional<Answer>(Failed{FailureKind::Unreachable, "refused", 0})
                   : std::nullopt;
    };
    bench.use(model);
    const LatencyProbe probed = bench.probe();
    CHECK(probed.evaluated.ending == Ending::Unreachable);
    CHECK(probed.evaluated.detail == "refused");
    CHECK(bench.world.trials(bench.around.run) == 4);
}

TEST_CASE("a later session goes on behind the requests that are stored, under keys of their own") {
    Bench bench;
    bench.p95_ms = 150;
    bench.answer_in(milliseconds(100), milliseconds(200), 20);
    bench.world.interrupt_after(100);
    CHECK(bench.probe().evaluated.ending == Ending::Interrupted);
    const std::int64_t kept = bench.world.trials(bench.around.run, store::Phase::Latency);
    CHECK(kept >= 99);
    bench.world.go_on();
    const LatencyProbe probed = bench.probe();
    CHECK(probed.measure.requests == k_most_probes);
    CHECK(bench.world.asked <= k_most_probes + 1);
    CHECK(bench.world.trials(bench.around.run, store::Phase::Latency) == k_most_probes);
    std::set<std::string> keys;
    REQUIRE(bench.world.store->each_trial(
        bench.around.run, store::Phase::Latency, "", [&](const store::Placed& placed) {
            keys.insert(placed.trial.key);
            // No answer of a probe is taken for an answer in bulk, nor the other way round.
            CHECK(placed.trial.request_key == placed.trial.key);
            return true;
        }));
    CHECK(keys.size() == k_most_probes);
    const std::int64_t asked = bench.world.asked;
    CHECK(bench.probe().measure.total_ms_p95 == probed.measure.total_ms_p95);
    CHECK(bench.world.asked == asked);
    bench.probe(bench.world.around(bench.job, bench.budget));  // another run measures anew
    CHECK(bench.world.asked > asked);
}

TEST_CASE("a probe stops before the money or the time of its budget is exceeded") {
    for (const int concurrency : {1, 4}) {
        Bench bench;
        bench.price = core::Price{10, 100, "EUR"};
        bench.p95_ms = 10'000;
        bench.concurrency = concurrency;
        bench.answer_in(milliseconds(100), milliseconds(100), 1);
        Budget money(bench.world.clock, std::nullopt, Money{0.05, "EUR"}, 0);
        CHECK(bench.probe(bench.world.around(bench.job, money)).evaluated.ending ==
              Ending::OverBudget);
        CHECK(money.spent_money() > 0);
        CHECK(money.spent_money() <= 0.05);

        Budget time(bench.world.clock, 3.0, std::nullopt, 0);
        CHECK(bench.probe(bench.world.around(bench.job, time)).evaluated.ending ==
              Ending::OverBudget);
        CHECK(time.elapsed_seconds() <= 3.0);
    }
}

TEST_CASE("what was timed beside others is timed again, and the figure is that of the quiet") {
    Bench bench;
    bench.p95_ms = 150;
    bool busy = false;
    Model model;
    model.instead = [&](const engine::Request&) -> std::optional<Answer> {
        busy = bench.world.asked % 10 == 3;  // then everything takes longer
        Answer answer("ham");
        answer.latency = busy ? milliseconds(1000) : milliseconds(100);
        return answer;
    };
    bench.use(model);
    Quiet quiet([&] { return std::optional(std::exchange(busy, false) ? 1.0 : 0.0); },
                [](Nanoseconds) {});
    const LatencyProbe probed = bench.probe(bench.around, &quiet);
    CHECK(probed.evaluated.ending == Ending::Complete);
    CHECK(probed.done.p95 == core::Decision::Pass);
    CHECK_FALSE(probed.done.busy);
    CHECK(probed.measure.total_ms_p95 == doctest::Approx(100));
    CHECK(bench.world.asked > probed.measure.requests);
    CHECK(bench.world.trials(bench.around.run, store::Phase::Latency) == probed.measure.requests);
}

TEST_CASE("on a machine that others keep busy latency is not measured, and fails nothing") {
    Bench bench;
    bench.p95_ms = 150;
    bench.answer_in(milliseconds(1000), milliseconds(1000), 1);
    Quiet quiet([] { return std::optional(1.0); }, [](Nanoseconds) {});
    const LatencyProbe probed = bench.probe(bench.around, &quiet);
    CHECK(probed.evaluated.ending == Ending::Busy);
    CHECK(probed.done.busy);
    CHECK(probed.done.p95 == core::Decision::Undecided);
    CHECK_FALSE(probed.done.p95_ms);
    CHECK(bench.world.trials(bench.around.run, store::Phase::Latency) == 0);
}

}  // namespace palier::run
