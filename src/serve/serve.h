// Serve: one model, or one System of a run, answers over HTTP until it is told to stop.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "engine/engine.h"
#include "report/messages.h"
#include "report/serving.h"
#include "store/store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace palier::serve {

struct Wish {
    std::string what;    // a GGUF file that is there; else a run: id, prefix, "last"
    std::string system;  // of the run; "" = the chosen one
    std::string name;    // in requests; "" = the file's without ".gguf", or the System's id
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  // 0 = any free one
    std::string key_file;       // "" = the key in PALIER_API_KEY, if there is one
    std::optional<std::uint64_t> context, threads;  // of a model file
    std::uint64_t waiting = 64;                     // requests beyond those that are answered
    std::uint64_t grace_s = 30;                     // for answers under way when it is told to stop
    report::Language language = report::Language::En;
};

// Borrowed; all outlive the call.
struct World {
    engine::Engines& engines;
    std::function<Result<std::unique_ptr<store::Store>>()> open_store;  // of a run
    const Clock& clock;
    // What is said on the way: a number of the message table.
    std::function<void(int code, const report::Args& args)> tell;
    std::function<void(const report::Serving&)> ready;  // once, when it answers
};

// Returns when SIGINT or SIGTERM came and all is answered, or the grace is over; false: it was told
// to stop before it was ready. Errors: 2951 {host} others could reach it and there is no key; 2952,
// 2953, 2954; 2961 {option, what}; those of run::system_to_serve and parts_of; those of opening a
// model.
[[nodiscard]] Result<bool> serve(const Wish& wish, const World& world);

}  // namespace palier::serve
