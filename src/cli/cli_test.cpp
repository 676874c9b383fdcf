#include "cli/cli.h"

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/output.h"
#include "engine/fake/fake.h"
#include "lib/json/json.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;

class Folder {
   public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "palier-cli-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        fs::permissions(path_, fs::perms::owner_all, ignored);
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] const fs::path& path() const { return path_; }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

   private:
    fs::path path_;
};

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// An environment variable with another value (nullptr: none) for the time of a scope.
class Environment {
   public:
    Environment(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) {
            old_ = old;
        }
        value ? setenv(name, value, 1) : unsetenv(name);
    }
    ~Environment() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

   private:
    const char* name_;
    std::optional<std::string> old_;
};

// No language, store or models from outside.
struct Bare {
    Environment palier_lang{"PALIER_LANG", nullptr};
    Environment lc_all{"LC_ALL", nullptr};
    Environment lc_messages{"LC_MESSAGES", nullptr};
    Environment lang{"LANG", nullptr};
    Environment store{"PALIER_STORE", nullptr};
    Environment models{"PALIER_MODELS", nullptr};
    Environment data_home{"XDG_DATA_HOME", nullptr};
    Environment home{"HOME", "/home/someone"};
};

std::vector<const char*> pointers(const std::vector<std::string>& words) {
    std::vector<const char*> argv{"palier"};
    for (const std::string& word : words) {
        argv.push_back(word.c_str());
    }
    return argv;
}

Arguments parsed(const std::vector<std::string>& words) {
    const auto argv = pointers(words);
    return parse_arguments(static_cast<int>(argv.size()), argv.data());
}

template <class T>
T verb_of(const std::vector<std::string>& words) {
    const Arguments arguments = parsed(words);
    const auto* misused = std::get_if<Misused>(&arguments.verb);
    REQUIRE_MESSAGE(std::holds_alternative<T>(arguments.verb), (misused ? misused->text : ""));
    return std::get<T>(arguments.verb);
}

std::string misuse(const std::vector<std::string>& words) {
    return verb_of<Misused>(words).text;
}

void check_width(const std::string& text) {
    for (const std::string& line : split(text, '\n')) {
        CHECK_MESSAGE(length_in_characters(line) <= 80, line);
    }
}

const std::vector<std::string> k_verbs{"climb", "report", "runs", "show", "prompt", "version"};

// stdout and stderr of the process, for the time of a call.
class Captured {
   public:
    Captured() {
        std::fflush(stdout);
        for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
            auto& stream = streams_[static_cast<std::size_t>(fd - 1)];
            stream.file = std::tmpfile();
            REQUIRE(stream.file != nullptr);
            stream.saved = dup(fd);
            dup2(fileno(stream.file), fd);
        }
    }
    ~Captured() { stop(); }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;

    std::pair<std::string, std::string> stop() {
        std::fflush(stdout);
        for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
            auto& stream = streams_[static_cast<std::size_t>(fd - 1)];
            if (!stream.file) {
                continue;
            }
            dup2(stream.saved, fd);
            close(stream.saved);
            std::rewind(stream.file);
            std::array<char, 4096> block{};
            while (const std::size_t got = std::fread(block.data(), 1, block.size(), stream.file)) {
                stream.text.append(block.data(), got);
            }
            std::fclose(stream.file);
            stream.file = nullptr;
        }
        return {streams_[0].text, streams_[1].text};
    }

   private:
    struct Stream {
        std::FILE* file = nullptr;
        int saved = -1;
        std::string text;
    };
    std::array<Stream, 2> streams_;
};

struct Outcome {
    int code = 0;
    std::string out, err;
};

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
        facts.can_score = false;
        facts.can_constrain = false;
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
                             const std::vector<std::pair<std::string, std::string>>&) {
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

json::Value last_object(const std::string& out) {
    std::string text = out;
    REQUIRE(text.ends_with('\n'));
    text.pop_back();
    const auto value = json::parse_or_nothing(text.substr(text.rfind('\n') + 1));
    REQUIRE_MESSAGE(value, out);
    return *value;
}

const json::Value& at(const json::Value& value, std::string_view key) {
    const json::Value* found = value.find(key);
    REQUIRE_MESSAGE(found, std::string(key));
    return *found;
}

}  // namespace

TEST_CASE("each verb takes its arguments") {
    const Bare bare;
    const auto climb = verb_of<ClimbArguments>({"climb",
                                                "job.toml",
                                                "--dry-run",
                                                "--fresh",
                                                "--live",
                                                "--quality-only",
                                                "--file-weights",
                                                "--print-config",
                                                "--threads",
                                                "3",
                                                "--max-cost",
                                                "5 EUR",
                                                "--max-time",
                                                "2 min",
                                                "--seed",
                                                "7",
                                                "--record-topline",
                                                "t.jsonl"});
    CHECK(climb.job == "job.toml");
    CHECK((climb.dry_run && climb.fresh && climb.live && climb.quality_only));
    CHECK((climb.file_weights && climb.print_config));
    CHECK(climb.threads == 3);
    CHECK(climb.max_cost == "5 EUR");
    CHECK(climb.max_time == "2 min");
    CHECK(climb.seed == 7U);
    CHECK(climb.record_topline == "t.jsonl");
    const auto plain = verb_of<ClimbArguments>({"climb", "job.toml"});
    CHECK_FALSE((plain.dry_run || plain.fresh || plain.live || plain.seed.has_value()));
    CHECK(plain.threads == 0);

    CHECK(verb_of<ReportArguments>({"report"}).run == "last");
    CHECK(verb_of<ReportArguments>({"report"}).format == "html");
    const auto report = verb_of<ReportArguments>({"report", "r12", "-f", "md", "-o", "x.md"});
    CHECK(report.run == "r12");
    CHECK(report.format == "md");
    CHECK(report.output == "x.md");
    CHECK(verb_of<ShowArguments>({"show"}).run == "last");
    CHECK(verb_of<ShowArguments>({"show", "last", "c1"}).case_id == "c1");
    const auto prompt = verb_of<PromptArguments>({"prompt", "j", "c1", "big/zero-shot"});
    CHECK(prompt.job == "j");
    CHECK(prompt.case_id == "c1");
    CHECK(prompt.system == "big/zero-shot");
    verb_of<RunsArguments>({"runs"});
    verb_of<VersionArguments>({"version"});
    verb_of<VersionArguments>({"--version"});
}

TEST_CASE("what no option says comes from the environment") {
    const Bare bare;
    CHECK(parsed({"runs"}).common.store == "/home/someone/.local/share/palier/runs.db");
    CHECK(parsed({"runs"}).common.models_dir == "/home/someone/.cache/palier/models");
    const Environment data_home("XDG_DATA_HOME", "/data");
    CHECK(parsed({"runs"}).common.store == "/data/palier/runs.db");
    const Environment store("PALIER_STORE", "/elsewhere.db");
    const Environment models("PALIER_MODELS", "/models");
    CHECK(parsed({"runs"}).common.store == "/elsewhere.db");
    CHECK(parsed({"runs"}).common.models_dir == "/models");
    CHECK(parsed({"runs", "--store", "mine.db"}).common.store == "mine.db");
    CHECK(parsed({"--store", "mine.db", "runs"}).common.store == "mine.db");
}

TEST_CASE("the language comes from --lang on either side of the verb, else from the environment") {
    const Bare bare;
    const auto language = [](const std::vector<std::string>& words) {
        return parsed(words).common.language;
    };
    CHECK(language({"runs"}) == report::Language::En);
    CHECK(language({"--lang", "fr", "runs"}) == report::Language::Fr);
    CHECK(language({"runs", "--lang", "fr"}) == report::Language::Fr);
    CHECK(language({"runs", "--lang=fr"}) == report::Language::Fr);
    verb_of<RunsArguments>({"--lang", "fr", "runs"});
    verb_of<RunsArguments>({"--lang=fr", "--json", "runs"});
    const Environment lang("LANG", "fr_FR.UTF-8");
    CHECK(language({"runs"}) == report::Language::Fr);
    const Environment messages("LC_MESSAGES", "en_GB.UTF-8");
    CHECK(language({"runs"}) == report::Language::En);
    const Environment all("LC_ALL", "fr_CA");
    CHECK(language({"runs"}) == report::Language::Fr);
    CHECK(language({"runs", "--lang", "en"}) == report::Language::En);
    const Environment own("PALIER_LANG", "en");
    CHECK(language({"runs"}) == report::Language::En);
}

TEST_CASE("a slip of the hand is named, with what could have been meant") {
    const Bare bare;
    CHECK(misuse({"climb", "j", "--jsn"}) == "Unknown argument --jsn; did you mean --json?");
    CHECK(misuse({"climb", "j", "--zzzzzzzz"}) == "Unknown argument --zzzzzzzz.");
    CHECK(misuse({"clim", "j"}) == "Unknown command clim; did you mean climb?");
    CHECK(misuse({"--json"}) == "A command is missing, such as climb.");
    CHECK(misuse({"climb"}) == "JOB is missing.");
    CHECK(misuse({"prompt", "j", "c"}) == "SYSTEM is missing.");
    CHECK(misuse({"climb", "j", "--seed"}) == "--seed needs one value.");
    CHECK(misuse({"climb", "j", "--seed", "-4"}).find("--seed") != std::string::npos);
    CHECK(misuse({"climb", "j", "--threads", "many"}) ==
          "--threads: many is not a whole number from 0 to 512.");
    CHECK(misuse({"report", "--format", "pdf"}).find("pdf is none of html, md, json") !=
          std::string::npos);
    CHECK(misuse({"runs", "--lang", "de"}).find("none of fr, en") != std::string::npos);
}

TEST_CASE("misuse is said in French too") {
    const Bare bare;
    const Environment lang("LANG", "fr_FR.UTF-8");
    CHECK(misuse({"climb", "j", "--jsn"}) ==
          "Argument inconnu : --jsn ; vouliez-vous dire --json?");
    CHECK(misuse({"climb"}) == "JOB manque.");
    CHECK(misuse({"clim"}).starts_with("Commande inconnue : clim"));
    CHECK(misuse({"climb", "j", "--seed", "x"}).find("n'est pas un nombre entier") !=
          std::string::npos);
}

TEST_CASE("every verb has help with an example, in both languages, in 80 columns") {
    const Bare bare;
    for (const char* language : {"en", "fr"}) {
        const bool french = std::string(language) == "fr";
        for (const std::string& verb : k_verbs) {
            const std::string text = verb_of<Help>({verb, "--help", "--lang", language}).text;
            CHECK_MESSAGE(text.find(french ? "Exemple :" : "Example:") != std::string::npos, text);
            CHECK_MESSAGE(text.find("palier " + verb) != std::string::npos, text);
            check_width(text);
        }
        const std::string all = verb_of<Help>({"--lang", language, "--help"}).text;
        for (const std::string& verb : k_verbs) {
            CHECK_MESSAGE(all.find("\n  " + verb + " ") != std::string::npos, all);
        }
        check_width(all);
    }
    CHECK(verb_of<Help>({}).text.find("palier climb") != std::string::npos);
}

TEST_CASE("the thousands of an error are the exit code") {
    CHECK(exit_code_of(Error(1105)) == 1);
    CHECK(exit_code_of(Error(2102)) == 2);
    CHECK(exit_code_of(Error(4001)) == 4);
    CHECK(exit_code_of(Error(5090)) == 5);
    CHECK(exit_code_of(Error(9999)) == 1);
    CHECK(exit_code_of(Error(3000)) == 1);
    CHECK(exit_code_of(Error(7)) == 1);
}

TEST_CASE("a table has columns as wide as their widest cell, counted in characters") {
    CHECK(table({{"run", "état"}, {"a", "b"}}) == "run  état\na    b\n");
    CHECK(table({{"é", "x"}, {"ab", "y"}}) == "é   x\nab  y\n");
    CHECK(table({}).empty());
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
    CHECK(missing.error().code == 1002);
    CHECK(folder.files() == 1);

    // A folder stands where the file should be.
    REQUIRE(mkdir((folder / "taken").c_str(), 0755) == 0);
    CHECK(write_file(folder / "taken", "x").error().code == 1002);
    CHECK(folder.files() == 2);
}

TEST_CASE("a read-only folder stays as it is") {
    const Folder folder;
    REQUIRE(write_file(folder / "report.html", "first"));
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    if (geteuid() == 0) {
        return;  // permissions do not bind root
    }
    CHECK(write_file(folder / "report.html", "second").error().code == 1002);
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
    CHECK(written.error().code == 1003);
    CHECK(folder.files() == 0);
}

TEST_CASE("a climb says what it found in 80 columns, and says it again without asking") {
    Desk desk;
    const Outcome first = desk.call({"climb", desk.job});
    CHECK_MESSAGE(first.code == 0, first.err);
    CHECK(first.out.find("big") != std::string::npos);
    CHECK(first.out.find("palier report r") != std::string::npos);
    check_width(first.out);
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
    check_width(french.out);
    const Outcome dry = desk.call({"climb", desk.job, "--dry-run", "--lang", "fr"});
    check_width(dry.out);
    check_width(desk.call({"climb", desk.job, "--print-config"}).out);
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
    CHECK(shown.out.find("big/") != std::string::npos);
    check_width(shown.out);

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

TEST_CASE("--dry-run prints the steps and their price, and asks nothing") {
    Desk desk;
    const Outcome dry = desk.call({"climb", desk.job, "--dry-run"});
    CHECK(dry.code == 0);
    CHECK(dry.out.find("big/zero-shot") != std::string::npos);
    CHECK(dry.out.find("small/few-shot") != std::string::npos);
    check_width(dry.out);
    CHECK(desk.asked == 0);
    CHECK(desk.engines.opened().empty());
    CHECK_FALSE(fs::exists(desk.folder / "runs.db"));
    const json::Value value =
        last_object(desk.call({"climb", desk.job, "--dry-run", "--json"}).out);
    CHECK(at(value, "minutes").is_null());
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
    const Outcome poor = desk.call({"climb", desk.job, "--max-cost", "0.002 EUR"});
    CHECK_MESSAGE(poor.code == 5, poor.err);
    const int asked = desk.asked;
    CHECK(asked > 0);
    CHECK_MESSAGE(desk.call({"climb", desk.job, "--max-cost", "0.002 EUR"}).code == 5, "the same");
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
