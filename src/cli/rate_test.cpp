#include "base/files.h"
#include "cli/cli.h"
#include "cli/rate_session.h"
#include "cli/test_fixture.h"
#include "cli/typed_keys.h"
#include "engine/fake/fake.h"
#include "run/codes.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

namespace palier::cli {
namespace {

// What is typed comes from a pipe that stands in for stdin.
class TypedIntoStdin {
   public:
    explicit TypedIntoStdin(const std::string& keys) : saved_(dup(STDIN_FILENO)) {
        std::array<int, 2> ends{};
        REQUIRE(pipe(ends.data()) == 0);
        REQUIRE(write(ends[1], keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
        close(ends[1]);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
    }
    ~TypedIntoStdin() {
        dup2(saved_, STDIN_FILENO);
        close(saved_);
    }
    TypedIntoStdin(const TypedIntoStdin&) = delete;
    TypedIntoStdin& operator=(const TypedIntoStdin&) = delete;

   private:
    int saved_;
};

// A finished run: "loud" greets as expected, and so does "calm" two times of three; it is silent on
// every fifth case.
struct Greetings {
    Bare bare;
    Folder folder;
    FakeClock clock;
    std::atomic<bool> interrupted{false};
    engine::fake::FakeEngines engines;

    Greetings() {
        std::string cases;
        for (int i = 0; i < 40; ++i) {
            const std::string number = std::to_string(i);
            cases += R"({"id": "c)" + number + R"(", "input": "greet guest )" + number +
                     R"(", "expected": "hello )" + number + "\"}\n";
        }
        REQUIRE(write_file(folder / "cases.jsonl", cases));
        std::string job = R"([job]
name = "greetings"
task = "generate"
instructions = "Greet the guest."
[data]
test = "cases.jsonl"
[constraints]
quality = { metric = "exact", min = 0.9 }
)";
        engine::Facts facts = engine::fake::plain_facts("loud");
        facts.capabilities = {engine::Capability::Generate};
        for (const char* name : {"loud", "calm"}) {
            job += std::string("[[candidate]]\nendpoint = \"http://127.0.0.1:9/v1\"\nmodel = \"") +
                   name + "\"\nparameters = \"" + (*name == 'l' ? "7B" : "1B") + "\"\n";
            facts.model = facts.model_identity = name;
            engines.add(
                name, [name](const engine::Request& r) { return greeting(name, r); }, {}, facts);
        }
        facts.model = facts.model_identity = "judge";
        // Strict: a plain hello to the guest and nothing else.
        engines.add(
            "judge",
            [](const engine::Request& r) {
                return r.input.find("<answer>\nhello") != std::string::npos ? "yes" : "No.";
            },
            {},
            facts);
        REQUIRE(write_file(folder / "palier.toml", job));
        const Outcome climbed = call({"climb", folder / "palier.toml", "--all"});
        REQUIRE_MESSAGE(climbed.code == 0, climbed.err);
    }

    static engine::fake::Answer greeting(const std::string& name, const engine::Request& request) {
        const std::string number = request.input.substr(request.input.rfind(' ') + 1);
        if (name == "loud" || (std::stoi(number) % 3 != 0 && std::stoi(number) % 5 != 0)) {
            return "hello " + number;
        }
        return std::stoi(number) % 5 == 0 ? std::string("  ") : "good day, " + number;
    }

    Outcome call(std::vector<std::string> words, const std::string& keys = "") {
        words.insert(words.begin() + 1, {"--store", folder / "runs.db"});
        const World world{
            engines,
            [this](const std::string& path, bool) -> Result<std::unique_ptr<store::Store>> {
                return store_sqlite::open(path, clock);
            },
            nullptr,
            clock,
            interrupted,
            "1.2.3",
            "fake engines"};
        const auto argv = pointers(words);
        const TypedIntoStdin typed(keys);
        Captured captured;
        Outcome outcome;
        outcome.code = run(static_cast<int>(argv.size()), argv.data(), world);
        std::tie(outcome.out, outcome.err) = captured.stop();
        return outcome;
    }
    json::Value summary() { return last_object(call({"rate", "--summary", "--json"}).out); }
};

// Answers shown, in order.
std::vector<std::string> shown(const std::string& err) {
    std::vector<std::string> answers;
    for (std::size_t at = err.find("Answer:\n"); at != std::string::npos;
         at = err.find("Answer:\n", at + 1)) {
        const std::size_t begin = at + std::string("Answer:\n").size();
        answers.push_back(err.substr(begin, err.find('\n', begin) - begin));
    }
    return answers;
}

}  // namespace

TEST_CASE("a person rates by key, and the shares, with their intervals, are the Systems'") {
    Greetings run;
    // Whatever is good by hand: a plain hello.
    const auto order = shown(run.call({"rate", "--rater", "nobody"}, std::string(200, 's')).err);
    REQUIRE(order.size() > 30);
    std::string keys;
    for (const std::string& answer : order) {
        keys += answer.find("hello") != std::string::npos ? '+' : '-';
    }
    const Outcome done = run.call({"rate", "--rater", "ann", "--json"}, keys);
    CHECK(done.code == 0);
    const json::Value found = last_object(done.out);
    CHECK(at(found, "raters")["ann"].as_int() == static_cast<std::int64_t>(order.size()));
    std::int64_t empty = 0;
    for (const json::Value& system : at(found, "systems").as_array()) {
        const bool loud = system["id"].as_string().find("loud") != std::string::npos;
        CHECK(system["rated"].as_int() == system["answers"].as_int());
        CHECK((system["share_good"].as_double() == 1) == loud);
        CHECK(at(system["share_interval"], "low").as_double() > 0.2);
        CHECK(at(system["share_interval"], "low").as_double() < system["share_good"].as_double());
        empty += system["empty"].as_int();
    }
    CHECK(empty > 0);
    // The grader thinks the same.
    CHECK(at(found, "with_grader")["kappa"].as_double() == 1);
}

TEST_CASE("nothing that is shown says whose an answer is") {
    Greetings run;
    const Outcome done = run.call({"rate"}, std::string(200, '+'));
    CHECK(done.err.find("loud") == std::string::npos);
    CHECK(done.err.find("calm") == std::string::npos);
    CHECK(done.err.find("zero-shot") == std::string::npos);
    // Nor does the order: of the cases with two texts either comes first.
    std::string pattern;
    for (const std::string& answer : shown(done.err)) {
        pattern += answer.find("hello") != std::string::npos ? 'h' : 'g';
    }
    CHECK(pattern.find("hg") != std::string::npos);
    CHECK(pattern.find("gh") != std::string::npos);
}

TEST_CASE("what ended early goes on where it was, in the same order") {
    Greetings run;
    const auto whole = shown(run.call({"rate", "--rater", "bob"}, std::string(200, 's')).err);
    const auto first = shown(run.call({"rate", "--rater", "ann"}, "+-+").err);  // the pipe ends
    const auto second = shown(run.call({"rate", "--rater", "ann"}, "q").err);
    REQUIRE(first.size() == 4);
    REQUIRE(second.size() == 1);
    CHECK(first.back() == second.front());
    CHECK(std::equal(first.begin(), first.end(), whole.begin()));
    CHECK(at(run.summary(), "rated").as_int() == 3);
}

TEST_CASE("undo takes back the last rating, of an earlier session too, and nobody else's") {
    Greetings run;
    run.call({"rate", "--rater", "bob"}, "+");
    run.call({"rate", "--rater", "ann"}, "++-");
    run.call({"rate", "--rater", "ann"}, "uuuuq");
    const json::Value found = run.summary();
    CHECK(at(found, "raters")["ann"].is_null());
    CHECK(at(found, "raters")["bob"].as_int() == 1);
    CHECK(run.call({"rate", "--rater", "ann"}, "uq").err.find("nothing to undo") !=
          std::string::npos);
}

TEST_CASE("two who rate the same answers are compared") {
    Greetings run;
    run.call({"rate", "--rater", "ann", "--cases", "6"}, std::string(40, '+'));
    run.call({"rate", "--rater", "bob", "--cases", "6"}, "-" + std::string(40, '+'));
    const json::Value found = run.summary();
    const json::Value& between = at(found, "between_raters").as_array().front();
    const std::int64_t answers = at(between, "agreement")["answers"].as_int();
    CHECK(answers >= 6);
    CHECK(at(between, "agreement")["equal"].as_int() == answers - 1);
    for (const char* language : {"en", "fr"}) {
        const Outcome text = run.call({"rate", "--summary", "--lang", language});
        CHECK_MESSAGE(too_wide(text.out).empty(), too_wide(text.out));
    }
}

TEST_CASE("a note stays with its rating, and the reference is shown on request") {
    const Common common;
    const TypedKeys typed("xr nof another guest\n-");
    Keyboard keyboard = typed.keyboard();
    RateSession session(common, keyboard);
    core::Case item;
    item.input = "greet";
    item.expected = {"hello"};
    Captured captured;
    const auto reply = session.ask(item, "first\nsecond \x1b[31m", 0, 5);
    const std::string err = captured.stop().second;
    CHECK(reply.asked == RateSession::Asked::Bad);
    CHECK(reply.note == "of another guest");
    CHECK(err.find("Reference: hello") != std::string::npos);
    CHECK(err.find("no key here") != std::string::npos);
    CHECK(err.find("  first\n  second") != std::string::npos);
    CHECK(err.find('\x1b') == std::string::npos);
}

TEST_CASE("a judge rates all answers, and people's ratings say what it is worth") {
    Greetings run;
    const std::vector<std::string> judge{"rate",
                                         "--judge",
                                         "judge",
                                         "--endpoint",
                                         "http://127.0.0.1:9/v1",
                                         "--rule",
                                         "A hello.",
                                         "--json"};
    auto dry = judge;
    dry.emplace_back("--dry-run");
    const std::int64_t questions = at(last_object(run.call(dry).out), "requests").as_int();
    const json::Value alone = at(last_object(run.call(judge).out), "judge");
    CHECK(at(alone["asked"], "requests").as_int() == questions);
    CHECK(alone["judged"].as_int() == alone["texts"].as_int());
    CHECK(alone["with_people"].is_null());
    for (const json::Value& system : alone["systems"].as_array()) {
        CHECK_FALSE(system["promised"].as_bool());
        CHECK(system["corrected"].is_null());
        CHECK_FALSE(system["judges_itself"].as_bool());
    }
    run.call({"rate", "--rater", "ann"}, std::string(200, '+'));  // likes everything
    const json::Value both = at(last_object(run.call(judge).out), "judge");
    CHECK(at(both["asked"], "requests").as_int() == 0);
    CHECK(both["with_people"]["equal"].as_int() < both["with_people"]["answers"].as_int());
    for (const json::Value& system : both["systems"].as_array()) {
        CHECK(at(system["bounds"], "low").as_double() > 0);
        CHECK(system["corrected"].as_double() >= system["bounds"]["low"].as_double());
    }
    CHECK(at(at(run.summary(), "judge"), "asked").is_null());
    for (const char* language : {"en", "fr"}) {
        const Outcome text = run.call({"rate", "--summary", "--lang", language});
        CHECK_MESSAGE(too_wide(text.out).empty(), too_wide(text.out));
    }
}

TEST_CASE("a model that judges itself is named, and its nonsense is no verdict") {
    Greetings run;
    const Outcome done = run.call({"rate",
                                   "--judge",
                                   "loud",
                                   "--endpoint",
                                   "http://127.0.0.1:9/v1",
                                   "--rule",
                                   "A hello.",
                                   "--json"});
    REQUIRE_MESSAGE(done.code == 0, done.err);
    const json::Value judge = at(last_object(done.out), "judge");
    CHECK(judge["no_verdict"].as_int() == judge["texts"].as_int());
    for (const json::Value& system : judge["systems"].as_array()) {
        const bool loud = system["id"].as_string().find("loud") != std::string::npos;
        CHECK(system["judges_itself"].as_bool() == loud);
        CHECK(system["good"].as_int() == 0);
    }
}

TEST_CASE("a judge without rules, and rules without a judge, are refused") {
    Greetings run;
    CHECK(run.call({"rate", "--judge", "judge"}).code == 2);
    CHECK(run.call({"rate", "--rule", "A hello."}).err.find("--judge MODEL") != std::string::npos);
    REQUIRE(write_file(run.folder / "rules.txt", "# none yet\n"));
    const Outcome empty =
        run.call({"rate", "--judge", "judge", "--rules", run.folder / "rules.txt"});
    CHECK(empty.code == 2);
    CHECK(empty.err.find("PAL-2732") != std::string::npos);
    const Outcome away = run.call({"rate",
                                   "--judge",
                                   "judge",
                                   "--endpoint",
                                   "https://judge.example/v1",
                                   "--rule",
                                   "A hello."});
    CHECK(away.code == 2);
    CHECK(away.err.find("PAL-2733") != std::string::npos);
}

TEST_CASE("a run that is not there, or is being rated, is an error") {
    Greetings run;
    CHECK(run.call({"rate", "r-none"}).code == 1);
    const auto store = store_sqlite::open(run.folder / "runs.db", run.clock);
    REQUIRE(store);
    const auto row = (*store)->run("last");
    REQUIRE(row);
    const auto lock = (*store)->lock("ratings of " + row->id);
    REQUIRE(lock);
    const Outcome taken = run.call({"rate"}, "+");
    CHECK(taken.code == 2);
    CHECK(taken.err.find("PAL-2731") != std::string::npos);
    CHECK(run.call({"rate", "--summary"}).code == 0);
}

}  // namespace palier::cli
