#include "core/staircase.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace palier::core {
namespace {

CandidatePlan candidate(std::string id, std::optional<std::uint64_t> size) {
    CandidatePlan plan;
    plan.id = std::move(id);
    plan.size = size;
    plan.rungs = {Rung::ZeroShot};
    return plan;
}

Plan plan_of(std::vector<CandidatePlan> candidates) {
    Plan plan;
    plan.quality.metric = "accuracy";
    plan.quality.min = 900'000;
    plan.candidates = std::move(candidates);
    plan.k = count_k(plan);
    return plan;
}

std::vector<std::string> order_of(const Plan& plan) {
    std::vector<std::string> order;
    for (const SystemVerdict& system : verdict(plan, {}).systems) {
        order.push_back(system.candidate);
    }
    return order;
}

TEST_CASE("K counts the candidates that screen keeps, the baselines and the topline") {
    Plan plan = plan_of({candidate("a", 1), candidate("b", 2), candidate("c", 3)});
    CHECK(count_k(plan) == 3);
    plan.candidates[1].screened_out.push_back({"licence", std::nullopt, std::nullopt});
    CHECK(count_k(plan) == 2);
    plan.topline = candidate("top", 9);
    CHECK(count_k(plan) == 3);
    plan.baselines = 2;
    CHECK(count_k(plan) == 5);
}

TEST_CASE("a System that was not tried on dev is named after its rung, or as recorded") {
    CHECK(system_id("qwen2.5-0.5b", Rung::FewShot) == "qwen2.5-0.5b/few-shot");
    CHECK(system_id("answers", std::nullopt) == "answers/recorded");
}

TEST_CASE("the descent goes by size; unknown sizes stand above, equal ones in the job's order") {
    const Plan plan = plan_of({candidate("s", 1),
                               candidate("u", std::nullopt),
                               candidate("l", 7),
                               candidate("s2", 1),
                               candidate("u2", std::nullopt)});
    CHECK(order_of(plan) == std::vector<std::string>{"u", "u2", "l", "s", "s2"});
}

TEST_CASE("a candidate of unknown size never pushes one of known size aside") {
    const Plan plan = plan_of({candidate("known", 7), candidate("unknown", std::nullopt)});
    History history;
    history.proofs.push_back(
        {"unknown", "unknown/zero-shot", ProofEnd::Decided, Decision::Pass, 0.99});
    CHECK(verdict(plan, history).system == "unknown/zero-shot");
    history.proofs.push_back({"known", "known/zero-shot", ProofEnd::Decided, Decision::Pass, 0.95});
    CHECK(verdict(plan, history).system == "known/zero-shot");
}

TEST_CASE("an empty history has a verdict: none, and nothing was tried") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.topline = candidate("top", 9);
    const Verdict result = verdict(plan, {});
    CHECK(result.choice == Choice::None);
    CHECK(result.exit_code == 3);
    CHECK_FALSE(result.topline_meets_threshold.has_value());
    REQUIRE(result.systems.size() == 2);
    CHECK(result.systems[0].role == Role::Topline);
    CHECK(result.systems[0].status == Status::NotTried);
    CHECK(result.systems[1].status == Status::NotTried);
    CHECK(next_step(plan, {}) == Step{TryRung{"top", Rung::ZeroShot}});
}

TEST_CASE("a climb without candidates stops at once") {
    CHECK(next_step(plan_of({}), {}) == Step{Stop{StopCause::Finished}});
    CHECK(verdict(plan_of({}), {}).exit_code == 3);
}

TEST_CASE("a dev score exactly at the threshold ends the rungs, one below does not") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.candidates[0].rungs = {Rung::ZeroShot, Rung::Structured};
    History history;
    history.rungs.push_back({"a", Rung::ZeroShot, "a/zero-shot", 0.95, 0.9, false});
    CHECK(next_step(plan, history) == Step{Prove{"a", "a/zero-shot"}});
    history.rungs[0].dev_low = 0.8999;
    CHECK(next_step(plan, history) == Step{TryRung{"a", Rung::Structured}});
}

TEST_CASE(
    "the best rung by dev decides: ruled out, it ends the candidate whatever a lower one says") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.candidates[0].rungs = {Rung::ZeroShot, Rung::Structured};
    History history;
    history.rungs.push_back({"a", Rung::ZeroShot, "a/zero-shot", 0.70, 0.6, false});
    history.rungs.push_back({"a", Rung::Structured, "a/structured", 0.71, 0.6, true});
    CHECK(next_step(plan, history) == Step{Stop{StopCause::Finished}});
    const Verdict result = verdict(plan, history);
    CHECK(result.systems[0].status == Status::RuledOutOnDev);
    CHECK(result.systems[0].rung == Rung::Structured);
    CHECK(result.systems[0].reasons == std::vector<Reason>{{"quality", 0.71, 0.9}});
}

TEST_CASE("a limit that was held exactly is held") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.memory_bytes = 1000;
    plan.cost_per_1k = 0.5;
    History history;
    history.proofs.push_back({"a", "a/zero-shot", ProofEnd::Decided, Decision::Pass, 0.95});
    history.cost_per_1k["a/zero-shot"] = 0.5;
    history.memory_bytes["a/zero-shot"] = 1000;
    CHECK(verdict(plan, history).choice == Choice::Slm);
    history.memory_bytes["a/zero-shot"] = 1001;
    CHECK(verdict(plan, history).choice == Choice::None);
}

TEST_CASE("an endpoint that does not stream has no time to first token: not measured") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.p95_ms = 1500;
    plan.ttft_p95_ms = 300;
    History history;
    history.proofs.push_back({"a", "a/zero-shot", ProofEnd::Decided, Decision::Pass, 0.95});
    history.latencies.push_back(
        {"a/zero-shot", Decision::Pass, Decision::Undecided, 900.0, std::nullopt});
    const Verdict result = verdict(plan, history);
    CHECK(result.choice == Choice::None);
    CHECK(result.systems[0].status == Status::Pass);
    CHECK(result.systems[0].reasons == std::vector<Reason>{{"ttft_p95", std::nullopt, 300.0}});
}

TEST_CASE("a topline that privacy bars sets the ceiling and is never chosen") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.quality.min.reset();
    plan.quality.of_topline = 950'000;
    plan.topline = candidate("top", 9);
    plan.topline->screened_out.push_back({"privacy", std::nullopt, std::nullopt});
    CHECK(next_step(plan, {}) == Step{TryRung{"top", Rung::ZeroShot}});
    History history;
    history.topline =
        ToplineDone{"top/zero-shot", true, 0.9, 180'000'000, 200, Decision::Undecided};
    history.proofs.push_back({"a", "a/zero-shot", ProofEnd::Decided, Decision::Fail, 0.7});
    Verdict result = verdict(plan, history);
    CHECK(result.choice == Choice::None);
    CHECK(result.systems[0].status == Status::ScreenedOut);
    CHECK(result.systems[1].reasons[0].limit.value() == doctest::Approx(0.855));

    // Where the threshold hangs on it, that it cannot be reached is what to say.
    history = {};
    history.unreachable.push_back("top");
    result = verdict(plan, history);
    CHECK(result.systems[0].status == Status::Error);
    CHECK(result.exit_code == 4);
}

TEST_CASE("a topline score of 0 is no threshold: nothing is tried") {
    Plan plan = plan_of({candidate("a", 1)});
    plan.quality.min.reset();
    plan.quality.of_topline = 950'000;
    plan.topline = candidate("top", 9);
    History history;
    history.topline = ToplineDone{"top/zero-shot", true, 0, 0, 200, Decision::Undecided};
    CHECK(next_step(plan, history) == Step{Stop{StopCause::Finished}});
    CHECK(verdict(plan, history).systems[1].status == Status::NotTried);
}

}  // namespace
}  // namespace palier::core
