#include "run/evaluation.h"

#include "run/test_world.h"

#include <doctest/doctest.h>

#include <numeric>

namespace palier::run {
namespace {

using engine::Failed;
using engine::FailureKind;
using engine::fake::Answer;

// One System over the first cases, asked as often as a test likes.
struct Bench {
    TestWorld world;
    core::Job job = two_labels();
    Budget budget = world.unlimited();
    Surroundings around = world.around(job, budget);
    std::vector<core::Case> cases;
    std::vector<const core::Case*> order;
    core::Recipe recipe;
    TestWorld::Asked asked;
    Model model = knowing(0.9);
    std::vector<std::int64_t> consumed;
    std::vector<core::Trial> trials;
    std::optional<core::Price> price;
    std::size_t batch = 1;
    std::size_t under_way = 1;
    std::int64_t enough = 1'000'000;

    explicit Bench(int count = 100) : cases(case_numbers(0, count)) {
        for (const core::Case& item : cases) {
            order.push_back(&item);
        }
        use(model);
    }

    void use(const Model& new_model, std::optional<std::uint64_t> shuffle = std::nullopt) {
        model = new_model;
        asked = {};
        asked = world.ask(job, recipe, model, price, shuffle);
    }

    Question question() {
        return {*asked.system, order, store::Phase::Test, batch, under_way, false, Stage::Proof};
    }

    Evaluated run() { return run(around, question()); }
    Evaluated run(const Surroundings& surroundings, const Question& question) {
        consumed.clear();
        trials.clear();
        const auto evaluated =
            evaluate(surroundings,
                     question,
                     [&](std::int64_t ordinal, const core::Case& item, const core::Trial& trial) {
                         CHECK(item.id == trial.case_id);
                         CHECK(&item == order[static_cast<std::size_t>(ordinal)]);
                         consumed.push_back(ordinal);
                         trials.push_back(trial);
                         return static_cast<std::int64_t>(consumed.size()) < enough;
                     });
        REQUIRE(evaluated);
        // Whatever the engine does, the consumer sees the cases in their order, without a gap.
        std::vector<std::int64_t> expected(consumed.size());
        std::iota(expected.begin(), expected.end(), 0);
        CHECK(consumed == expected);
        return *evaluated;
    }

    [[nodiscard]] std::size_t right() const {
        return static_cast<std::size_t>(
            std::count_if(trials.begin(), trials.end(), [](const core::Trial& trial) {
                return trial.grade.score == k_one;
            }));
    }
};

// Fails for one case, always the same way.
Model failing_on(int n, FailureKind kind) {
    Model model = knowing(1);
    model.instead = [=](const engine::Request& request) -> std::optional<Answer> {
        if (request.input == case_number(n).input) {
            return Answer(Failed{kind, "it is said why", 500});
        }
        return std::nullopt;
    };
    return model;
}

Model alternately_slow() {
    Model model = knowing(0.7);
    model.at_once = 8;
    model.instead = [](const engine::Request& request) -> std::optional<Answer> {
        // Wrong answers, which are longer, take three times as long.
        Answer answer(request.input.size() % 2 == 0 ? "ham" : "spam");
        answer.latency = std::chrono::milliseconds(request.input.size() % 2 == 0 ? 10 : 30);
        return answer;
    };
    return model;
}

}  // namespace

TEST_CASE("answers are consumed in the order of the cases, in whatever order they finish") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Bench bench(150);
        bench.under_way = 8;
        Model model = knowing(0.9);
        model.at_once = 8;
        bench.use(seed % 2 == 0 ? alternately_slow() : model, seed);
        bench.batch = 1 + seed % 5;
        CHECK(bench.run().ending == Ending::Complete);
        CHECK(bench.consumed.size() == 150);
        CHECK(bench.world.asked == 150);
        CHECK(bench.world.trials(bench.around.run) == 150);
    }
}

TEST_CASE("a late answer holds back those behind it") {
    Bench bench(10);
    Model model = knowing(1);
    model.at_once = 10;
    model.instead = [](const engine::Request& request) -> std::optional<Answer> {
        Answer answer("ham");
        answer.latency = std::chrono::milliseconds(request.input == "case 0" ? 5000 : 1);
        return answer;
    };
    bench.use(model);
    bench.under_way = 10;
    bench.enough = 1;
    CHECK(bench.run().ending == Ending::Enough);
    CHECK(bench.world.clock.now() >= std::chrono::seconds(5));
    CHECK(bench.world.trials(bench.around.run) == 10);
}

TEST_CASE("what the store has is not asked again, and the answers are the same") {
    Bench bench;
    bench.batch = 16;
    bench.run();
    const auto first = bench.trials;
    CHECK(bench.world.asked == 100);
    bench.world.reopen();
    const Surroundings again{bench.job,
                             bench.around.grader,
                             *bench.world.store,
                             bench.around.run,
                             "",
                             bench.world.clock,
                             bench.budget,
                             bench.world.interrupted,
                             bench.around.progress};
    CHECK(bench.run(again, bench.question()).ending == Ending::Complete);
    CHECK(bench.world.asked == 100);
    REQUIRE(bench.trials.size() == first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        CHECK(bench.trials[i].key == first[i].key);
        CHECK(bench.trials[i].answer == first[i].answer);
        CHECK(bench.trials[i].grade.score == first[i].grade.score);
    }
    CHECK(bench.world.trials(bench.around.run) == 100);
}

TEST_CASE("a batch known in part is asked whole and keeps what was stored") {
    Bench bench(32);
    bench.batch = 8;
    bench.enough = 100;
    bench.order.resize(4);
    bench.run();  // half of the first batch
    CHECK(bench.world.asked == 4);
    for (std::size_t i = 4; i < 32; ++i) {
        bench.order.push_back(&bench.cases[i]);
    }
    bench.use(knowing(0));  // the same model would now say something else
    CHECK(bench.run().ending == Ending::Complete);
    CHECK(bench.world.asked == 4 + 32);
    CHECK(bench.world.trials(bench.around.run) == 32);
    CHECK(bench.right() >= 3);
    for (std::size_t i = 4; i < 32; ++i) {
        CHECK(bench.trials[i].grade.score == 0);
    }
}

TEST_CASE("a consumer that had seen enough in the midst of a batch has seen enough again") {
    Bench bench(32);
    bench.batch = 8;
    bench.enough = 11;
    CHECK(bench.run().ending == Ending::Enough);
    const std::int64_t asked = bench.world.asked;
    CHECK(asked < 24);
    CHECK(bench.run().ending == Ending::Enough);
    CHECK(bench.consumed.size() == 11);
    CHECK(bench.world.asked == asked);
}

TEST_CASE("a consumer that has seen enough stops the rest") {
    Bench bench;
    bench.batch = 8;
    bench.under_way = 2;
    bench.enough = 5;
    CHECK(bench.run().ending == Ending::Enough);
    CHECK(bench.consumed.size() == 5);
    CHECK(bench.world.asked <= 16);
    CHECK(bench.asked.system->wait(std::chrono::seconds(0)).empty());
}

TEST_CASE("a model's failure is a Trial that scores nothing and says why") {
    using core::Failure;
    const std::vector<std::pair<FailureKind, Failure>> kinds{
        {FailureKind::Timeout, Failure::Timeout},
        {FailureKind::ContextExceeded, Failure::ContextExceeded},
        {FailureKind::Rejected, Failure::Rejected},
        {FailureKind::Refused, Failure::Refused}};
    for (const auto& [kind, failure] : kinds) {
        Bench bench(20);
        bench.use(failing_on(7, kind));
        CHECK(bench.run().ending == Ending::Complete);
        REQUIRE(bench.trials.size() == 20);
        CHECK(bench.right() == 19);
        CHECK(bench.trials[7].grade.failure == failure);
        CHECK(bench.trials[7].failure_detail == "it is said why");
        const std::int64_t asked = bench.world.asked;
        CHECK(bench.run().ending == Ending::Complete);
        CHECK(bench.world.asked == asked);
        CHECK(bench.trials[7].grade.failure == failure);
    }
}

TEST_CASE("a truncated or unusable answer is the model's failure too, and is kept") {
    Bench bench(3);
    Model model = knowing(1);
    model.instead = [](const engine::Request& request) -> std::optional<Answer> {
        engine::Response response;
        response.text = "I think that";
        response.finish = request.input == "case 1" ? engine::Finish::Length : engine::Finish::End;
        response.tool_calls.resize(request.input == "case 2" ? 1 : 0);
        response.text = request.input == "case 2" ? "" : response.text;
        return Answer(response);
    };
    bench.use(model);
    bench.run();
    REQUIRE(bench.trials.size() == 3);
    CHECK(bench.trials[0].grade.failure == core::Failure::InvalidAnswer);
    CHECK(bench.trials[1].grade.failure == core::Failure::Truncated);
    CHECK(bench.trials[2].grade.failure == core::Failure::ToolCall);
    CHECK(bench.trials[1].answer == "I think that");
    CHECK(bench.right() == 0);
}

TEST_CASE("a rejection before anything was answered waits for an answer, then is the model's") {
    for (const std::size_t under_way : {1U, 4U}) {
        Bench bench(20);
        Model model = failing_on(0, FailureKind::Rejected);
        model.at_once = 4;
        bench.use(model, 3);
        bench.under_way = under_way;
        CHECK(bench.run().ending == Ending::Complete);
        REQUIRE(bench.trials.size() == 20);
        CHECK(bench.trials[0].grade.failure == core::Failure::Rejected);
        CHECK(bench.right() == 19);
    }
}

TEST_CASE("a 5xx for one case is the model's while the last good case still succeeds") {
    for (const std::size_t under_way : {1U, 4U}) {
        Bench bench(20);
        Model model = failing_on(7, FailureKind::ServerError);
        model.at_once = 4;
        bench.use(model, 3);
        bench.under_way = under_way;
        CHECK(bench.run().ending == Ending::Complete);
        REQUIRE(bench.trials.size() == 20);
        CHECK(bench.right() == 19);
        CHECK(bench.trials[7].grade.failure == core::Failure::ServerError);
        CHECK(bench.world.asked == 21);  // the good one was asked once more
    }
}

TEST_CASE("a 5xx is the world's when nothing succeeds any more, and what finished is kept") {
    Bench bench(20);
    bool down = false;
    Model model = knowing(1);
    model.instead = [&](const engine::Request& request) -> std::optional<Answer> {
        down = down || request.input == "case 7";
        return down ? std::optional<Answer>(Failed{FailureKind::ServerError, "HTTP 503", 503})
                    : std::nullopt;
    };
    bench.use(model);
    const Evaluated evaluated = bench.run();
    CHECK(evaluated.ending == Ending::Unreachable);
    CHECK(evaluated.detail == "HTTP 503");
    CHECK(bench.world.trials(bench.around.run) == 7);

    SUBCASE("the endpoint is well again: it goes on where it was") {
        bench.use(knowing(1));
        CHECK(bench.run().ending == Ending::Complete);
        CHECK(bench.right() == 20);
        CHECK(bench.world.asked == 7 + 2 + 13);
    }
    SUBCASE("it still fails for that case only: a kept answer tells that the world is well") {
        bench.use(failing_on(7, FailureKind::ServerError));
        CHECK(bench.run().ending == Ending::Complete);
        CHECK(bench.right() == 19);
    }
}

TEST_CASE("answers that arrive while the good case is asked again are not lost") {
    Bench bench(40);
    bench.under_way = 8;
    bool down = false;
    Model model = knowing(1);
    model.at_once = 8;
    model.instead = [&](const engine::Request& request) -> std::optional<Answer> {
        if (down || request.input == "case 10") {
            Answer failed(Failed{FailureKind::ServerError, "HTTP 500", 500});
            failed.latency = std::chrono::milliseconds(down ? 20 : 1);
            down = true;
            return failed;
        }
        Answer answer(case_number(std::stoi(request.input.substr(5))).expected.front());
        answer.latency = std::chrono::milliseconds(5);
        return answer;
    };
    bench.use(model);
    CHECK(bench.run().ending == Ending::Unreachable);
    // 8 and 9 were being answered when 10 failed.
    CHECK(bench.world.trials(bench.around.run) == 10);
}

TEST_CASE("no answer recorded, or no connection, ends it with what was said") {
    for (const FailureKind kind : {FailureKind::NotRecorded, FailureKind::Unreachable}) {
        Bench bench(20);
        bench.use(failing_on(7, kind));
        const Evaluated evaluated = bench.run();
        CHECK(evaluated.ending == Ending::Unreachable);
        CHECK(evaluated.detail == "it is said why");
        CHECK(bench.consumed.size() == 7);
        CHECK(bench.world.trials(bench.around.run) == 7);
    }
}

TEST_CASE("an interruption commits what finished, and the next session asks only the rest") {
    for (const std::size_t under_way : {1U, 3U}) {
        Bench bench(100);
        bench.under_way = under_way;
        Model model = knowing(0.9);
        model.at_once = 3;
        bench.use(model, 5);
        bench.world.interrupt_after(40);
        CHECK(bench.run().ending == Ending::Interrupted);
        const std::int64_t kept = bench.world.trials(bench.around.run);
        CHECK(kept >= 40 - static_cast<std::int64_t>(under_way));
        CHECK(kept <= bench.world.asked);
        CHECK(bench.world.asked < 50);
        bench.world.go_on();
        const std::int64_t asked = bench.world.asked;
        CHECK(bench.run().ending == Ending::Complete);
        CHECK(bench.world.asked == asked + 100 - kept);
        CHECK(bench.world.trials(bench.around.run) == 100);
    }
}

TEST_CASE("an interruption while a 5xx is looked into is an interruption") {
    Bench bench(20);
    Model model = knowing(1);
    model.instead = [&](const engine::Request& request) -> std::optional<Answer> {
        if (request.input != "case 7") {
            return std::nullopt;
        }
        bench.world.interrupted = true;
        return Answer(Failed{FailureKind::ServerError, "HTTP 500", 500});
    };
    bench.use(model);
    CHECK(bench.run().ending == Ending::Interrupted);
    CHECK(bench.world.trials(bench.around.run) == 7);
}

TEST_CASE("money is never spent beyond its budget, however much is under way") {
    for (const std::size_t under_way : {1U, 4U, 16U}) {
        for (const double limit : {0.0, 0.01, 0.1, 0.5}) {
            CAPTURE(under_way);
            CAPTURE(limit);
            Bench bench(200);
            bench.price = core::Price{10, 100, "EUR"};
            bench.under_way = under_way;
            Model model = knowing(1);
            model.at_once = 16;
            model.instead = [](const engine::Request& request) -> std::optional<Answer> {
                engine::Response response;  // as dear as an answer can get
                response.text = "ham";
                response.output_tokens = request.sampling.max_tokens;
                response.prompt_tokens = 0;
                for (const engine::Message& message : request.messages) {
                    *response.prompt_tokens += static_cast<int>(message.content.size()) + 8;
                }
                Answer answer(response);
                answer.latency = std::chrono::milliseconds(10);
                return answer;
            };
            bench.use(model, 1);
            Budget budget(bench.world.clock, std::nullopt, Money{limit, "EUR"}, 0);
            const Surroundings around = bench.world.around(bench.job, budget);
            CHECK(bench.run(around, bench.question()).ending == Ending::OverBudget);
            CHECK(budget.spent_money() <= limit);
            const double one = bench.asked.system->most_cost(bench.cases[199].asked());
            CHECK(budget.spent_money() > limit - one - 1e-9);  // and not much too early
            const auto kept = kept_spending(*bench.world.store, around.run);
            REQUIRE(kept);
            CHECK(*kept == doctest::Approx(budget.spent_money()));
        }
    }
}

TEST_CASE("work stops before its time is over, and a hanging answer does not outlast it") {
    Bench bench(1000);
    Budget budget(bench.world.clock, 2.0, std::nullopt, 0);
    const Surroundings around = bench.world.around(bench.job, budget);
    bench.batch = 16;
    CHECK(bench.run(around, bench.question()).ending == Ending::OverBudget);
    CHECK(budget.elapsed_seconds() <= 2.0);
    CHECK(budget.elapsed_seconds() > 1.6);
    CHECK(bench.consumed.size() % 16 == 0);

    Model model = knowing(1);
    model.latency = std::chrono::hours(1);
    bench.use(model);
    Budget short_one(bench.world.clock, 2.0, std::nullopt, 0);
    const Surroundings shorter = bench.world.around(bench.job, short_one);
    bench.order.erase(bench.order.begin(),
                      bench.order.begin() + static_cast<std::ptrdiff_t>(bench.consumed.size()));
    CHECK(bench.run(shorter, bench.question()).ending == Ending::OverBudget);
    CHECK(short_one.elapsed_seconds() <= 2.0);
}

TEST_CASE("time that earlier sessions took counts") {
    Bench bench(1000);
    Budget budget(bench.world.clock, 2.0, std::nullopt, 1.5);
    const Surroundings around = bench.world.around(bench.job, budget);
    CHECK(bench.run(around, bench.question()).ending == Ending::OverBudget);
    CHECK(bench.consumed.size() == 50);
}

TEST_CASE("another recipe with the same question is graded again without asking") {
    Bench bench(50);
    bench.recipe.decide = core::Decide::Score;
    bench.use(knowing(0.9));
    bench.run();
    const auto sums = bench.trials;
    bench.recipe.norm = core::LabelNorm::Mean;
    bench.use(knowing(0.9));
    CHECK(bench.run().ending == Ending::Complete);
    CHECK(bench.world.asked == 50);
    REQUIRE(bench.trials.size() == 50);
    CHECK(bench.trials[0].key != sums[0].key);
    CHECK(bench.trials[0].request_key == sums[0].request_key);
    CHECK(bench.trials[0].system_hash == bench.asked.system->system().hash);
    CHECK(bench.trials[0].grade.parsed == sums[0].grade.parsed);
    CHECK(bench.world.trials(bench.around.run) == 100);
}

TEST_CASE("a fresh run asks again, and only once") {
    Bench bench(30);
    bench.run();
    for (int session = 0; session < 2; ++session) {
        const Surroundings fresh{bench.job,
                                 bench.around.grader,
                                 *bench.world.store,
                                 bench.around.run,
                                 "r123",
                                 bench.world.clock,
                                 bench.budget,
                                 bench.world.interrupted,
                                 bench.around.progress};
        CHECK(bench.run(fresh, bench.question()).ending == Ending::Complete);
        CHECK(bench.world.asked == 60);
    }
}

TEST_CASE("a Trial's key changes with everything that its grade depends on") {
    const core::Case item = case_number(1);
    core::Case other = item;
    other.expected = {"other"};
    core::Case renamed = item;
    renamed.id = "renamed";
    const std::set<std::string> keys{trial_key("r", "s", item, "g"),
                                     trial_key("R", "s", item, "g"),
                                     trial_key("r", "S", item, "g"),
                                     trial_key("r", "s", item, "G"),
                                     trial_key("r", "s", other, "g"),
                                     trial_key("r", "s", renamed, "g")};
    CHECK(keys.size() == 6);
}

}  // namespace palier::run
