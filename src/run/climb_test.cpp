#include "run/climb.h"

#include "engine/codes.h"
#include "planning/codes.h"
#include "run/codes.h"
#include "run/latency.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <cmath>

namespace palier::run {
namespace {

using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

const std::string k_quality = R"(
[constraints]
quality = { metric = "accuracy", min = 0.8 }
)";

std::string recorded(const std::string& table, const std::string& path, const std::string& size) {
    return table + "\nrecorded = \"" + path + "\"\nparameters = \"" + size + "\"\n";
}

std::string file(const std::string& table, const std::string& path) {
    return table + "\nmodel = \"" + path + "\"\n";
}

std::string endpoint(const std::string& table, const std::string& name, const std::string& more) {
    return table + "\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"" + name + "\"\n" + more +
           "\n";
}

const std::string k_topline = "[topline]";
const std::string k_candidate = "[[candidate]]";

ClimbResult climbed(TestWorld& world,
                    const job::JobFile& job,
                    const planning::ClimbOptions& options = TestWorld::plain()) {
    auto result = world.climb(job, options);
    INFO((result ? "" : std::to_string(result.error().code)));
    REQUIRE(result);
    return std::move(*result);
}

// A topline that was recorded and three files, of which the middle one is the smallest that does.
struct Ladder {
    TestWorld world;
    std::string tables = k_quality +
                         recorded(k_topline, world.add_recording("ceiling", knowing(0.99)), "7B") +
                         file(k_candidate, world.add_file("big", 300, knowing(0.97))) +
                         file(k_candidate, world.add_file("small", 100, knowing(0.6))) +
                         file(k_candidate, world.add_file("mid", 200, knowing(0.95)));
};

}  // namespace

TEST_CASE("the smallest candidate that passes is chosen, with both promises") {
    Ladder ladder;
    const ClimbResult result = climbed(ladder.world, ladder.world.job(ladder.tables));
    const core::Summary& summary = result.summary;
    CHECK_FALSE(result.already_done);
    CHECK(summary.finished);
    CHECK(summary.exit_code == 0);
    CHECK(summary.plan.k == 4);
    CHECK(summary.verdict.choice == core::Choice::Slm);
    CHECK(summary.verdict.system == "mid/zero-shot");
    CHECK(summary.verdict.topline_meets_threshold == true);
    REQUIRE(summary.systems.size() == 4);
    CHECK(summary.systems[0].verdict.role == core::Role::Topline);
    CHECK(summary.systems[0].measure.items_used == 300);
    const core::SystemSummary& chosen = system_named(summary, "mid/zero-shot");
    CHECK(chosen.verdict.on_these_cases == core::Decision::Pass);
    CHECK(chosen.verdict.on_future_traffic == core::Decision::Pass);
    CHECK(chosen.parameters == 200);
    CHECK(chosen.measure.items_used < 300);
    CHECK(chosen.measure.quality->interval_method == "anytime");
    CHECK(chosen.measure.quality->interval.low >= 0.8);
    CHECK(chosen.measure.latency->requests == k_probes_without_limit);
    CHECK(system_named(summary, "small").verdict.status == core::Status::Fail);
    CHECK(summary.comparisons.size() >= 2);
    CHECK(summary.comparisons[0].with == "ceiling");
}

TEST_CASE("a topline below the threshold is said so, and candidates are measured all the same") {
    TestWorld world;
    const ClimbResult result =
        climbed(world,
                world.job(k_quality +
                          recorded(k_topline, world.add_recording("ceiling", knowing(0.6)), "7B") +
                          file(k_candidate, world.add_file("only", 100, knowing(0.3)))));
    CHECK(result.summary.verdict.topline_meets_threshold == false);
    CHECK(result.summary.verdict.choice == core::Choice::None);
    CHECK(result.summary.exit_code == 3);
    CHECK(system_named(result.summary, "only").verdict.status == core::Status::RuledOutOnDev);
}

TEST_CASE(
    "deciding among the labels is tried when free text does not do, and chosen when it does") {
    TestWorld world;
    Model model;
    model.zero_shot = 0.5;
    model.scored = 0.95;
    const ClimbResult result = climbed(
        world, world.job(k_quality + file(k_candidate, world.add_file("only", 100, model))));
    CHECK(result.summary.verdict.system == "only/structured");
    const core::SystemSummary& chosen = system_named(result.summary, "only/structured");
    CHECK(chosen.system.spec.recipe.decide == core::Decide::Score);
    CHECK(chosen.measure.batch_checked == 4);
    CHECK(chosen.measure.batch_disagreed == 0);
    REQUIRE(result.summary.rungs.size() == 2);
    CHECK(result.summary.rungs[0].system == "only/zero-shot");
    // The four ways of summing up share one question, and those in two orders leave after a heat.
    const std::vector<core::Case> dev = case_numbers(100'000, 60);
    CHECK(std::ranges::count_if(world.requests["only"], [&](const engine::Request& request) {
              return request.kind == engine::Kind::Score && !request.own_part_uncached &&
                     std::ranges::count(dev, request.input, &core::Case::input) > 0;
          }) == 60 + 2 * 32);
    CHECK(result.summary.rungs[1].order_flips);
    CHECK(result.summary.rungs[1].seconds);
}

TEST_CASE("an answer that changes when it is asked alone is counted") {
    TestWorld world;
    Model model = knowing(0.95);
    int times = 0;
    model.instead = [&](const engine::Request& request) -> std::optional<Answer> {
        // The first test case stands behind the 60 of dev.
        const auto& asked = world.requests["only"];
        const bool again =
            asked.size() > 60 && request.input == asked[60].input && !request.own_part_uncached;
        return again && ++times == 2 ? std::optional<Answer>("neither") : std::nullopt;
    };
    const ClimbResult result = climbed(
        world, world.job(k_quality + file(k_candidate, world.add_file("only", 100, model))));
    CHECK(system_named(result.summary, "only/zero-shot").measure.batch_disagreed == 1);
}

TEST_CASE("examples come out of dev, and what they show is not scored") {
    TestWorld world;
    Model model;
    model.zero_shot = 0.5;
    model.few_shot = 0.97;
    const ClimbResult result = climbed(
        world, world.job(k_quality + file(k_candidate, world.add_file("only", 100, model))));
    CHECK(result.summary.verdict.system == "only/few-shot");
    std::set<std::string> scored;
    for (const engine::Request& request : world.requests["only"]) {
        if (request.messages.size() > 2) {
            scored.insert(request.input);
            CHECK(request.messages.size() >= 2 + 2 * 3);
            for (std::size_t i = 1; i + 1 < request.messages.size(); i += 2) {
                const std::string& shown = request.messages[i].content;
                CHECK(shown.starts_with("case 1000"));  // those of dev
                CHECK(shown != request.input);
            }
        }
    }
    // The best way of showing them is asked all of test, and dev as far as it may be scored.
    const core::SystemSpec& spec = system_named(result.summary, "only/few-shot").system.spec;
    const auto on_dev = std::ranges::count_if(
        scored, [](const std::string& input) { return input.starts_with("case 1000"); });
    CHECK(on_dev >= 60 - 18);
    CHECK((spec.recipe.nearest > 0 ? spec.examples.size() == 60 : spec.recipe.shots.size() >= 3));
}

TEST_CASE("an endpoint that is down leaves an error that a later call makes good") {
    TestWorld world;
    world.engines.fail("served", Error(engine::codes::unreachable, {{"host", "127.0.0.1"}}));
    const job::JobFile job =
        world.job(k_quality + endpoint(k_candidate, "served", "parameters = \"1B\""));
    const ClimbResult down = climbed(world, job);
    CHECK(down.summary.exit_code == 4);
    CHECK(system_named(down.summary, "served").verdict.status == core::Status::Error);
    world.add_endpoint("served", knowing(0.95));
    const ClimbResult up = climbed(world, job);
    CHECK_FALSE(up.already_done);
    CHECK(up.run == down.run);
    CHECK(up.summary.exit_code == 0);
    CHECK(up.summary.verdict.system == "served/zero-shot");
    CHECK(climbed(world, job).already_done);
}

TEST_CASE("an endpoint that goes away in the proof is an error, and its answers are kept") {
    TestWorld world;
    Model model = knowing(0.95);
    model.instead = [&](const engine::Request&) -> std::optional<Answer> {
        return world.asked == 80
                   ? std::optional<Answer>(Failed{FailureKind::Unreachable, "reset", 0})
                   : std::nullopt;
    };
    world.add_endpoint("served", model);
    const job::JobFile job =
        world.job(k_quality + endpoint(k_candidate, "served", "parameters = \"1B\""));
    const ClimbResult down = climbed(world, job);
    CHECK(down.summary.exit_code == 4);
    const core::SystemSummary& system = system_named(down.summary, "served");
    CHECK(system.verdict.status == core::Status::Error);
    CHECK(system.notes.at("failure") == "reset");
    CHECK(world.answers(down.run).size() == 79);
    const ClimbResult up = climbed(world, job);
    CHECK(up.summary.exit_code == 0);
    const auto kept = static_cast<std::int64_t>(world.answers(up.run).size());
    CHECK(world.asked - kept <= 12);  // those that were under way when a step ended
}

TEST_CASE("a budget of time ends a climb before it is exceeded, and a larger one goes on") {
    Ladder whole;
    const std::string verdict =
        essence(climbed(whole.world, whole.world.job(whole.tables)).summary);
    for (const double limit : {0.05, 1.0, 2.0, 3.5}) {
        CAPTURE(limit);
        Ladder ladder;
        const job::JobFile job = ladder.world.job(ladder.tables);
        planning::ClimbOptions options = TestWorld::plain();
        options.max_seconds = limit;
        const ClimbResult cut = climbed(ladder.world, job, options);
        // 5 while nothing has passed; later on the choice so far stands.
        CHECK(cut.summary.exit_code == (limit < 1.5 ? 5 : 0));
        CHECK_FALSE(cut.summary.finished);
        CHECK(cut.summary.elapsed_s <= limit);
        const ClimbResult stuck = climbed(ladder.world, job, options);
        CHECK(stuck.summary.exit_code == cut.summary.exit_code);
        CHECK_FALSE(stuck.summary.finished);
        CHECK(stuck.summary.elapsed_s <= limit);
        const ClimbResult rest = climbed(ladder.world, job);
        CHECK(rest.run == cut.run);
        CHECK((essence(rest.summary) == verdict));
    }
}

TEST_CASE("a budget of money holds over all calls of a run") {
    TestWorld world;
    world.add_endpoint("served", knowing(0.95));
    const std::string price =
        "parameters = \"1B\"\n"
        "price = { input_per_1m = 1, output_per_1m = 5, currency = \"EUR\" }";
    const job::JobFile job = world.job(k_quality + endpoint(k_candidate, "served", price));
    planning::ClimbOptions options = TestWorld::plain();
    options.max_cost = Money{0.002, "EUR"};
    const auto spent = [&](std::int64_t run) {
        double sum = 0;
        for (const auto& [request, trial] : world.answers(run)) {
            sum += 1e-6 * *trial.tokens.prompt + 5e-6 * *trial.tokens.output;
        }
        return sum;
    };
    const ClimbResult first = climbed(world, job, options);
    CHECK(first.summary.exit_code == 5);
    CHECK(spent(first.run) > 0.001);
    CHECK(spent(first.run) <= 0.002);
    world.reopen();
    const std::int64_t asked = world.asked;
    CHECK(climbed(world, job, options).summary.exit_code == 5);
    CHECK(spent(first.run) <= 0.002);
    CHECK(world.asked - asked <= 1);
    const ClimbResult rest = climbed(world, job);
    CHECK(rest.run == first.run);
    CHECK(rest.summary.exit_code == 0);
}

TEST_CASE("an interrupted climb resumes to the same verdict, wherever it was") {
    Ladder whole;
    const ClimbResult uninterrupted = climbed(whole.world, whole.world.job(whole.tables));
    const std::string verdict = essence(uninterrupted.summary);
    const std::int64_t trials = whole.world.trials(uninterrupted.run);
    const std::int64_t asked = whole.world.asked;
    Rng rng(11);
    for (int round = 0; round < 12; ++round) {
        const auto after =
            static_cast<std::int64_t>(1 + rng.below(static_cast<std::uint64_t>(asked)));
        CAPTURE(after);
        Ladder ladder;
        const job::JobFile job = ladder.world.job(ladder.tables);
        ladder.world.interrupt_after(after);
        ClimbResult result = climbed(ladder.world, job);
        int calls = 1;
        while (!result.summary.finished) {
            REQUIRE(result.summary.exit_code == 130);
            REQUIRE(calls++ < 20);
            ladder.world.go_on();
            ladder.world.reopen();
            if (calls < 4) {  // twice more on the way
                ladder.world.interrupt_after(static_cast<std::int64_t>(1 + rng.below(200)));
            }
            result = climbed(ladder.world, job);
        }
        CHECK((essence(result.summary) == verdict));
        CHECK(ladder.world.trials(result.run) == trials);
        CHECK(ladder.world.store->runs()->size() == 1);
        // A batch that was cut is asked again whole; nothing else is.
        CHECK(ladder.world.asked <= asked + 64 * (calls - 1));
    }
}

TEST_CASE("a run that had ended answers at once, and a fresh one asks again") {
    Ladder ladder;
    const job::JobFile job = ladder.world.job(ladder.tables);
    const ClimbResult first = climbed(ladder.world, job);
    const std::int64_t asked = ladder.world.asked;
    const ClimbResult second = climbed(ladder.world, job);
    CHECK(second.already_done);
    CHECK(second.run == first.run);
    CHECK((essence(second.summary) == essence(first.summary)));
    CHECK(ladder.world.asked == asked);

    planning::ClimbOptions options = TestWorld::plain();
    options.fresh = true;
    ladder.world.interrupt_after(100);
    const ClimbResult cut = climbed(ladder.world, job, options);
    CHECK(cut.run != first.run);
    CHECK(cut.summary.exit_code == 130);
    ladder.world.go_on();
    const ClimbResult fresh = climbed(ladder.world, job);  // goes on with the newest
    CHECK(fresh.run == cut.run);
    CHECK(fresh.summary.verdict.system == "mid/zero-shot");
    CHECK(ladder.world.asked >= 2 * asked);
    CHECK(has_note(fresh.summary, codes::earlier_looks));
}

TEST_CASE("another run on the same test cases reuses the answers and says that it looked again") {
    Ladder ladder;
    const ClimbResult first = climbed(ladder.world, ladder.world.job(ladder.tables));
    CHECK_FALSE(has_note(first.summary, codes::earlier_looks));
    ladder.world.requests.clear();
    const ClimbResult second =
        climbed(ladder.world, ladder.world.job(ladder.tables + "[stats]\nalpha = 0.02\n"));
    CHECK(second.run != first.run);
    CHECK(has_note(second.summary, codes::earlier_looks));
    std::map<std::string, int> in_bulk;
    for (const auto& [name, requests] : ladder.world.requests) {
        for (const engine::Request& request : requests) {
            in_bulk[name] += request.own_part_uncached ? 0 : 1;  // latency is of the moment
        }
        CHECK(in_bulk[name] <= 16);  // a batch in which the first run had seen enough
    }
}

TEST_CASE("a topline held against a threshold is asked until it is decided, unless all is wanted") {
    TestWorld world;
    const std::string tables = k_quality +
                               file(k_topline, world.add_file("ceiling", 400, knowing(1))) +
                               file(k_candidate, world.add_file("near", 300, knowing(0.98)));
    const auto ceiling = [&](const planning::ClimbOptions& options) {
        const auto result = world.climb(world.job(tables, 400), options);
        REQUIRE(result);
        CHECK(result->summary.verdict.topline_meets_threshold == true);
        return result->summary.systems[0].measure;
    };
    const core::Measure decided = ceiling(TestWorld::plain());
    CHECK(decided.items_used < 200);
    CHECK(decided.quality->interval_method == "anytime");
    CHECK(decided.quality->interval.high - decided.quality->interval.low > 0.01);
    planning::ClimbOptions whole = TestWorld::plain();
    whole.whole_topline = true;  // to be recorded
    CHECK(ceiling(whole).items_used == 400);
    planning::ClimbOptions all = TestWorld::plain();
    all.all = true;
    CHECK(ceiling(all).items_used == 400);
}

TEST_CASE("where test has all that dev could show there is no few-shot") {
    TestWorld world;
    job::JobFile job =
        world.job(k_quality + file(k_candidate, world.add_file("only", 100, knowing(0.5))), 60, 60);
    job.job.data.dev = job.job.data.test;
    const ClimbResult result = climbed(world, job);
    for (const core::RungTried& rung : result.summary.rungs) {
        CHECK(rung.rung != core::Rung::FewShot);
    }
    CHECK(std::ranges::none_of(result.summary.plan.candidates[0].rungs,
                               [](core::Rung rung) { return rung == core::Rung::FewShot; }));
}

TEST_CASE("a share of the topline is measured against what the topline reached") {
    TestWorld world;
    const std::string tables =
        "[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.95 }\n" +
        file(k_topline, world.add_file("ceiling", 400, knowing(0.8))) +
        file(k_candidate, world.add_file("near", 300, knowing(0.79))) +
        file(k_candidate, world.add_file("far", 200, knowing(0.55)));
    const ClimbResult result = climbed(world, world.job(tables, 400));
    CHECK(result.summary.verdict.system == "near/zero-shot");
    CHECK_FALSE(result.summary.verdict.topline_meets_threshold == false);
    const core::SystemSummary& chosen = system_named(result.summary, "near/zero-shot");
    CHECK(chosen.measure.quality->need ==
          doctest::Approx(0.95 * result.summary.systems[0].measure.quality->value));
    CHECK(system_named(result.summary, "far").verdict.status == core::Status::Fail);
}

TEST_CASE("a recorded topline that lacks a case sets no ceiling and says which") {
    TestWorld world;
    Model model = knowing(0.99);
    model.instead = [](const engine::Request& request) -> std::optional<Answer> {
        return request.input == "case 17"
                   ? std::optional<Answer>(Failed{FailureKind::NotRecorded, "case 17", 0})
                   : std::nullopt;
    };
    const std::string topline = recorded(k_topline, world.add_recording("ceiling", model), "7B");
    const std::string candidate = file(k_candidate, world.add_file("only", 100, knowing(0.95)));
    SUBCASE("an absolute threshold needs none") {
        const ClimbResult result = climbed(world, world.job(k_quality + topline + candidate));
        const core::SystemSummary& ceiling = result.summary.systems[0];
        CHECK(ceiling.verdict.status == core::Status::Error);
        CHECK(ceiling.notes.at("failure") == "case 17");
        CHECK_FALSE(result.summary.verdict.topline_meets_threshold);
        CHECK(result.summary.verdict.system == "only/zero-shot");
        const ClimbResult again = climbed(world, world.job(k_quality + topline + candidate));
        CHECK(again.already_done);
    }
    SUBCASE("a share of it cannot be decided") {
        const ClimbResult result = climbed(
            world,
            world.job("[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.9 }\n" +
                      topline + candidate));
        CHECK(result.summary.verdict.choice == core::Choice::None);
        CHECK(result.summary.exit_code == 4);
        CHECK(world.requests["only"].empty());
    }
}

TEST_CASE("a remote topline of a private job sees no more cases than the job shares") {
    TestWorld world;
    world.add_endpoint("far", knowing(0.99));
    const std::string candidate = file(k_candidate, world.add_file("only", 100, knowing(0.95)));
    const std::string topline =
        "[topline]\nendpoint = \"https://far.example/v1\"\nmodel = \"far\"\nshare_cases = 40\n";
    const ClimbResult result = climbed(world, world.job(k_quality + topline + candidate));
    CHECK(world.requests["far"].size() == 40);
    CHECK(result.summary.plan.topline_shown_only);
    CHECK(result.summary.systems[0].measure.items_used == 40);
    CHECK(result.summary.verdict.system == "only/zero-shot");
    const auto refused = world.climb(
        world.job("[constraints]\nquality = { metric = \"accuracy\", of_topline = 0.9 }\n" +
                  topline + candidate));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == planning::codes::of_topline_needs_all_cases);
}

TEST_CASE("a limit of cost refuses what is too dear, by the tokens that were counted") {
    for (const double limit : {0.01, 0.05}) {
        TestWorld world;
        world.add_endpoint("served", knowing(0.95));
        const ClimbResult result = climbed(
            world,
            world.job(k_quality + "cost = { per_1k = " + std::to_string(limit) +
                      ", currency = \"EUR\" }\n" +
                      endpoint(k_candidate,
                               "served",
                               "parameters = \"1B\"\nprice = { input_per_1m = 1, output_per_1m = "
                               "5, currency = \"EUR\" }")));
        const core::SystemSummary& system = system_named(result.summary, "served");
        REQUIRE(system.measure.cost);
        // Words of the prompt, and one of the answer.
        const int words = 16;
        CHECK(system.measure.cost->per_1k == doctest::Approx((words + 5) * 1e-3).epsilon(0.25));
        CHECK((system.verdict.status == core::Status::Pass) == (limit > 0.03));
        CHECK(result.summary.exit_code == (limit > 0.03 ? 0 : 3));
    }
}

TEST_CASE("limits of latency and of memory refuse a System that is slower or larger") {
    TestWorld world;
    Model slow = knowing(0.95);
    slow.latency = std::chrono::milliseconds(200);
    const std::string limits = k_quality + "latency = { p95_ms = 100 }\nmemory = \"1 MB\"\n";
    const std::string tables = limits + file(k_candidate, world.add_file("slow", 300, slow)) +
                               file(k_candidate, world.add_file("large", 200, knowing(0.95))) +
                               file(k_candidate, world.add_file("good", 100, knowing(0.95)));
    world.engines.set_peak_memory("slow", std::optional<std::uint64_t>(900'000));
    world.engines.set_peak_memory("large", std::optional<std::uint64_t>(1'100'000));
    world.engines.set_peak_memory("good", std::optional<std::uint64_t>(900'000));
    const ClimbResult result = climbed(world, world.job(tables));
    CHECK(result.summary.verdict.system == "good/zero-shot");
    const auto refused_for = [&](const std::string& id) {
        const core::SystemSummary& system = system_named(result.summary, id);
        CHECK(system.verdict.status == core::Status::Fail);
        REQUIRE_FALSE(system.verdict.reasons.empty());
        return system.verdict.reasons[0].constraint;
    };
    CHECK(refused_for("slow") == "latency_p95");
    CHECK(refused_for("large") == "memory");
    CHECK(system_named(result.summary, "good").measure.memory_bytes_peak == 900'000);
}

TEST_CASE("quality only asks for nothing but the cases of promise A") {
    Ladder ladder;
    planning::ClimbOptions options = TestWorld::plain();
    options.quality_only = true;
    const ClimbResult result = climbed(ladder.world, ladder.world.job(ladder.tables), options);
    CHECK(result.summary.verdict.system == "mid/zero-shot");
    CHECK(ladder.world.trials(result.run, store::Phase::Latency) == 0);
}

}  // namespace palier::run
