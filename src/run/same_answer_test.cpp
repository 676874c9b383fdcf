// The same event gives the same Answer, whoever asks: the evaluation, the batch-of-one check, the
// latency probe, and a person who wants a suggestion; for every kind of end, every task, and both
// ways of deciding.
#include "run/latency.h"
#include "run/test_world.h"
#include "system/identity.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace palier::run {
namespace {

using engine::Failed;
using engine::FailureKind;

// The end of a request, and what it means for a case of the task.
struct Event {
    std::string name;
    engine::fake::Answer answer;
};

engine::Response said(std::string text, engine::Finish finish = engine::Finish::End) {
    engine::Response response;
    response.text = std::move(text);
    response.scores = {{-1, 1}, {-2, 1}};
    response.finish = finish;
    return response;
}

std::vector<Event> every_event() {
    engine::Response thoughts = said("");
    thoughts.thinking = "it may be ham";
    engine::Response calls = said("", engine::Finish::ToolCalls);
    calls.tool_calls = {{"1", "f", "{}"}};
    return {{"answered", said("ham")},
            {"JSON", said("{\"a\": 1}")},
            {"nothing usable", said("?")},
            {"cut and unusable", said("I think that", engine::Finish::Length)},
            {"cut and usable", said("ham, since", engine::Finish::Length)},
            {"cut in a thought without marks", said("it is ham, or", engine::Finish::Length)},
            {"cut in a thought", said("<think>ham")},
            {"thought apart", thoughts},
            {"a call", calls},
            {"timeout", Failed{FailureKind::Timeout, "why", 0}},
            {"context", Failed{FailureKind::ContextExceeded, "why", 400}},
            {"rejected", Failed{FailureKind::Rejected, "why", 422}},
            {"refused", Failed{FailureKind::Refused, "why", 200}},
            {"server error", Failed{FailureKind::ServerError, "why", 500}},
            {"unreachable", Failed{FailureKind::Unreachable, "why", 0}},
            {"not recorded", Failed{FailureKind::NotRecorded, "why", 0}},
            {"unsupported", Failed{FailureKind::Unsupported, "why", 0}}};
}

core::Job job_of(core::Task task) {
    core::Job job = two_labels();
    job.task = task;
    switch (task) {
        case core::Task::Classify:
            break;
        case core::Task::Extract:
            job.constraints.quality.metric = "field_f1";
            break;
        case core::Task::Generate:
            job.constraints.quality.metric = "normalised";
            break;
        case core::Task::Answer:
            job.constraints.quality.metric = "em";
            break;
    }
    return job;
}

// What an asker saw of one case: an Answer as it was graded, or that the world failed.
struct Seen {
    std::string text, parsed, failure, detail;
    Micros score = 0;
    bool operator==(const Seen&) const = default;
};
doctest::String toString(const Seen& seen) {
    return (seen.text + " | " + seen.parsed + " | " + seen.failure + " | " + seen.detail).c_str();
}

Seen of_trial(const core::Trial& trial) {
    return {trial.answer,
            trial.grade.parsed,
            std::string(core::name_of(trial.grade.failure)),
            trial.failure_detail,
            trial.grade.score};
}
Seen of_world(const std::string& detail) {
    return {"", "", "the world", detail, 0};
}

// Asks two cases: one that is answered, then the one of the event.
struct Asking {
    Asking(core::Task task, core::Decide decide, const Event& event)
        : job(job_of(task)), budget(world.unlimited()), around(world.around(job, budget)) {
        recipe.decide = decide;
        const std::string right = task == core::Task::Extract ? "{\"a\": 1}" : "ham";
        for (const char* input : {"good", "the event"}) {
            core::Case item;
            item.id = item.input = input;
            item.expected = {right};
            cases.push_back(item);
        }
        order = {&cases[0], &cases[1]};
        const auto answer = event.answer;
        model.instead = [right, answer](const engine::Request& request) {
            return std::optional(request.input == "good" ? engine::fake::Answer(said(right))
                                                         : answer);
        };
        asked = world.ask(job, recipe, model);
    }

    Seen evaluated(bool alone) {
        std::optional<Seen> seen;
        const Question question{*asked.system,
                                order,
                                alone ? store::Phase::BatchCheck : store::Phase::Test,
                                1,
                                1,
                                alone,
                                Stage::Proof};
        const auto ended = evaluate(
            around, question, [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                if (item.id == "the event") {
                    seen = of_trial(trial);
                }
                return true;
            });
        REQUIRE(ended);
        return seen.value_or(of_world(ended->detail));
    }

    Seen probed() {
        const auto probe = probe_latency(
            around, {*asked.system, order, std::nullopt, std::nullopt, 300, 1, nullptr});
        REQUIRE(probe);
        std::optional<Seen> seen;
        REQUIRE(around.store.each_trial(
            around.run, store::Phase::Latency, "", [&](const store::Placed& placed) {
                if (!seen && placed.trial.case_id == "the event") {
                    seen = of_trial(placed.trial);
                }
                return true;
            }));
        return seen.value_or(of_world(probe->evaluated.detail));
    }

    Seen suggested() {
        (void)asked.system->ask_alone(cases[0].asked(), {});
        const system::Outcome outcome = asked.system->ask_alone(cases[1].asked(), {});
        if (const auto* trouble = std::get_if<system::Trouble>(&outcome)) {
            return of_world(trouble->detail);
        }
        return of_trial(trial_of(
            std::get<core::Answer>(outcome), cases[1], asked.system->system(), around.grader));
    }

    TestWorld world;
    core::Job job;
    core::Recipe recipe;
    Model model;
    Budget budget;
    Surroundings around;
    std::vector<core::Case> cases;
    std::vector<const core::Case*> order;
    TestWorld::Asked asked;
};

}  // namespace

TEST_CASE("the same event is the same Answer through every asker") {
    constexpr std::array tasks{
        core::Task::Classify, core::Task::Extract, core::Task::Generate, core::Task::Answer};
    for (const Event& event : every_event()) {
        for (const core::Task task : tasks) {
            for (const core::Decide decide : {core::Decide::Generate, core::Decide::Score}) {
                if (decide == core::Decide::Score && task != core::Task::Classify) {
                    continue;
                }
                CAPTURE(event.name);
                CAPTURE(core::name_of(task));
                CAPTURE(core::name_of(decide));
                const auto asking = [&] { return Asking(task, decide, event); };
                const Seen evaluated = asking().evaluated(false);
                CHECK(asking().evaluated(true) == evaluated);
                CHECK(asking().probed() == evaluated);
                CHECK(asking().suggested() == evaluated);
            }
        }
    }
}

}  // namespace palier::run
