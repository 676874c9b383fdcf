// The real program, killed at random moments: nothing that was answered is lost, nothing is counted
// twice, and the verdict is that of a run that nobody killed.
#include "base/rng.h"
#include "engine/recorded/recorded.h"
#include "lib/json/json.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

extern char** environ;

namespace palier {
namespace {

using store_sqlite::TestFolder;

constexpr int k_cases = 4000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int k_kills = 10;
#else
constexpr int k_kills = 50;
#endif

std::string label_of(int n) {
    return Rng(static_cast<std::uint64_t>(n)).below(2) == 0 ? "ham" : "spam";
}

std::string input_of(int n) {
    return "message " + std::to_string(n);
}

void write_recording(const TestFolder& folder, const std::string& name, double share) {
    std::vector<engine::RecordedAnswer> answers;
    Rng rng(7);  // the same for all: the better recording knows what the weaker one knows
    for (int n = 0; n < k_cases; ++n) {
        const std::string label = label_of(n);
        const bool right = rng.uniform() < share;
        const std::string said = right ? label : label == "ham" ? "spam" : "ham";
        answers.push_back({input_of(n), "", said, false, std::nullopt});
    }
    REQUIRE(engine::recorded::write_file(
        folder.file(name + ".jsonl"), name, 0, "2026-01-01T00:00:00Z", {}, answers));
}

// Three recordings of different quality; the middle one is close above the threshold, so that its
// proof is long.
void write_job(const TestFolder& folder) {
    std::string data;
    for (int n = 0; n < k_cases; ++n) {
        data += json::write(json::Object{{"input", input_of(n)}, {"expected", label_of(n)}}) + "\n";
    }
    store_sqlite::write_bytes(folder.file("data.jsonl"), data);
    write_recording(folder, "large", 0.93);
    write_recording(folder, "middle", 0.82);
    write_recording(folder, "small", 0.785);
    store_sqlite::write_bytes(folder.file("palier.toml"), R"([job]
name = "mail"
task = "classify"
instructions = "Is it spam?"
labels = ["ham", "spam"]
[data]
test = "data.jsonl"
[constraints]
quality = { metric = "accuracy", min = 0.8 }
[[candidate]]
recorded = "large.jsonl"
parameters = "3B"
[[candidate]]
recorded = "middle.jsonl"
parameters = "2B"
[[candidate]]
recorded = "small.jsonl"
parameters = "1B"
)");
}

class Climb {
   public:
    Climb(const TestFolder& folder, const std::string& store, const std::string& out) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(
            &actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_addopen(
            &actions, 2, folder.file("errors").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        std::vector<std::string> words{
            PALIER_PROGRAM, "climb", folder.file("palier.toml"), "--json", "--store", store};
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        REQUIRE(posix_spawn(
                    &child_, PALIER_PROGRAM, &actions, nullptr, arguments.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
    }
    Climb(const Climb&) = delete;
    Climb& operator=(const Climb&) = delete;
    ~Climb() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            wait();
        }
    }

    // The exit code, or nothing when it was killed.
    std::optional<int> wait() {
        int status = 0;
        REQUIRE(waitpid(child_, &status, 0) == child_);
        child_ = 0;
        return WIFEXITED(status) ? std::optional(WEXITSTATUS(status)) : std::nullopt;
    }
    void kill() const { ::kill(child_, SIGKILL); }

   private:
    pid_t child_ = 0;
};

// What the program printed, less what is of this run alone.
json::Value without_seconds(const json::Value& rungs) {
    json::Array kept;
    for (const json::Value& rung : rungs.as_array()) {
        json::Object fields = rung.as_object();
        std::erase_if(fields, [](const json::Member& field) { return field.first == "seconds"; });
        kept.emplace_back(std::move(fields));
    }
    return kept;
}

// Without what no two climbs share: the run's name and the times.
std::string verdict_in(const std::string& path) {
    const auto parsed = json::parse(store_sqlite::bytes_of(path));
    REQUIRE(std::holds_alternative<json::Value>(parsed));
    json::Object kept;
    for (const auto& [name, value] : std::get<json::Value>(parsed).as_object()) {
        if (name != "run" && name != "elapsed_s") {
            kept.emplace_back(name, name == "rungs" ? without_seconds(value) : value);
        }
    }
    return json::write(json::Value(std::move(kept)));
}

struct Kept {
    std::int64_t runs = 0;
    std::int64_t trials = 0;
    // How many Trials stand at each place: never more than one, and without a gap.
    std::map<std::tuple<store::Phase, std::string>, std::int64_t> next;
    bool in_order = true;
};

Kept kept_in(const std::string& path) {
    const SystemClock clock;
    const auto store = store_sqlite::open(path, clock);
    REQUIRE(store);
    const auto runs = (*store)->runs();
    REQUIRE(runs);
    Kept kept;
    kept.runs = static_cast<std::int64_t>(runs->size());
    for (const store::RunRow& run : *runs) {
        REQUIRE((*store)->each_trial(run.row, std::nullopt, "", [&](const store::Placed& placed) {
            ++kept.trials;
            auto& next = kept.next[{placed.phase, placed.trial.system_hash}];
            kept.in_order = kept.in_order && placed.ordinal == next;
            ++next;
            return true;
        }));
    }
    return kept;
}

}  // namespace

TEST_CASE("a climb that is killed at any moment goes on to the verdict of one that is not") {
    const TestFolder folder;
    write_job(folder);
    const std::string out = folder.file("out.json");

    // The fastest of three: the moments should fall within the climb, not behind it.
    std::chrono::duration<double> took = std::chrono::hours(1);
    for (const char* name : {"first.db", "second.db", "whole.db"}) {
        const auto start = std::chrono::steady_clock::now();
        Climb whole(folder, folder.file(name), out);
        REQUIRE(whole.wait() == 0);
        took =
            std::min<std::chrono::duration<double>>(took, std::chrono::steady_clock::now() - start);
    }
    const std::string verdict = verdict_in(out);
    const Kept all = kept_in(folder.file("whole.db"));
    CHECK(all.runs == 1);
    CHECK(all.in_order);
    MESSAGE("a whole climb: ", took.count(), " s, ", all.trials, " trials");

    Rng rng(2026);
    int killed = 0;
    int with_trials = 0;
    for (int round = 0; round < k_kills; ++round) {
        CAPTURE(round);
        const std::string store = folder.file("killed-" + std::to_string(round) + ".db");
        Climb climb(folder, store, out);
        const std::chrono::duration<double> moment(took.count() * rng.uniform());
        std::this_thread::sleep_for(moment);
        climb.kill();
        killed += climb.wait() ? 0 : 1;
        const Kept part = kept_in(store);
        with_trials += part.trials > 0 && part.trials < all.trials ? 1 : 0;
        CHECK(part.in_order);

        Climb rest(folder, store, out);
        CHECK(rest.wait() == 0);
        CHECK((verdict_in(out) == verdict));
        const Kept kept = kept_in(store);
        CHECK(kept.runs == 1);
        CHECK(kept.trials == all.trials);
        CHECK(kept.in_order);
        CHECK((kept.next == all.next));
        std::filesystem::remove(store);
    }
    MESSAGE(killed, " killed, ", with_trials, " of them in the midst of answers");
    CHECK(killed > k_kills / 2);
    CHECK(with_trials > k_kills / 10);
}

}  // namespace palier
