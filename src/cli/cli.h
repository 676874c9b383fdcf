// The command line: `palier VERB ...`. stdout carries results, stderr messages and progress.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/workshop.h"
#include "report/serving.h"
#include "store/store.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace palier::cli {

struct Common;
struct ServeArguments;

// What `serve` is heard of: words on the way, and once it answers.
struct ServeHeard {
    std::function<void(int code, const report::Args& args)> tell;
    std::function<void(const report::Serving&)> ready;
};

// What main hands in; borrowed for the time of the call.
struct World {
    engine::Engines& engines;
    // Opens the run store at this path; read-only for verbs that change nothing.
    std::function<Result<std::unique_ptr<store::Store>>(const std::string& path, bool read_only)>
        open_store;
    // Writes a file of recorded answers: model, settings as text pairs, answers.
    std::function<Result<void>(const std::string& path,
                               const std::string& model,
                               std::uint64_t parameters,
                               const std::vector<std::pair<std::string, std::string>>& settings,
                               const std::vector<engine::RecordedAnswer>& answers)>
        write_recording;
    const Clock& clock;
    const std::atomic<bool>& interrupted;
    std::string version;                   // "0.1.0"
    std::string engine_builds;             // for `palier version`
    engine::Workshop* workshop = nullptr;  // none: built without the embedded engine
    // Trusts the certificate authorities in this file, before anything is asked for.
    std::function<void(const std::string& path)> use_ca_file = nullptr;
    // The other door: serves until it is told to stop. False: it was told before it was ready.
    std::function<Result<bool>(const Common&, const ServeArguments&, const ServeHeard&)> serve =
        nullptr;
};

// Returns the exit code of the process (docs/formats/verdict.md).
[[nodiscard]] int run(int argc, const char* const* argv, const World& world);

}  // namespace palier::cli
