#include "cli/cli.h"

#include "base/codes.h"
#include "base/files.h"
#include "cli/output.h"
#include "cli/test_fixture.h"
#include "engine/codes.h"
#include "engine/fake/fake.h"
#include "job/codes.h"
#include "lib/json/json.h"
#include "lib/sqlite/codes.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The headline of a verdict stays one line, so that eyes and scripts find it.
std::string after_first_line(const std::string& text) {
    return text.substr(std::min(text.size(), text.find('\n')));
}

constexpr int k_cases = 60;

// A job with two models behind a local endpoint: "big" is always right, "small" on one case of two.
struct Desk {
    Bare bare;
    Folder folder;
    FakeClock clock;
    std::atomic<bool> interrupted{false};
    engine::fake::FakeEngines engines;
    std::string job;
    int asked = 0;

    Desk() {
        job = write("palier.toml", job_text());
        std::string cases;
        for (int i = 0; i < k_cases; ++i) {
            const std::string number = std::to_string(i);
            cases += R"({"id": "c)" + number + R"(", "input": "message )" + number +
                     R"(", "expected": ")" + label(i) + "\"}\n";
        }
        write("cases.jsonl", cases);
        engine::Facts facts = engine::fake::plain_facts("big");
        facts.capabilities = {engine::Capability::Generate};
        engines.add(
            "big",
            [this](const engine::Request& r) { return answered(label(number_of(r.input))); },
            {},
            facts);
        facts.model = facts.model_identity = "small";
        engines.add(
            "small",
            [this](const engine::Request& r) { return answered(label(number_of(r.input) / 2)); },
            {},
            facts);
    }

    static std::string job_text() {
        return R"([job]
name = "messages"
task = "classify"
instructions = "Is this about money or about goods?"
labels = ["money", "goods"]
[data]
test = "cases.jsonl"
[constraints]
quality = { metric = "accuracy", min = 0.7 }
[[candidate]]
endpoint = "http://127.0.0.1:9/v1"
model = "big"
parameters = "7B"
price = { input_per_1m = 0.15, output_per_1m = 0.60, currency = "EUR" }
[[candidate]]
endpoint = "http://127.0.0.1:9/v1"
model = "small"
parameters = "1B"
price = { input_per_1m = 0.02, output_per_1m = 0.08, currency = "EUR" }
[climb]
order = "down"
baselines = false
)";
    }
    static std::string label(int i) { return i % 2 == 0 ? "money" : "goods"; }
    static int number_of(const std::string& input) {
        return std::stoi(input.substr(input.rfind(' ') + 1));
    }

    engine::fake::Answer answered(std::string text) {
        ++asked;
        engine::fake::Answer answer(std::move(text));
        answer.latency = std::chrono::milliseconds(20);
        return answer;
    }
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name, std::ios::binary) << text;
        return folder / name;
    }

    Outcome call(std::vector<std::string> words) {
        if (!words.empty()) {
            words.insert(words.begin() + 1, {"--store", folder / "runs.db"});
        }
        const World world{engines,
                          [this](const std::string& path,
                                 bool read_only) -> Result<std::unique_ptr<store::Store>> {
                              if (!read_only) {
                                  return store_sqlite::open(path, clock);
                              }
                              return fs::exists(path) ? store_sqlite::open_read_only(path, clock)
                                                      : store_sqlite::open(":memory:", clock);
                          },
                          [](const std::string& path,
                             const std::string&,
                             std::uint64_t,
                             const std::vector<std::pair<std::string, std::string>>&,
                             const std::vector<engine::RecordedAnswer>&) {
                              return write_file(path, "recorded\n");
                          },
                          clock,
                          interrupted,
                          "1.2.3",
                          "fake engines"};
        const auto argv = pointers(words);
        Captured captured;
        Outcome outcome;
        outcome.code = run(static_cast<int>(argv.size()), argv.data(), world);
        std::tie(outcome.out, outcome.err) = captured.stop();
        return outcome;
    }
};

}  // namespace

TEST_CASE("the thousands of an error are the exit code") {
    CHECK(exit_code_of(Error(sqlite::codes::database_full)) == 1);
    CHECK(exit_code_of(Error(job::codes::unknown_key_of)) == 2);
    CHECK(exit_code_of(Error(engine::codes::unreachable)) == 4);
    CHECK(exit_code_of(Error(engine::codes::out_of_memory)) == 5);
    CHECK(exit_code_of(Error(9999)) == 1);
    CHECK(exit_code_of(Error(3000)) == 1);
    CHECK(exit_code_of(Error(7)) == 1);
}

TEST_CASE("a file is written whole or not at all") {
    const Folder folder;
    const std::string path = folder / "report.html";
    REQUIRE(write_file(path, "first"));
    REQUIRE(write_file(path, "second"));
    CHECK(content_of(path) == "second");
    CHECK(folder.files() == 1);

    const auto missing = write_file(folder / "no/such/report.html", "x");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == base::codes::cannot_write);
    CHECK(folder.files() == 1);

    // A folder stands where the file should be.
    REQUIRE(mkdir((folder / "taken").c_str(), 0755) == 0);
    CHECK(write_file(folder / "taken", "x").error().code == base::codes::cannot_write);
    CHECK(folder.files() == 2);
}

TEST_CASE("a read-only folder stays as it is") {
    const Folder folder;
    REQUIRE(write_file(folder / "report.html", "first"));
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    if (geteuid() == 0) {
        return;  // permissions do not bind root
    }
    CHECK(write_file(folder / "report.html", "second").error().code == base::codes::cannot_write);
    CHECK(content_of(folder / "report.html") == "first");
    CHECK(folder.files() == 1);
}

TEST_CASE("a full disk is told from other troubles, and nothing half-written stays") {
    if (!fs::exists("/dev/full")) {
        return;
    }
    const Folder folder;
    // The name that write_file writes to first leads to a device that is always full.
    const std::string path = folder / "report.html";
    fs::create_symlink("/dev/full", path + ".part-" + std::to_string(getpid()));
    const auto written = write_file(path, std::string(100'000, 'x'));
    REQUIRE_FALSE(written);
    CHECK(written.error().code == base::codes::disk_full);
    CHECK(folder.files() == 0);
}

TEST_CASE("a climb says what it found in 80 columns, and says it again without asking") {
    Desk desk;
    const Outcome first = desk.call({"climb", desk.job});
    CHECK_MESSAGE(first.code == 0, first.err);
    CHECK(first.out.find("big") != std::string::npos);
    CHECK(first.out.find("palier report r") != std::string::npos);
    CHECK(too_wide(after_first_line(first.out)) == "");
    CHECK(desk.asked > 0);
    const int asked = desk.asked;
    const Outcome again = desk.call({"climb", desk.job, "--json"});
    CHECK(again.code == 0);
    CHECK(desk.asked == asked);
    CHECK(again.err.find("--fresh") != std::string::npos);
    const json::Value verdict = last_object(again.out);
    CHECK(at(verdict, "format").as_int() == 1);
    CHECK(at(at(verdict, "verdict"), "choice").as_string() == "slm");
    const Outcome fresh = desk.call({"climb", desk.job, "--fresh"});
    CHECK(fresh.code == 0);
    CHECK(desk.asked > asked);
}

TEST_CASE("the same climb in French keeps to 80 columns too") {
    Desk desk;
    const Outcome french = desk.call({"climb", desk.job, "--lang", "fr"});
    CHECK(french.code == 0);
    CHECK(too_wide(after_first_line(french.out)) == "");
    const Outcome dry = desk.call({"climb", desk.job, "--dry-run", "--lang", "fr"});
    CHECK(too_wide(dry.out) == "");
    CHECK(too_wide(desk.call({"climb", desk.job, "--print-config"}).out) == "");
}

TEST_CASE("runs and show tell what the store has") {
    Desk desk;
    const Outcome none = desk.call({"runs"});
    CHECK(none.code == 0);
    CHECK(none.out.empty());
    CHECK(none.err.find("palier climb") != std::string::npos);
    CHECK_FALSE(fs::exists(desk.folder / "runs.db"));
    CHECK(last_object(desk.call({"runs", "--json"}).out).find("runs") != nullptr);
    CHECK(desk.call({"show"}).code == 1);

    REQUIRE(desk.call({"climb", desk.job}).code == 0);
    const Outcome runs = desk.call({"runs"});
    CHECK(runs.out.find("messages") != std::string::npos);
    CHECK(runs.out.find("slm big/") != std::string::npos);
    const Outcome shown = desk.call({"show"});
    CHECK(shown.code == 0);
    CHECK(shown.out.starts_with("big with a plain prompt is enough"));
    CHECK(too_wide(after_first_line(shown.out)) == "");

    bool seen = false;
    for (int i = 0; i < k_cases && !seen; ++i) {
        const Outcome one = desk.call({"show", "last", "c" + std::to_string(i), "--json"});
        REQUIRE(one.code == 0);
        const json::Value value = last_object(one.out);
        CHECK(at(value, "input").as_string() == "message " + std::to_string(i));
        seen = at(value, "answers").as_array().size() == 2;
    }
    CHECK(seen);
    const Outcome unknown = desk.call({"show", "last", "c999"});
    CHECK(unknown.code == 2);
    CHECK(unknown.err.find("c999") != std::string::npos);
}

TEST_CASE("show --failures lists the cases of a System that went wrong, by id") {
    Desk desk;
    REQUIRE(desk.call({"climb", desk.job}).code == 0);
    const Outcome listed = desk.call({"show", "last", "--failures"});
    CHECK_MESSAGE(listed.code == 0, listed.err);
    CHECK(too_wide(listed.out) == "");
    const json::Value small =
        last_object(desk.call({"show", "last", "--failures", "small", "--json"}).out);
    CHECK(at(small, "system").as_string().starts_with("small/"));
    REQUIRE_FALSE(at(small, "failures").as_array().empty());
    const std::string id = at(at(small, "failures").as_array().front(), "case").as_string();
    CHECK(desk.call({"show", "last", id}).code == 0);
    const Outcome unknown = desk.call({"show", "last", "--failures", "huge"});
    CHECK(unknown.code == 2);
    CHECK(unknown.err.find("big/") != std::string::npos);
}

TEST_CASE("a report is written where it is asked for") {
    Desk desk;
    REQUIRE(desk.call({"climb", desk.job}).code == 0);
    const std::string page = desk.folder / "page.html";
    CHECK(desk.call({"report", "last", "-o", page}).code == 0);
    CHECK(content_of(page).starts_with("<!"));
    CHECK(desk.call({"report", "last", "-f", "md"}).out.find("big") != std::string::npos);
    CHECK(desk.call({"report", "last", "-f", "csv"}).out.find("big") != std::string::npos);
    CHECK(at(last_object(desk.call({"report", "--json"}).out), "format").as_int() == 1);
    const Outcome nowhere = desk.call({"report", "last", "-o", desk.folder / "no/page.html"});
    CHECK(nowhere.code == 1);
    CHECK(nowhere.err.find("page.html") != std::string::npos);
    CHECK(desk.call({"report", "r000000"}).code == 1);
}

TEST_CASE("init takes one volume: a second one would be lost without a word") {
    Desk desk;
    const std::string job = desk.folder / "new.toml";
    const Outcome twice =
        desk.call({"init", "--defaults", "--per-month", "10", "--per-day", "3", "-o", job});
    CHECK(twice.code == 2);
    CHECK(twice.err.find("--per-day") != std::string::npos);
    CHECK_FALSE(fs::exists(job));
}

TEST_CASE("--dry-run prints the steps and their price, and asks nothing") {
    Desk desk;
    const Outcome dry = desk.call({"climb", desk.job, "--dry-run"});
    CHECK(dry.code == 0);
    // Each model is named once, its steps stand under it.
    const std::size_t big = dry.out.find("\nbig\n");
    REQUIRE(big != std::string::npos);
    CHECK(dry.out.find("\nbig\n", big + 1) == std::string::npos);
    CHECK(dry.out.find("\n  zero-shot on dev ", big) != std::string::npos);
    CHECK(dry.out.find("\n  few-shot on dev ", dry.out.find("\nsmall\n")) != std::string::npos);
    const Outcome french = desk.call({"climb", desk.job, "--dry-run", "--lang", "fr"});
    CHECK(french.out.find("\n  zéro exemple au réglage ") != std::string::npos);
    CHECK(too_wide(french.out) == "");
    CHECK(too_wide(dry.out) == "");
    CHECK(desk.asked == 0);
    CHECK(desk.engines.opened().empty());
    CHECK_FALSE(fs::exists(desk.folder / "runs.db"));
    const json::Value value =
        last_object(desk.call({"climb", desk.job, "--dry-run", "--json"}).out);
    // Recorded and scripted models have no speed to estimate with.
    CHECK(at(value, "memory_bytes_estimated").is_null());
    for (const json::Value& step : at(value, "steps").as_array()) {
        CHECK(at(step, "cost").as_double() > 0);
        CHECK(at(step, "cases").as_int() > 0);
    }
}

TEST_CASE("--print-config says where each value came from") {
    Desk desk;
    const Outcome config = desk.call({"climb", desk.job, "--print-config"});
    CHECK(config.code == 0);
    CHECK(config.out.find("constraints.quality.min") != std::string::npos);
    CHECK(config.out.find("palier.toml:9") != std::string::npos);
    CHECK(config.out.find("default") != std::string::npos);
    CHECK(desk.asked == 0);
}

TEST_CASE("a job that is not there is a usage error, on stderr and as JSON") {
    Desk desk;
    const Outcome missing = desk.call({"climb", desk.folder / "nothing.toml", "--json"});
    CHECK(missing.code == 2);
    CHECK(missing.err.find("nothing.toml") != std::string::npos);
    CHECK(missing.err.find("PAL-2100") != std::string::npos);
    const json::Value value = last_object(missing.out);
    const json::Value& error = at(value, "error");
    CHECK(at(error, "code").as_string() == "PAL-2100");
    CHECK(at(error, "exit").as_int() == 2);
    CHECK(at(error, "message").as_string().find("nothing.toml") != std::string::npos);
    CHECK(desk.call({"climb", desk.folder / "nothing.toml"}).out.empty());
    CHECK(desk.call({"climb"}).code == 2);
}

TEST_CASE("budgets are understood or refused before anything is asked") {
    Desk desk;
    const Outcome soon = desk.call({"climb", desk.job, "--max-time", "soon"});
    CHECK(soon.code == 2);
    CHECK(soon.err.find("--max-time soon") != std::string::npos);
    const Outcome dollars = desk.call({"climb", desk.job, "--max-cost", "1 USD"});
    CHECK(dollars.code == 2);
    CHECK(dollars.err.find("USD") != std::string::npos);
    CHECK(desk.asked == 0);
}

TEST_CASE("a budget too small stops before it is exceeded, and a larger one goes on") {
    Desk desk;
    const Outcome poor = desk.call({"climb", desk.job, "--max-cost", "0.0001 EUR"});
    CHECK_MESSAGE(poor.code == 5, poor.err);
    const int asked = desk.asked;
    CHECK(asked > 0);
    CHECK_MESSAGE(desk.call({"climb", desk.job, "--max-cost", "0.0001 EUR"}).code == 5, "the same");
    CHECK(desk.asked == asked);
    CHECK(desk.call({"climb", desk.job, "--max-cost", "5 EUR"}).code == 0);
    const int total = desk.asked;
    Desk other;
    CHECK(other.call({"climb", other.job}).code == 0);
    CHECK(total == other.asked);
}

TEST_CASE("an interrupted climb ends with 130 and goes on later") {
    Desk desk;
    desk.interrupted = true;
    const Outcome stopped = desk.call({"climb", desk.job});
    CHECK(stopped.code == 130);
    desk.interrupted = false;
    CHECK(desk.call({"climb", desk.job}).code == 0);
    CHECK(desk.call({"runs", "--json"}).out.find("\"finished\":false") == std::string::npos);
}

TEST_CASE("prompt shows what the model would see") {
    Desk desk;
    const Outcome shown = desk.call({"prompt", desk.job, "c3", "big/zero-shot"});
    CHECK_MESSAGE(shown.code == 0, shown.err);
    CHECK(shown.out.find("message 3") != std::string::npos);
    CHECK(shown.out.find("money or about goods") != std::string::npos);
    CHECK(desk.asked == 0);
    const json::Value value =
        last_object(desk.call({"prompt", desk.job, "c3", "big/zero-shot", "--json"}).out);
    CHECK(at(value, "system").as_string() == "big/zero-shot");
    const Outcome unknown = desk.call({"prompt", desk.job, "c3", "huge/zero-shot"});
    CHECK(unknown.code == 2);
    CHECK(unknown.err.find("big/zero-shot") != std::string::npos);
    CHECK(desk.call({"prompt", desk.job, "c999", "big/zero-shot"}).code == 2);
}

TEST_CASE("version names the program and its engines") {
    Desk desk;
    CHECK(desk.call({"version"}).out == "palier 1.2.3\nfake engines\n");
    CHECK(at(last_object(desk.call({"version", "--json"}).out), "palier").as_string() == "1.2.3");
}

}  // namespace palier::cli
