// What the benches share: a store in a folder of its own, and run::Surroundings over it as a climb
// has them.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/job.h"
#include "eval/grader.h"
#include "run/budget.h"
#include "run/evaluation.h"
#include "store/store.h"
#include "system/system.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace palier::bench {

// Ends the process with the error's code and arguments: a bench has nobody to hand it to.
[[noreturn]] void give_up(const Error& error);
[[noreturn]] void give_up(std::string_view why);

template <class T>
T need(Result<T> result) {
    if (!result) {
        give_up(result.error());
    }
    return std::move(*result);
}
void need(const Result<void>& result);

[[nodiscard]] double seconds_between(Nanoseconds from, Nanoseconds to);

// Peak resident memory of this process so far, in MB (10^6 bytes).
[[nodiscard]] double peak_mb();

// A System of one recipe of the job, on an engine that outlives it.
[[nodiscard]] system::System system_of(std::string id,
                                       const core::Job& job,
                                       const core::Recipe& recipe,
                                       engine::Engine& engine);

// A run in a new SQLite store on disk; the store and its folder vanish with it.
class Sandbox {
   public:
    explicit Sandbox(const core::Job& job);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    [[nodiscard]] const Clock& clock() const { return clock_; }
    [[nodiscard]] store::Store& store() { return *store_; }
    [[nodiscard]] const eval::Grader& grader() const { return *grader_; }
    [[nodiscard]] run::Surroundings surroundings();

   private:
    const core::Job& job_;
    const SystemClock clock_;
    std::string folder_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<eval::Grader> grader_;
    std::int64_t run_ = 0;
    run::Budget budget_;
    const std::atomic<bool> interrupted_ = false;
    const run::ProgressSink progress_ = [](const run::Progress&) {};
};

}  // namespace palier::bench
