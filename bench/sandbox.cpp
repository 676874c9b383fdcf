#include "bench/sandbox.h"

#include "store/sqlite/sqlite_store.h"
#include "system/identity.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace palier::bench {

void give_up(const Error& error) {
    std::fprintf(stderr, "bench: error PAL-%d", error.code);
    for (const auto& [name, value] : error.args) {
        std::fprintf(stderr, ", %s: %s", name.c_str(), value.c_str());
    }
    std::fprintf(stderr, "\n");
    std::exit(1);
}

void give_up(std::string_view why) {
    std::fprintf(stderr, "bench: %.*s\n", static_cast<int>(why.size()), why.data());
    std::exit(1);
}

void need(const Result<void>& result) {
    if (!result) {
        give_up(result.error());
    }
}

double seconds_between(Nanoseconds from, Nanoseconds to) {
    return std::chrono::duration<double>(to - from).count();
}

// "VmHWM:    123456 kB"
double peak_mb() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        double kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes) {
            return kibibytes * 1024 / 1e6;
        }
    }
    return 0;
}

system::System system_of(std::string id,
                         const core::Job& job,
                         const core::Recipe& recipe,
                         engine::Engine& engine) {
    core::System system;
    system.id = std::move(id);
    system.candidate = engine.facts().model;
    system.spec = system::spec_of(job, recipe, engine.facts());
    system.hash = system::hash_of(system.spec);
    return system::System({system, {}, engine.open_client(), {}});
}

Sandbox::Sandbox(const core::Job& job) : job_(job), budget_(clock_, {}, {}, 0) {
    std::string folder = (std::filesystem::temp_directory_path() / "palier-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) {
        give_up("no temporary folder can be made");
    }
    folder_ = folder;
    store_ = need(store_sqlite::open(folder_ + "/runs.db", clock_));
    grader_ = need(eval::make_grader(job));
    store::RunRow row;
    row.identity = "bench";
    run_ = need(store_->begin_run(row)).row;
}

Sandbox::~Sandbox() {
    store_.reset();
    std::error_code ignored;  // a folder in /tmp may stay behind
    std::filesystem::remove_all(folder_, ignored);
}

run::Surroundings Sandbox::surroundings() {
    return {job_, *grader_, *store_, run_, "", clock_, budget_, interrupted_, progress_};
}

}  // namespace palier::bench
