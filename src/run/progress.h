// What a climb tells while it works. The receiver decides how it looks (terminal line, plain
// lines).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace palier::run {

enum class Stage {
    Loading,   // a model; share done in `done` of 100
    Dev,       // a rung on dev
    Topline,   // the topline on test
    Proof,     // a proof on test
    Alone,     // a few answers of it once more, one by one
    Continue,  // promise B of the chosen System
    Latency,
    Memory,
    Diagnosis,  // failing cases asked in other ways
    Weights,    // does a BF16 copy pay on this machine?
    Busy        // waits until other processes leave the machine alone
};

struct Progress {
    Stage stage = Stage::Loading;
    std::string system;  // id of the System or name of the model
    std::int64_t done = 0;
    std::int64_t total = 0;              // most that this step may need
    std::optional<double> score;         // mean so far
    std::optional<double> seconds_left;  // of this step at most, from its own speed
};

using ProgressSink = std::function<void(const Progress&)>;

}  // namespace palier::run
