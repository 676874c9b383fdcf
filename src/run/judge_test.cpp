#include "run/judge.h"

#include "run/codes.h"
#include "run/test_world.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::run {
namespace {

const std::vector<std::string> k_two_rules{"It is ham.", "It is polite."};

// A run of one endpoint, and a judge at another that keeps to what its script says.
struct Court {
    TestWorld world;
    job::JobFile file;
    std::optional<ClimbResult> result;
    std::atomic<bool> interrupted{false};
    std::vector<engine::Request> heard;
    // By request; the judge says yes to the first rule of ham, and to every second rule.
    std::function<engine::fake::Answer(const engine::Request&)> says =
        [](const engine::Request& request) {
            const bool ham = request.input.find("<answer>\nham") != std::string::npos;
            const bool first = request.messages.front().content.find("ham") != std::string::npos;
            return engine::fake::Answer(!first || ham ? "yes" : "no");
        };

    explicit Court(const std::string& privacy = "machine") {
        world.add_endpoint("small", knowing(0.7));
        engine::Facts facts = engine::fake::plain_facts("judge");
        facts.capabilities = {engine::Capability::Generate};
        world.engines.add(
            "judge",
            [this](const engine::Request& request) {
                heard.push_back(request);
                return says(request);
            },
            {&world.clock, 4, std::nullopt},
            facts);
        file = world.job(
            "[constraints]\nquality = { metric = \"accuracy\", min = 0.6 }\nprivacy = \"" +
                privacy +
                "\"\n[[candidate]]\nendpoint = \"http://127.0.0.1:1/v1\"\n"
                "model = \"small\"\nparameters = \"1B\"\n",
            40,
            20);
        auto climbed = world.climb(file);
        REQUIRE(climbed);
        result.emplace(*std::move(climbed));
    }
    [[nodiscard]] RunAnswers answers() {
        auto found = answers_of_run(result->summary, *world.store, result->run);
        REQUIRE(found);
        return *std::move(found);
    }
    [[nodiscard]] Result<std::unique_ptr<Judge>> open(
        const std::vector<std::string>& rules = k_two_rules,
        const std::string& endpoint = "http://127.0.0.1:2/v1") {
        core::ModelSpec model;
        model.endpoint = endpoint;
        model.model = "judge";
        return Judge::open(model, rules, file.job, "", 0, world.engines);
    }
    [[nodiscard]] Result<JudgeWork> judge(const std::vector<std::string>& rules = k_two_rules) {
        auto judge = open(rules);
        REQUIRE(judge);
        return (*judge)->judge(
            answers(), *world.store, result->run, interrupted, [](auto, auto) {});
    }
    [[nodiscard]] core::JudgedTexts verdicts() {
        const auto judge = kept_judge(*world.store, result->run);
        REQUIRE(judge);
        REQUIRE(*judge);
        auto found = kept_verdicts(**judge, answers(), *world.store);
        REQUIRE(found);
        return *std::move(found);
    }
};

std::int64_t questions(const RunAnswers& answers) {
    return 2 * static_cast<std::int64_t>(answers.texts.size());
}

}  // namespace

TEST_CASE("a judge says of each text whether it keeps each rule") {
    Court court;
    const auto work = court.judge();
    REQUIRE(work);
    const RunAnswers answers = court.answers();
    CHECK(work->requests == questions(answers));
    CHECK(work->prompt_tokens > 0);
    CHECK_FALSE(work->cost);
    const auto verdicts = court.verdicts();
    REQUIRE(verdicts.size() == answers.texts.size());
    for (const auto& [key, rules] : verdicts) {
        const bool ham = answers.texts.at(key) == "ham";
        CHECK(rules.at(0) == (ham ? core::RuleVerdict::Holds : core::RuleVerdict::Broken));
        CHECK(rules.at(1) == core::RuleVerdict::Holds);
    }
    const std::string& asked = court.heard.front().input;
    CHECK(asked.find("case ") != std::string::npos);
    CHECK(court.heard.front().messages.front().content.find(k_two_rules[0]) != std::string::npos);
}

TEST_CASE("what a judge has said is not asked twice; another rule is") {
    Court court;
    REQUIRE(court.judge());
    const std::size_t heard = court.heard.size();
    CHECK((*court.open())->left(court.answers(), *court.world.store).value() == 0);
    CHECK(court.judge()->requests == 0);
    CHECK(court.heard.size() == heard);
    const auto other = court.judge({k_two_rules[0], "It is short."});
    CHECK(other->requests == questions(court.answers()) / 2);
    CHECK(kept_judge(*court.world.store, court.result->run).value()->rules[1] == "It is short.");
}

TEST_CASE("a judge that is cut off goes on where it was") {
    Court court;
    const auto before = court.says;
    court.says = [&](const engine::Request& request) {
        court.interrupted = court.heard.size() > 30;
        return before(request);
    };
    const auto first = court.judge();
    REQUIRE(first);
    CHECK(first->interrupted);
    CHECK(court.verdicts().size() < court.answers().texts.size());
    court.says = before;
    court.interrupted = false;
    const auto second = court.judge();
    CHECK(first->requests + second->requests == questions(court.answers()));
    CHECK(court.verdicts().size() == court.answers().texts.size());
}

TEST_CASE("nonsense is no verdict, and is counted as none") {
    Court court;
    const auto before = court.says;
    court.says = [&](const engine::Request& request) {
        return request.input.find("<answer>\nham") != std::string::npos
                   ? engine::fake::Answer("I love it!")
                   : before(request);
    };
    REQUIRE(court.judge());
    const RunAnswers answers = court.answers();
    for (const auto& [key, rules] : court.verdicts()) {
        if (answers.texts.at(key) == "ham") {
            CHECK(rules.at(0) == core::RuleVerdict::None);
            CHECK_FALSE(core::judged_good(rules));
        }
    }
    CHECK(court.judge()->requests == 0);  // nonsense stays nonsense
}

TEST_CASE("a judge that cannot be reached is an error, and what it said is kept") {
    Court court;
    const auto before = court.says;
    court.says = [&](const engine::Request& request) {
        return court.heard.size() > 40 ? engine::fake::Answer(engine::Failed{
                                             engine::FailureKind::Unreachable, "no route", 0})
                                       : before(request);
    };
    const auto work = court.judge();
    REQUIRE_FALSE(work);
    CHECK(work.error().code == codes::judge_unreachable);
    court.says = before;
    CHECK(court.judge()->requests < questions(court.answers()));
    CHECK(court.verdicts().size() == court.answers().texts.size());
}

TEST_CASE("a judge may be only where the data may go") {
    Court court;
    const auto away = court.open(k_two_rules, "https://judge.example/v1");
    REQUIRE_FALSE(away);
    CHECK(away.error().code == codes::judge_may_not_see);
    Court open_court("cloud");
    CHECK(open_court.open(k_two_rules, "https://judge.example/v1"));
}

TEST_CASE("an engine that scores is not asked to write") {
    Court court;
    bool scored = false;
    court.world.engines.add(
        "judge",
        [&](const engine::Request& request) {
            scored = request.kind == engine::Kind::Score;
            engine::Response response;
            response.scores = {{-1, 1}, {-2, 1}};
            return engine::fake::Answer(std::move(response));
        },
        {},
        engine::fake::plain_facts("judge"));
    REQUIRE(court.judge());
    CHECK(scored);
    CHECK(court.verdicts().begin()->second.front() == core::RuleVerdict::Holds);
}

}  // namespace palier::run
