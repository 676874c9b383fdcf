// TestWorld: a world of fakes for the tests of run: models whose answers are scripted, a store, a
// clock that only work moves, and cases whose right answers the models can be told to know.
#pragma once

#include "base/clock.h"
#include "core/case.h"
#include "engine/fake/fake.h"
#include "planning/test_jobs.h"
#include "run/budget.h"
#include "run/climb.h"
#include "run/evaluation.h"
#include "store/store.h"
#include "system/system.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace palier::run {

using planning::case_number;
using planning::case_numbers;
using planning::two_labels;

// A model that knows this share of the answers, by the way it is asked.
struct Model {
    double zero_shot = 0;
    double scored = 0;
    double few_shot = 0;  // with examples, generating
    std::chrono::microseconds latency{10'000};
    int at_once = 1;
    // Asked first: an answer of its own for this request.
    std::function<std::optional<engine::fake::Answer>(const engine::Request&)> instead;
};
[[nodiscard]] Model knowing(double share);  // however it is asked

class TestWorld : public planning::TestJobs {
   public:
    TestWorld();

    // A script that answers case_number(n) as the model knows it, and counts.
    [[nodiscard]] engine::fake::Script script(const Model& model, const std::string& name = "");
    // What engines open under this name, on the world's clock.
    void add(const std::string& name, const Model& model);
    // The same as a recording: no scores, no latency. Makes the file too; returns its path.
    std::string add_recording(const std::string& name, const Model& model);
    // An endpoint cannot score.
    void add_endpoint(const std::string& name, const Model& model);
    // An endpoint that decides among labels and writes nothing.
    void add_decisions(const std::string& name, const Model& model);
    // A model file that the catalogue can read; returns its path.
    std::string add_file(const std::string& name, int parameters, const Model& model);

    Result<ClimbResult> climb(const job::JobFile& file, planning::ClimbOptions options = plain());
    [[nodiscard]] static planning::ClimbOptions plain();

    // Ends once this many requests have been asked in all.
    void interrupt_after(std::int64_t more) { interrupt_at_ = asked + more; }
    void go_on();

    // A System over an engine that answers by this script, for evaluate() and probe_latency().
    struct Asked {
        std::unique_ptr<engine::fake::FakeEngine> engine;
        std::unique_ptr<system::System> system;  // goes before its engine
    };
    [[nodiscard]] Asked ask(const core::Job& job,
                            const core::Recipe& recipe,
                            const Model& model,
                            std::optional<core::Price> price = std::nullopt,
                            std::optional<std::uint64_t> shuffle = std::nullopt);
    // For evaluate() and probe_latency(): a run of its own.
    [[nodiscard]] Surroundings around(const core::Job& job, Budget& budget);
    [[nodiscard]] Budget unlimited() const { return {clock, std::nullopt, std::nullopt, 0}; }
    // The answers of a run, by request: one that two Systems read is one.
    [[nodiscard]] std::map<std::string, core::Trial> answers(std::int64_t run);
    // Trials of a run, counted.
    [[nodiscard]] std::int64_t trials(std::int64_t run,
                                      std::optional<store::Phase> phase = std::nullopt,
                                      const std::string& system_hash = "");

    engine::fake::FakeEngines engines;
    std::atomic<bool> interrupted{false};
    std::vector<Progress> progress;
    // What was told before a candidate's first case, and how many requests had been asked then.
    std::vector<std::pair<core::Note, std::int64_t>> said_first;
    std::int64_t asked = 0;
    std::string machine_root = "/nowhere";                         // no counters of energy
    std::map<std::string, std::vector<engine::Request>> requests;  // by model

   private:
    std::unique_ptr<eval::Grader> grader_;
    ProgressSink sink_;
    std::optional<std::int64_t> interrupt_at_;
};

// The verdict and everything that it rests on, without what differs from run to run (id, dates).
[[nodiscard]] std::string essence(core::Summary summary);
[[nodiscard]] const core::SystemSummary& system_named(const core::Summary& summary,
                                                      const std::string& id);
[[nodiscard]] bool has_note(const core::Summary& summary, int code);

}  // namespace palier::run
