#include "report/failures.h"

#include "lib/json/json.h"
#include "report/fixture.h"
#include "report/report.h"
#include "report/test_width.h"

#include <doctest/doctest.h>

namespace palier::report {
namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

SystemFailures failures_in(const core::Summary& summary, store::Store& store, std::size_t system) {
    const auto found = read_failures(summary, store, 1, summary.systems[system]);
    REQUIRE(found);
    REQUIRE(found->has_value());
    return **found;
}

// An answer of the chosen System in the fixture.
store::Placed answered(const core::Summary& summary, const core::Case& one, std::string_view text) {
    store::Placed placed;
    placed.phase = store::Phase::Test;
    placed.trial.system_hash = summary.systems[2].system.hash;
    placed.trial.case_id = one.id;
    placed.trial.grade.parsed = text;
    placed.trial.grade.score = one.expected.front() == text ? k_one : 0;
    return placed;
}

}  // namespace

TEST_CASE("the failures of a System are its own, with the topline's answer to the same case") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 182);
    const SystemFailures failures = failures_in(summary, store, 2);
    CHECK(failures.found.asked == 118);
    CHECK_FALSE(failures.on_dev);
    CHECK(failures.found.telling.size() == 3);
    for (const core::GradedCase& one : failures.found.cases) {
        CHECK(one.grade.score < k_one);
        CHECK(one.expected != one.grade.parsed);
        CHECK_FALSE(one.input.empty());
        CHECK(one.elsewhere_right.has_value());
    }
}

TEST_CASE("a System that was not proved shows its answers on dev, and one never asked nothing") {
    core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 4);
    store.trials = {answered(summary, store.cases[0], "retour")};
    store.trials[0].phase = store::Phase::Dev;
    const SystemFailures failures = failures_in(summary, store, 2);
    CHECK(failures.on_dev);
    CHECK(has(failures_title(Language::En, failures), "1 of its 1 answers on dev"));
    store.trials.clear();
    CHECK(read_failures(summary, store, 1, summary.systems[2])->has_value() == false);
    summary.systems[2].system.hash.clear();
    CHECK(read_failures(summary, store, 1, summary.systems[2])->has_value() == false);
    store.fails = true;
    CHECK_FALSE(read_failures(summary, store, 1, summary.systems[1]));
}

TEST_CASE("the choice is told first; without a small one, the best candidate") {
    core::Summary summary = fixture::tickets();
    CHECK(told_first(summary) == &summary.systems[2]);
    summary.verdict.choice = core::Choice::None;
    CHECK(told_first(summary) == &summary.systems[1]);
    summary.verdict.choice = core::Choice::Llm;
    summary.verdict.system = summary.systems[0].verdict.id;
    CHECK(told_first(summary) == &summary.systems[1]);
    summary.systems.resize(1);
    CHECK(told_first(summary) == &summary.systems[0]);
    summary.systems.clear();
    CHECK(told_first(summary) == nullptr);
}

TEST_CASE("one answer for everything is told in both languages, in lines that fit") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 16);
    store.trials.clear();
    for (const core::Case& one : store.cases) {
        store.trials.push_back(answered(summary, one, "autre"));
    }
    const SystemFailures failures = failures_in(summary, store, 2);
    const std::string english = text(Language::En, summary, {}, failures);
    CHECK(has(english, "Where qwen2.5-coder-0.5b goes wrong: 14 of its 16 answers"));
    CHECK(has(english, "It answered \"autre\" in 14 of its 14 failures."));
    CHECK(has(english, "expected \"facturation\", answered \"autre\""));
    CHECK(has(english, "palier show r7f3a1c --failures"));
    CHECK(
        has(text(Language::Fr, summary, {}, failures), "Il a répondu « autre » dans 14 de ses 14"));
    const std::string all = failures_text(Language::Fr, failures);
    CHECK(too_wide(all).empty());
    for (const core::GradedCase& one : failures.found.cases) {
        CHECK(has(all, one.case_id));
    }
}

TEST_CASE("a System that is always right says so and lists nothing") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 2);
    store.trials = {answered(summary, store.cases[0], store.cases[0].expected[0])};
    const SystemFailures failures = failures_in(summary, store, 2);
    CHECK(failures_text(Language::En, failures) ==
          "qwen2.5-coder-0.5b is right on all 1 cases that it was asked\n");
}

TEST_CASE("why an answer is not usable is told where the grader knows it") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 1);
    store.trials = {answered(summary, store.cases[0], "SELECT colour FROM item")};
    store.trials[0].trial.grade.failure = core::Failure::SqlError;
    store.trials[0].trial.failure_detail = "no such column: colour";
    const SystemFailures failures = failures_in(summary, store, 2);
    CHECK(has(failures_text(Language::En, failures),
              "SQL that does not run (no such column: colour)"));
    CHECK(has(failures_text(Language::Fr, failures), "SQL qui ne s'exécute pas"));
    const auto value = json::parse_or_nothing(failures_json("r1", failures));
    REQUIRE(value);
    CHECK((*value)["failures"].as_array().front()["failure_detail"].as_string() ==
          "no such column: colour");
}

TEST_CASE("text of a case and of a model can neither move the cursor nor break the columns") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 1);
    store.cases[0].input = "line\nwith \x1b[2J" + std::string(300, 'w');
    store.trials = {answered(summary, store.cases[0], "a\x1b[31m" + std::string(300, 'x'))};
    const std::string shown = failures_text(Language::En, failures_in(summary, store, 2));
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(too_wide(shown).empty());
}

TEST_CASE("scripts get every failure, the telling ones by id, and the pattern or null") {
    const core::Summary summary = fixture::tickets();
    fixture::MemoryStore store = fixture::tickets_store(summary, 182);
    const auto value = json::parse_or_nothing(failures_json("r1", failures_in(summary, store, 3)));
    REQUIRE(value);
    CHECK((*value)["system"].as_string() == "smollm2-135m/few-shot");
    CHECK((*value)["on"].as_string() == "test");
    CHECK((*value)["asked"].as_int() == 31);
    CHECK((*value)["telling"].as_array().size() == 3);
    const json::Value& first = (*value)["failures"].as_array().front();
    CHECK(first["topline_right"].is_bool());
    CHECK(first["score"].as_double() == 0);
}

}  // namespace palier::report
