// What every implementation of store.h must do. A test calls check_store_contract with a function
// that gives a new, empty Store.
#pragma once

#include "store/codes.h"
#include "store/store.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::store::contract {

using MakeStore = std::function<std::unique_ptr<Store>()>;

// 64 hex digits, as of a SHA-256, that differ with `number`.
inline std::string hash_of(std::uint64_t number) {
    static constexpr std::string_view k_digits = "0123456789abcdef";
    std::string hex(64, 'a');
    for (std::size_t i = 0; i < 16; ++i) {
        hex[63 - i] = k_digits[(number >> (4 * i)) & 15];
    }
    return hex;
}

inline RunRow run_named(std::string identity) {
    RunRow run;
    run.identity = std::move(identity);
    run.job_name = "ticket routing";
    run.job_path = "jobs/palier.toml";
    run.job_text = "[job]\nname = \"ticket routing\"\n";
    run.data_hash = hash_of(99);
    run.started_at = "2026-03-01T12:34:56Z";
    return run;
}

inline Placed placed(std::uint64_t number, Phase phase = Phase::Test, std::uint64_t system = 1) {
    Placed one;
    one.phase = phase;
    one.ordinal = static_cast<std::int64_t>(number);
    one.trial.key = hash_of(1000 * system + number);
    one.trial.request_key = hash_of(1'000'000 + 1000 * system + number);
    one.trial.system_hash = hash_of(2'000'000 + system);
    one.trial.case_id = "line-" + std::to_string(number);
    one.trial.answer = "answer " + std::to_string(number);
    return one;
}

inline core::Trial full_trial() {
    core::Trial trial = placed(7).trial;
    trial.answer = std::string("quotes \" and \n and \0 and \xff", 26);
    trial.grade.score = 666'667;
    trial.grade.parsed = "{\"total\":\"12,50 €\"}";
    trial.grade.failure = core::Failure::InvalidAnswer;
    trial.grade.metrics = {{"field_f1", 666'667}, {"exact", 0}};
    trial.grade.fields = {{"lines[].\"é\"", {1, 2, 3}}, {"total", {0, 1, 1}}};
    trial.failure_detail = "no JSON in the answer";
    trial.timing = core::Timing{12.25, 1e-3 / 3};
    trial.tokens = {123, std::nullopt, 17};
    trial.recorded = true;
    return trial;
}

inline void check_equal(const core::Trial& a, const core::Trial& b) {
    CHECK(a.key == b.key);
    CHECK(a.request_key == b.request_key);
    CHECK(a.system_hash == b.system_hash);
    CHECK(a.case_id == b.case_id);
    CHECK(a.answer == b.answer);
    CHECK(a.grade.score == b.grade.score);
    CHECK(a.grade.parsed == b.grade.parsed);
    CHECK(a.grade.failure == b.grade.failure);
    CHECK(a.grade.metrics == b.grade.metrics);
    CHECK(a.grade.fields == b.grade.fields);
    CHECK(a.failure_detail == b.failure_detail);
    REQUIRE(a.timing.has_value() == b.timing.has_value());
    if (a.timing) {
        CHECK(a.timing->ttft_ms == b.timing->ttft_ms);
        CHECK(a.timing->total_ms == b.timing->total_ms);
    }
    CHECK(a.tokens == b.tokens);
    CHECK(a.recorded == b.recorded);
}

inline std::int64_t begin(Store& store, std::string identity = "identity") {
    const Result<RunRow> run = store.begin_run(run_named(std::move(identity)));
    REQUIRE(run);
    return run->row;
}

// The Trials that each_trial visits.
inline std::vector<Placed> trials_of(Store& store,
                                     std::int64_t run,
                                     std::optional<Phase> phase = std::nullopt,
                                     std::string_view system = "") {
    std::vector<Placed> seen;
    const Result<void> done = store.each_trial(run, phase, system, [&seen](const Placed& one) {
        seen.push_back(one);
        return true;
    });
    REQUIRE(done);
    return seen;
}

inline std::vector<core::Case> cases_of(Store& store, std::int64_t run) {
    std::vector<core::Case> seen;
    const Result<void> done = store.each_case(run, [&seen](const core::Case& one) {
        seen.push_back(one);
        return true;
    });
    REQUIRE(done);
    return seen;
}

inline void check_runs(const MakeStore& make) {
    const std::unique_ptr<Store> store = make();
    SUBCASE("a run comes back as it was begun, with an id for people") {
        const Result<RunRow> begun = store->begin_run(run_named("one"));
        REQUIRE(begun);
        CHECK(begun->id.size() == 7);
        CHECK(begun->id[0] == 'r');
        const Result<RunRow> found = store->run(begun->id);
        REQUIRE(found);
        CHECK(found->row == begun->row);
        CHECK(found->identity == "one");
        CHECK(found->job_name == "ticket routing");
        CHECK(found->job_path == "jobs/palier.toml");
        CHECK(found->job_text == run_named("").job_text);
        CHECK(found->data_hash == hash_of(99));
        CHECK(found->started_at == "2026-03-01T12:34:56Z");
        CHECK_FALSE(found->finished);
        CHECK(found->exit_code == -1);
        CHECK(found->elapsed_s == 0);
    }
    SUBCASE("find_run gives the newest run of that identity, which is how a climb resumes") {
        const std::int64_t first = begin(*store, "one");
        const std::int64_t other = begin(*store, "two");
        CHECK((*store->find_run("one"))->row == first);
        const std::int64_t again = begin(*store, "one");
        CHECK((*store->find_run("one"))->row == again);
        CHECK((*store->find_run("two"))->row == other);
        CHECK_FALSE(store->find_run("three")->has_value());
    }
    SUBCASE("a run is found by a unique prefix and as \"last\"") {
        const std::string id = store->begin_run(run_named("one"))->id;
        CHECK(store->run(id.substr(0, 3))->id == id);
        const std::string newest = store->begin_run(run_named("one"))->id;
        CHECK(newest != id);
        CHECK(store->run("last")->id == newest);
        CHECK(store->runs()->front().id == newest);
        CHECK(store->runs()->back().id == id);
    }
    SUBCASE("an unknown and an ambiguous name are errors that say so") {
        CHECK(store->run("last").error().code == store::codes::no_such_run);
        const std::string one = store->begin_run(run_named("one"))->id;
        const std::string two = store->begin_run(run_named("two"))->id;
        CHECK(store->run("nothing").error().code == store::codes::no_such_run);
        CHECK(store->run("").error().code == store::codes::no_such_run);
        CHECK(store->run("%").error().code == store::codes::no_such_run);
        const Result<RunRow> both = store->run("r");
        REQUIRE_FALSE(both);
        CHECK(both.error().code == store::codes::several_runs);
        CHECK(both.error().args[1].second == two + ", " + one);
    }
    SUBCASE("elapsed time adds up over sessions") {
        const std::int64_t run = begin(*store);
        REQUIRE(store->add_elapsed(run, 1.5));
        REQUIRE(store->add_elapsed(run, 2.25));
        CHECK(store->run("last")->elapsed_s == 3.75);
    }
}

inline void check_trials(const MakeStore& make) {
    const std::unique_ptr<Store> store = make();
    const std::int64_t run = begin(*store);
    SUBCASE("a Trial comes back whole, by its key, by its request and by its place") {
        const core::Trial trial = full_trial();
        const core::Trial bare = placed(8).trial;
        REQUIRE(store->put_trials(run, {{Phase::Dev, 3, trial}, {Phase::Test, 4, bare}}));
        check_equal(store->find_trial(trial.key)->value(), trial);
        check_equal(store->find_trial(bare.key)->value(), bare);
        check_equal(store->find_answer(trial.request_key)->value(), trial);
        const std::vector<Placed> all = trials_of(*store, run);
        REQUIRE(all.size() == 2);
        CHECK(all[0].phase == Phase::Dev);
        CHECK(all[0].ordinal == 3);
        check_equal(all[0].trial, trial);
        check_equal(all[1].trial, bare);
    }
    SUBCASE("what was not put is not found") {
        CHECK_FALSE(store->find_trial(hash_of(1))->has_value());
        CHECK_FALSE(store->find_answer(hash_of(1))->has_value());
        CHECK_FALSE(store->find_answer("")->has_value());
        CHECK(trials_of(*store, run).empty());
        REQUIRE(store->put_trials(run, {}));
    }
    SUBCASE("a Trial without a request is kept and is nobody's answer") {
        Placed one = placed(1);
        one.trial.request_key.clear();
        REQUIRE(store->put_trials(run, {one}));
        CHECK(store->find_trial(one.trial.key)->value().request_key.empty());
        CHECK_FALSE(store->find_answer("")->has_value());
    }
    SUBCASE("a phase that is taken out of a run can be put anew, and stays in other runs") {
        const std::int64_t one = store->begin_run(run_named("one"))->row;
        const std::int64_t two = store->begin_run(run_named("two"))->row;
        const Placed probe = placed(1, Phase::Latency);
        const Placed proof = placed(2, Phase::Test);
        REQUIRE(store->put_trials(one, {probe, proof}));
        REQUIRE(store->put_trials(two, {probe}));
        REQUIRE(store->take_out(one, Phase::Latency));
        CHECK(trials_of(*store, one).size() == 1);
        CHECK(trials_of(*store, two).size() == 1);
        Placed anew = placed(1, Phase::Latency);
        anew.trial.key = hash_of(424242);
        REQUIRE(store->put_trials(one, {anew}));
        CHECK(trials_of(*store, one, Phase::Latency).front().trial.key == anew.trial.key);
    }
    SUBCASE("putting a Trial twice keeps the first and counts it once") {
        const Placed first = placed(1);
        Placed second = first;
        second.trial.answer = "another answer";
        REQUIRE(store->put_trials(run, {first}));
        REQUIRE(store->put_trials(run, {second, second}));
        CHECK(store->find_trial(first.trial.key)->value().answer == first.trial.answer);
        CHECK(trials_of(*store, run).size() == 1);
    }
    SUBCASE("a place that is taken keeps its Trial; the other one is kept by its key") {
        Placed other = placed(2);
        other.ordinal = 1;
        REQUIRE(store->put_trials(run, {placed(1), other}));
        const std::vector<Placed> all = trials_of(*store, run);
        REQUIRE(all.size() == 1);
        CHECK(all[0].trial.key == placed(1).trial.key);
        CHECK(store->find_trial(other.trial.key)->has_value());
    }
    SUBCASE("a Trial of an earlier run is linked under the case id of this one") {
        REQUIRE(store->put_trials(run, {placed(1)}));
        const std::int64_t later = begin(*store);
        Placed again = placed(1);
        again.trial.case_id = "line-4711";
        again.ordinal = 40;
        REQUIRE(store->put_trials(later, {again}));
        CHECK(trials_of(*store, later)[0].trial.case_id == "line-4711");
        CHECK(trials_of(*store, later)[0].ordinal == 40);
        CHECK(trials_of(*store, run)[0].trial.case_id == "line-1");
        CHECK(trials_of(*store, run)[0].ordinal == 1);
    }
}

inline void check_order(const MakeStore& make) {
    const std::unique_ptr<Store> store = make();
    const std::int64_t run = begin(*store);
    const std::int64_t other = begin(*store, "other");
    const std::vector<Phase> phases = {
        Phase::Latency, Phase::BatchCheck, Phase::Topline, Phase::Test, Phase::Dev};
    for (std::uint64_t system = 1; system <= 3; ++system) {
        for (std::uint64_t i = 0; i < 40; ++i) {
            const std::uint64_t number = i * 17 % 40;
            Placed one = placed(number, phases[number % phases.size()], system);
            REQUIRE(store->put_trials(run, {one}));
        }
    }
    REQUIRE(store->put_trials(other, {placed(500)}));
    SUBCASE("each_trial goes by phase and ordinal, whatever order they were put in") {
        const std::vector<Placed> all = trials_of(*store, run);
        REQUIRE(all.size() == 120);
        for (std::size_t i = 1; i < all.size(); ++i) {
            CHECK(std::pair(all[i - 1].phase, all[i - 1].ordinal) <=
                  std::pair(all[i].phase, all[i].ordinal));
        }
    }
    SUBCASE("a phase, a system, or both can be asked for") {
        CHECK(trials_of(*store, run, Phase::Dev).size() == 24);
        const std::string system = hash_of(2'000'002);
        CHECK(trials_of(*store, run, std::nullopt, system).size() == 40);
        const std::vector<Placed> both = trials_of(*store, run, Phase::Test, system);
        REQUIRE(both.size() == 8);
        for (std::size_t i = 0; i < both.size(); ++i) {
            CHECK(both[i].trial.system_hash == system);
            CHECK(both[i].ordinal == static_cast<std::int64_t>(5 * i + 3));
        }
        CHECK(trials_of(*store, run, std::nullopt, hash_of(5)).empty());
    }
    SUBCASE("the visitor ends the walk by returning false, and may use the store meanwhile") {
        int seen = 0;
        REQUIRE(store->each_trial(run, std::nullopt, "", [&](const Placed& one) {
            CHECK(store->find_trial(one.trial.key)->has_value());
            CHECK(trials_of(*store, other).size() == 1);
            return ++seen < 5;
        }));
        CHECK(seen == 5);
    }
}

inline void check_memos(const MakeStore& make) {
    const std::unique_ptr<Store> store = make();
    const std::int64_t run = begin(*store);
    const std::int64_t later = begin(*store, "later");
    SUBCASE("a fact is kept by run and name; put again, it is replaced") {
        CHECK_FALSE(store->memo(run, "weights")->has_value());
        REQUIRE(store->put_memo(run, "weights", "file"));
        REQUIRE(store->put_memo(run, "memory", ""));
        CHECK(store->memo(run, "weights")->value() == "file");
        CHECK(store->memo(run, "memory")->value().empty());
        CHECK_FALSE(store->memo(later, "weights")->has_value());
        REQUIRE(store->put_memo(run, "weights", "bf16-copy"));
        CHECK(store->memo(run, "weights")->value() == "bf16-copy");
    }
    SUBCASE("the newest value in any run is the one that was put last") {
        CHECK_FALSE(store->newest_memo("weights")->has_value());
        REQUIRE(store->put_memo(later, "weights", "file"));
        REQUIRE(store->put_memo(run, "weights", "bf16-copy"));
        CHECK(store->newest_memo("weights")->value() == "bf16-copy");
        REQUIRE(store->put_memo(later, "weights", "file again"));
        CHECK(store->newest_memo("weights")->value() == "file again");
    }
}

inline void check_cases(const MakeStore& make) {
    const std::unique_ptr<Store> store = make();
    const std::int64_t run = begin(*store);
    core::Case full, bare;
    full.id = "a-1";
    full.input = "Où est \xff mon colis ?";
    full.expected = {"delivery", ""};
    full.context = "context";
    full.group = "group";
    full.tags = {"x", "y"};
    full.line = 12;
    bare.id = "line-2";
    bare.expected = {"billing"};
    bare.line = 2;
    const auto equal = [](const core::Case& a, const core::Case& b) {
        return a.id == b.id && a.input == b.input && a.expected == b.expected &&
               a.context == b.context && a.group == b.group && a.tags == b.tags && a.line == b.line;
    };
    REQUIRE(store->put_cases(run, {full, bare}));
    SUBCASE("cases come back as they were, in the order they were put") {
        const std::vector<core::Case> seen = cases_of(*store, run);
        REQUIRE(seen.size() == 2);
        CHECK(equal(seen[0], full));
        CHECK(equal(seen[1], bare));
    }
    SUBCASE("a resumed run that puts them again has each once; further ones follow") {
        core::Case third = bare;
        third.line = 3;
        REQUIRE(store->put_cases(run, {third, full, bare}));
        const std::vector<core::Case> seen = cases_of(*store, run);
        REQUIRE(seen.size() == 3);
        CHECK(equal(seen[0], full));
        CHECK(equal(seen[2], third));
    }
    SUBCASE("another run has its own list, and the visitor may end it") {
        const std::int64_t later = begin(*store, "later");
        CHECK(cases_of(*store, later).empty());
        REQUIRE(store->put_cases(later, {bare, full}));
        int seen = 0;
        REQUIRE(store->each_case(later, [&](const core::Case& one) {
            CHECK(equal(one, bare));
            ++seen;
            return false;
        }));
        CHECK(seen == 1);
    }
}

inline void check_summaries(const MakeStore& make) {
    const std::unique_ptr<Store> store = make();
    const std::int64_t run = begin(*store);
    core::Summary summary;
    summary.run = "r000001";
    summary.currency = "EUR";
    summary.exit_code = 5;
    SUBCASE("a run without a summary says so") {
        CHECK(store->summary(run).error().code == store::codes::run_without_result);
        CHECK(store->summary(run + 1000).error().code == store::codes::no_such_run);
    }
    SUBCASE("a summary is replaced by the next one and sets the run's end") {
        REQUIRE(store->put_summary(run, summary));
        CHECK(store->summary(run)->currency == "EUR");
        CHECK_FALSE(store->run("last")->finished);
        CHECK(store->run("last")->exit_code == -1);
        summary.finished = true;
        summary.exit_code = 0;
        summary.currency = "USD";
        REQUIRE(store->put_summary(run, summary));
        CHECK(store->summary(run)->currency == "USD");
        CHECK(store->run("last")->finished);
        CHECK(store->run("last")->exit_code == 0);
    }
}

inline void check_store_contract(const MakeStore& make) {
    SUBCASE("runs") {
        check_runs(make);
    }
    SUBCASE("trials") {
        check_trials(make);
    }
    SUBCASE("order of trials") {
        check_order(make);
    }
    SUBCASE("memos") {
        check_memos(make);
    }
    SUBCASE("cases") {
        check_cases(make);
    }
    SUBCASE("summaries") {
        check_summaries(make);
    }
}

}  // namespace palier::store::contract
