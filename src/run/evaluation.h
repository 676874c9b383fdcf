// Evaluation: one System over cases in a fixed order. Trials are committed as they end and handed
// on strictly in the order of the cases, whatever order they finish in; what the store already has
// is not asked again.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/case.h"
#include "core/job.h"
#include "core/trial.h"
#include "eval/grader.h"
#include "run/budget.h"
#include "run/progress.h"
#include "store/store.h"
#include "system/system.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace palier::run {

// What all evaluations of one run share; borrowed.
struct Surroundings {
    const core::Job& job;
    const eval::Grader& grader;
    store::Store& store;
    std::int64_t run = 0;
    // Part of every key: empty, or the run's id where earlier answers must not be reused (--fresh).
    std::string salt;
    const Clock& clock;
    Budget& budget;
    const std::atomic<bool>& interrupted;
    const ProgressSink& progress;
};

struct Question {
    system::System& system;
    const std::vector<const core::Case*>& cases;  // in the order of consumption
    store::Phase phase = store::Phase::Dev;
    // Requests posted together, always the same ones for the same cases; and batches under way.
    std::size_t batch = 1;
    std::size_t batches_under_way = 1;
    // Asked once more, alone, whatever the store has (batch-of-one check).
    bool alone = false;
    Stage stage = Stage::Dev;
};

enum class Ending {
    Complete,  // every case was consumed
    Enough,    // the consumer said so
    Interrupted,
    OverBudget,
    Unreachable,  // the world failed: `detail` says how
    Refused,      // every request was rejected and nothing was answered: `detail` is the last word;
                  // nothing was kept, and nothing is said of the model
    Unable,       // the engine cannot do what the recipe asks: `detail` says what
    Busy          // a probe: other processes did not leave the machine alone
};

struct Evaluated {
    Ending ending = Ending::Complete;
    std::string detail;

    [[nodiscard]] bool world_failed() const {
        return ending == Ending::Unreachable || ending == Ending::Refused ||
               ending == Ending::Unable;
    }
};

// Returns false when it has seen enough.
using Consumer = std::function<bool(std::int64_t ordinal, const core::Case&, const core::Trial&)>;

// Fails only when the store does.
[[nodiscard]] Result<Evaluated> evaluate(const Surroundings& around,
                                         const Question& question,
                                         const Consumer& consume);

// The cases of a question whose answers the store does not have, in order.
struct Unasked {
    std::vector<const core::Case*> cases;
    double most_cost = 0;  // of asking them, in the price's currency
};
[[nodiscard]] Result<Unasked> not_asked_yet(const Surroundings& around, const Question& question);

// Stores what the run has spent, so that a later session's Budget starts there.
[[nodiscard]] Result<void> keep_spending(const Surroundings& around);
// Output tokens of a System's answers in a run, and those of them that went into thinking; of the
// answers in which it thought.
struct Thinking {
    std::int64_t thought = 0, output = 0;
};
[[nodiscard]] Result<Thinking> kept_thinking(store::Store& store,
                                             std::int64_t run,
                                             const std::string& system_hash);
// What earlier sessions of a run have spent.
[[nodiscard]] Result<double> kept_spending(store::Store& store, std::int64_t run);

// The Trial of an Answer to a case, graded. key and request_key are the caller's.
[[nodiscard]] core::Trial trial_of(const core::Answer& answer,
                                   const core::Case& item,
                                   const core::System& system,
                                   const eval::Grader& grader);

// The content key of a Trial.
[[nodiscard]] std::string trial_key(const std::string& request_key,
                                    const std::string& system_hash,
                                    const core::Case& item,
                                    const std::string& grader_version);

}  // namespace palier::run
