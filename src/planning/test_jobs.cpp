#include "planning/test_jobs.h"

#include "base/rng.h"
#include "lib/json/json.h"
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>

namespace palier::planning {
namespace {

void add_bytes(std::string& out, std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(number >> (8 * i) & 0xFFU);
    }
}

void add_text(std::string& out, const std::string& text) {
    add_bytes(out, text.size(), 8);
    out += text;
}

// A header and one tensor of 32-bit zeros: all that the catalogue reads.
std::string gguf_of(int parameters) {
    std::string out = "GGUF";
    add_bytes(out, 3, 4);  // version
    add_bytes(out, 1, 8);  // tensors
    add_bytes(out, 1, 8);  // metadata
    add_text(out, "general.architecture");
    add_bytes(out, 8, 4);  // a text
    add_text(out, "llama");
    add_text(out, "weights");
    add_bytes(out, 1, 4);  // dimensions
    add_bytes(out, static_cast<std::uint64_t>(parameters), 8);
    add_bytes(out, 0, 4);  // F32
    add_bytes(out, 0, 8);  // offset
    out.resize((out.size() + 31) / 32 * 32);
    out.resize(out.size() + static_cast<std::size_t>(parameters) * 4);
    return out;
}

std::string data_line(const core::Case& item) {
    return json::write(json::Object{
               {"id", item.id}, {"input", item.input}, {"expected", item.expected.front()}}) +
           "\n";
}

}  // namespace

std::string label_of(int n) {
    return Rng(static_cast<std::uint64_t>(n) * 7919 + 3).below(2) == 0 ? "ham" : "spam";
}

core::Case case_number(int n) {
    core::Case item;
    item.id = "c" + std::to_string(n);
    item.input = "case " + std::to_string(n);
    item.expected = {label_of(n)};
    return item;
}

std::vector<core::Case> case_numbers(int first, int count) {
    std::vector<core::Case> cases;
    for (int i = 0; i < count; ++i) {
        cases.push_back(case_number(first + i));
    }
    return cases;
}

core::Job two_labels() {
    core::Job job;
    job.name = "mail";
    job.instructions = "Is it spam?";
    job.labels = {"ham", "spam"};
    job.constraints.quality.metric = "accuracy";
    job.constraints.quality.min = 800'000;
    return job;
}

void TestJobs::reopen() {
    store.reset();
    auto opened = store_sqlite::open(folder.file(), clock);
    REQUIRE(opened);
    store = std::move(*opened);
}

std::string TestJobs::write_model(const std::string& name, int parameters) {
    const std::string path = folder.file(name + ".gguf");
    store_sqlite::write_bytes(path, gguf_of(parameters));
    return path;
}

namespace {
// As most tests want it: nothing but the models that they name, the largest first.
constexpr const char* k_models_alone = "\n[climb]\norder = \"down\"\nbaselines = false\n";
}  // namespace

job::JobFile TestJobs::job(const std::string& tables, int tests, int devs) {
    std::string test;
    for (const core::Case& item : case_numbers(0, tests)) {
        test += data_line(item);
    }
    std::string dev;
    for (const core::Case& item : case_numbers(100'000, devs)) {
        dev += data_line(item);
    }
    store_sqlite::write_bytes(folder.file("test.jsonl"), test);
    store_sqlite::write_bytes(folder.file("dev.jsonl"), dev);
    auto file = job::parse_job(R"(
[job]
name = "mail"
task = "classify"
instructions = "Is it spam?"
labels = ["ham", "spam"]
[data]
test = "test.jsonl"
dev = "dev.jsonl"
)" + tables + (tables.find("[climb]") == std::string::npos ? k_models_alone : ""),
                               folder.file("palier.toml"));
    INFO((file ? "" : std::to_string(file.error().code) + " " + file.error().args[0].second));
    REQUIRE(file);
    return *file;
}

}  // namespace palier::planning
