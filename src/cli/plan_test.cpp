#include "base/files.h"
#include "catalog/speed.h"
#include "cli/cli.h"
#include "cli/test_fixture.h"
#include "engine/fake/fake.h"
#include "engine/fake/fake_workshop.h"
#include "engine/fake/small_file.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

namespace palier::cli {
namespace {

constexpr const char* k_candidate = "[[candidate]]\nmodel = \"tiny\"\n";

// A job of 60 cases, an empty folder of models, and an engine that measures kernels at once.
struct PlanDesk {
    Bare bare;
    Folder folder;
    FakeClock clock;
    std::atomic<bool> interrupted{false};
    engine::fake::FakeEngines engines;
    engine::fake::FakeWorkshop workshop;

    PlanDesk() {
        std::filesystem::create_directories(folder / "models");
        std::string cases;
        for (int i = 0; i < 60; ++i) {
            cases += R"({"input": "message )" + std::to_string(i) + R"(", "expected": ")" +
                     (i % 2 == 0 ? "money" : "goods") + "\"}\n";
        }
        write("cases.jsonl", cases);
    }
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name, std::ios::binary) << text;
        return folder / name;
    }
    // With this limit of memory, and these tables.
    std::string job(const std::string& memory, const std::string& tables = "") {
        return write("palier.toml",
                     R"([job]
name = "messages"
task = "classify"
instructions = "Is this about money or about goods?"
labels = ["money", "goods"]
[data]
test = "cases.jsonl"
[constraints]
quality = { metric = "accuracy", min = 0.7 }
memory = ")" + memory + "\"\n" +
                         tables);
    }
    Outcome call(std::vector<std::string> words) {
        words.insert(words.end(), {"--store", folder / "runs.db", "--models", folder / "models"});
        const World world{
            engines,
            [this](const std::string&, bool) { return store_sqlite::open(":memory:", clock); },
            {},
            clock,
            interrupted,
            "1.2.3",
            "fake engines",
            &workshop};
        const auto argv = pointers(words);
        Captured captured;
        Outcome outcome;
        outcome.code = run(static_cast<int>(argv.size()), argv.data(), world);
        std::tie(outcome.out, outcome.err) = captured.stop();
        return outcome;
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a plan names its picks, their downloads, the refused ones and the steps, in 80 columns") {
    PlanDesk desk;
    const std::string job = desk.job("2 GB");
    const Outcome english = desk.call({"plan", job});
    CHECK(english.code == 0);
    CHECK(too_wide(english.out) == "");
    CHECK(has(english.out, "palier models pull "));
    CHECK(has(english.out, "qwen3-8b: memory: "));
    CHECK(has(english.out, "limit 2 GB"));
    CHECK(has(english.out, "zero-shot on dev"));
    CHECK(has(english.err, "once"));  // the calibration
    const Outcome french = desk.call({"plan", job, "--lang", "fr"});
    CHECK(french.code == 0);
    CHECK(too_wide(french.out) == "");
    CHECK(has(french.out, "limite 2 Go"));
    CHECK(has(french.out, "palier models pull "));
    CHECK(french.err.empty());
}

TEST_CASE("a plan says that the machine was busy when it was calibrated, until it is so again") {
    PlanDesk desk;
    engine::Calibration& measured = desk.workshop.calibration;
    measured.seconds_per_step = measured.seconds_per_matrix = 1e-6;
    measured.seconds_per_logit = measured.seconds_per_element = 1e-9;
    measured.seconds_per_attended = measured.seconds_per_attended_alone = 1e-12;
    const std::string job = desk.job("2 GB");
    const std::string calibration = catalog::calibration_path(desk.folder / "models");
    REQUIRE(desk.call({"plan", job}).code == 0);
    auto text = read_file(calibration);
    REQUIRE(text);
    const std::size_t at = text->find("\"busy\":false");
    REQUIRE(at != std::string::npos);
    REQUIRE(write_file(calibration, text->replace(at, 12, "\"busy\":true")));
    CHECK(has(desk.call({"plan", job}).out, "--recalibrate"));
    CHECK_FALSE(has(desk.call({"plan", job, "--recalibrate"}).out, "--recalibrate"));
}

TEST_CASE("as JSON each model of a plan has its figures with their basis, and its reasons") {
    PlanDesk desk;
    const json::Value plan = last_object(desk.call({"plan", desk.job("2 GB"), "--json"}).out);
    CHECK(at(plan, "memory_limit_bytes").as_int() == 2'000'000'000);
    std::size_t picked = 0, refused = 0;
    for (const json::Value& model : at(plan, "models").as_array()) {
        picked += at(model, "pick").is_null() ? 0 : 1;
        refused += at(model, "refused").as_array().empty() ? 0 : 1;
        if (!at(model, "memory_bytes").is_null()) {
            CHECK(at(at(model, "memory_bytes"), "basis").as_string() == "catalogue");
        }
    }
    CHECK(picked == 3);
    CHECK(refused > 5);
    CHECK_FALSE(at(plan, "steps").as_array().empty());
}

TEST_CASE("a plan for another machine says that it is one, and keeps nothing of it here") {
    PlanDesk desk;
    const std::string job = desk.job("20 GB");
    for (const char* language : {"en", "fr"}) {
        const Outcome plan = desk.call({"plan", job, "--machine", "l4", "--lang", language});
        CHECK(plan.code == 0);
        CHECK(too_wide(plan.out) == "");
        CHECK(has(plan.out, "NVIDIA L4"));
        CHECK(has(plan.out, "VRAM"));
        CHECK(has(plan.out, *language == 'e' ? "estimate for it" : "estimation pour elle"));
        CHECK_FALSE(has(plan.err, "once"));
    }
    const json::Value value =
        last_object(desk.call({"plan", job, "--machine", "phone", "--json"}).out);
    CHECK(at(at(value, "machine"), "name").as_string() == "phone");
    CHECK(at(at(value, "machine"), "supposed").as_bool());
    CHECK(at(value, "memory_limit_bytes").as_int() == 4'000'000'000);
    CHECK_FALSE(std::filesystem::exists(catalog::calibration_path(desk.folder / "models")));
    CHECK(desk.workshop.calibrated.empty());
    CHECK(at(last_object(desk.call({"plan", job, "--json"}).out), "machine").is_null());
}

TEST_CASE("a machine of one's own is a TOML file; what is wrong with it is said at its line") {
    PlanDesk desk;
    const std::string job = desk.job("20 GB");
    const std::string file =
        desk.write("office.toml",
                   "title = \"the office server\"\nram = \"64 GB\"\nbandwidth_gb_s = 80\n"
                   "gflops = 900\n");
    CHECK(has(desk.call({"plan", job, "--machine", file}).out, "the office server"));
    CHECK(has(desk.call({"doctor", "--machine", file}).out, "64 GB"));
    desk.write("office.toml", "ram = \"64 GB\"\nbandwith_gb_s = 80\ngflops = 900\n");
    const Outcome slip = desk.call({"plan", job, "--machine", file});
    CHECK(slip.code == 2);
    CHECK(has(slip.err, "bandwidth_gb_s"));
    CHECK(has(slip.err, ":2"));
    const Outcome unknown = desk.call({"models", "show", "qwen3-1.7b", "--machine", "cray-1"});
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "rtx-4060-8gb"));
    CHECK(desk.call({"plan", job, "--machine", "l4", "--recalibrate"}).code == 2);
}

TEST_CASE("doctor and models show speak of a supposed machine as one") {
    PlanDesk desk;
    CHECK(has(desk.call({"doctor", "--machine", "list"}).out, "mac-m4-16gb"));
    const json::Value machine =
        last_object(desk.call({"doctor", "--machine", "laptop", "--json"}).out);
    CHECK(at(at(machine, "machine"), "figures").as_string() == "estimates");
    const Outcome shown = desk.call({"models", "show", "llama-3.1-8b", "--machine", "phone"});
    CHECK(shown.code == 0);
    CHECK(has(shown.out, "does not fit"));
    CHECK(has(shown.out, "estimate for it"));
    const json::Value elsewhere =
        at(last_object(
               desk.call({"models", "show", "qwen3-1.7b", "--machine", "laptop", "--json"}).out),
           "elsewhere");
    CHECK(at(elsewhere, "fits").as_bool());
    CHECK(at(elsewhere, "decode_tokens_per_s_estimated").as_double() > 5);
    CHECK(desk.call({"models", "show", "https://example.com/a.gguf", "--machine", "phone"}).code ==
          2);
}

TEST_CASE("init for another machine proposes what fits there, as estimates") {
    PlanDesk desk;
    const std::string job = desk.folder / "phone.toml";
    const Outcome made = desk.call({"init",
                                    desk.folder / "cases.jsonl",
                                    "--output",
                                    job,
                                    "--defaults",
                                    "--machine",
                                    "phone",
                                    "--json"});
    CHECK(made.code == 0);
    const json::Value value = last_object(made.out);
    CHECK(at(at(value, "machine"), "name").as_string() == "phone");
    REQUIRE_FALSE(at(value, "candidates").as_array().empty());
    for (const json::Value& candidate : at(value, "candidates").as_array()) {
        CHECK(has(at(candidate, "reason").as_string(), "supposed machine"));
    }
    CHECK(at(value, "topline").is_null());
    CHECK(has(*read_file(job), "Supposed machine"));
    CHECK(desk.workshop.calibrated.empty());
}

TEST_CASE(
    "where data may leave, init has the lines of a ceiling in the cloud, and does not set it") {
    PlanDesk desk;
    const std::string job = desk.folder / "cloud.toml";
    std::vector<std::string> words{"init",
                                   desk.folder / "cases.jsonl",
                                   "--output",
                                   job,
                                   "--defaults",
                                   "--per-month",
                                   "5000",
                                   "--force",
                                   "--json",
                                   "--privacy",
                                   "cloud"};
    desk.clock.advance(std::chrono::hours(24 * 320));  // to November 2026
    const json::Value cloud = last_object(desk.call(words).out);
    CHECK(at(at(cloud, "cloud_ceiling"), "endpoint").as_string().starts_with("https://"));
    CHECK(has(*read_file(job), "# key_env = "));
    CHECK_FALSE(has(*read_file(job), "\nkey_env = "));
    // 5,000 requests a month need no GPU, so none is the yardstick.
    CHECK(at(at(cloud, "yardstick"), "kind").as_string() == "processor");
    // "message 7" tells no language.
    CHECK(at(cloud, "language_by_default").as_bool());
    CHECK(has(*read_file(job), "--prompt-language"));
    words.back() = "machine";
    words.insert(words.end(), {"--hardware-price", "900 EUR"});
    const json::Value here = last_object(desk.call(words).out);
    CHECK(at(here, "cloud_ceiling").is_null());
    CHECK(at(at(here, "yardstick"), "price").as_double() == 900);
    words.back() = "cheap";
    CHECK(desk.call(words).code == 2);
}

TEST_CASE("where nothing fits, a plan leaves with 3 and each model says why") {
    PlanDesk desk;
    const Outcome outcome = desk.call({"plan", desk.job("10 MB")});
    CHECK(outcome.code == 3);
    CHECK(has(outcome.out, "smollm2-135m: memory: "));
    CHECK_FALSE(has(outcome.out, "palier models pull "));
    CHECK(desk.call({"climb", desk.folder / "palier.toml"}).code == 2);
}

TEST_CASE("a climb without candidates takes the plan's picks, and names the downloads it lacks") {
    PlanDesk desk;
    const std::string job = desk.job("2 GB");
    const Outcome refused = desk.call({"climb", job});
    CHECK(refused.code == 2);
    CHECK(has(refused.err, "PAL-2441"));
    CHECK(has(refused.err, "palier models pull "));
    const json::Value plan = last_object(desk.call({"plan", job, "--json"}).out);
    const json::Value dry = last_object(desk.call({"climb", job, "--dry-run", "--json"}).out);
    CHECK(json::write(at(dry, "steps")) == json::write(at(plan, "steps")));
    CHECK(at(dry, "download_bytes").as_int() > 0);
}

TEST_CASE("a job's own candidate is planned with the file that is here") {
    PlanDesk desk;
    const std::string file =
        desk.write("tiny.gguf", engine::fake::SmallFile("llama", true).bytes());
    CHECK(desk.call({"models", "import", file, "--name", "tiny"}).code == 0);
    const Outcome plan = desk.call({"plan", desk.job("2 GB", k_candidate), "--on-disk", "--json"});
    CHECK(plan.code == 0);
    const json::Value value = last_object(plan.out);
    const auto& models = at(value, "models").as_array();
    REQUIRE(models.size() == 1);
    CHECK(at(models.front(), "name").as_string() == "tiny");
    CHECK(at(models.front(), "from_job").as_bool());
    CHECK(at(at(models.front(), "memory_bytes"), "basis").as_string() == "file");
    CHECK(at(value, "download_bytes").as_int() == 0);
}

}  // namespace palier::cli
