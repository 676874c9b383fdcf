// Climber: performs the steps that core asks for, one method a step. Internal to run.
#pragma once

#include "core/measure.h"
#include "core/staircase.h"
#include "learn/learned.h"
#include "planning/prepare.h"
#include "pool/pool.h"
#include "run/climb.h"
#include "run/evaluation.h"
#include "system/system.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace palier::run {

// A System that dev has chosen, and what its steps have found.
struct Climbed {
    core::System system;
    const planning::Contestant* contestant = nullptr;
    engine::OpenSpec open;
    engine::Facts facts;
    std::string prior;  // label scores after an empty input, where the recipe needs them
    std::shared_ptr<const learn::Learned> head;  // where the recipe decides by one
    std::vector<core::CurvePoint> curve;         // of what was learned
    std::int64_t used = 0;                       // test cases consumed, promise B's included
    core::Interval interval;                     // anytime, of promise A
    bool stopped_early = false;
    std::optional<core::LatencyMeasure> latency;
    std::int64_t batch_checked = 0, batch_disagreed = 0;
    std::string failure_detail;  // when the world failed
};

// What an error says of the one candidate that was worked on; nullopt: it concerns the climb as a
// whole.
[[nodiscard]] std::optional<core::Trouble> trouble_in(const Error& error);

class Climber {
   public:
    Climber(const planning::Prepared& prepared,
            const planning::ClimbOptions& options,
            const ClimbWorld& world,
            const Surroundings& around);

    // Until core says stop, the budget is spent, or somebody interrupts.
    Result<void> climb();

    [[nodiscard]] const core::History& history() const { return history_; }
    [[nodiscard]] const std::map<std::string, Climbed>& systems() const { return systems_; }
    // What asking has taught of the candidates' engines (engine::Client::learned), by candidate.
    [[nodiscard]] const std::map<std::string, std::map<std::string, std::string>>& learned() const {
        return learned_;
    }
    // What was to be said of the job and the candidates' files, in the order of the steps.
    [[nodiscard]] const std::vector<core::Note>& remarks() const { return remarks_; }
    // Why Systems could not be measured, in the order of the steps.
    [[nodiscard]] const std::vector<Error>& troubles() const { return troubles_; }

   private:
    // One for each kind of step: a kind that nobody performs does not compile.
    Result<void> perform(const core::TryRecipe& step);
    Result<void> perform(const core::MeasureTopline& step);
    Result<void> perform(const core::Prove& step);
    Result<void> perform(const core::ProbeLatency& step);
    Result<void> perform(const core::MeasureMemory& step);
    Result<void> perform(const core::ContinueProof& step);
    Result<void> perform(const core::Stop& step);
    Result<void> try_recipe(const core::TryRecipe& step);
    // A recipe that is learned from dev: each case is answered by what was learned from the others.
    struct Read;
    Result<void> learn_recipe(const core::TryRecipe& step);
    Result<std::optional<engine::Facts>> read_dev(const core::TryRecipe& step,
                                                  const engine::OpenSpec& spec,
                                                  Read& read);
    Result<void> take_held_out(const core::TryRecipe& step,
                               Climbed climbed,
                               const Read& read,
                               const std::vector<std::vector<double>>& held_out);
    // What dev says of label scores. false: the climb stops, or the candidate is out of reach.
    Result<bool> find_label_prior(const core::TryRecipe& step, Climbed& climbed);
    Result<void> calibrate(Climbed& climbed,
                           const std::vector<const core::Case*>& cases,
                           std::vector<core::Trial> trials,
                           core::RecipeTried& tried);
    [[nodiscard]] std::vector<const core::Case*> dev_cases(const core::TryRecipe& step) const;
    // What the step has measured; the System of its rung becomes the best recipe's.
    void keep(const core::TryRecipe& step, Climbed climbed);
    // nullopt: the climb stops, or the candidate can be measured no further; history says which.
    Result<std::optional<core::RecipeTried>> measured_on_dev(const core::TryRecipe& step,
                                                             Climbed& climbed);
    [[nodiscard]] bool has_another_recipe(const core::TryRecipe& step) const;
    // Keeps what asking this System has taught of its engine.
    void learn(const std::string& candidate, system::System& system);
    Result<void> take_useless(const core::TryRecipe& step, const Error& why);
    // A step of this candidate failed: into history where that is its own trouble, else the error.
    Result<void> take_trouble(const std::string& candidate, const Error& why);
    [[nodiscard]] std::string candidate_of(const core::Step& step) const;
    // The speeds that the probe saw, for plans to come.
    Result<void> remember_speed(const Climbed& climbed);

    [[nodiscard]] const planning::Contestant& contestant(const std::string& id) const;
    // A client of the engine that runs a System of this contestant with these weights; nullptr when
    // the endpoint cannot be reached, which history then says. Local failures are errors.
    Result<std::unique_ptr<engine::Client>> open(const planning::Contestant& of,
                                                 const engine::OpenSpec& spec);
    void tell_remarks(const planning::Contestant& of);
    void tell(const std::vector<core::Note>& remarks);
    // The System as it can be asked; nullopt as above.
    Result<std::optional<system::System>> asked(const Climbed& climbed);
    Result<engine::OpenSpec> spec_for(const planning::Contestant& of, const core::Recipe& recipe);
    // A System of a contestant that has no rungs, or none tried on dev: made when it is asked for.
    Result<Climbed*> system_of(const std::string& id, const planning::Contestant& of);
    Result<Climbed> make_system(const std::string& id,
                                const planning::Contestant& of,
                                const core::Recipe& recipe,
                                const engine::OpenSpec& spec,
                                const engine::Facts& facts);
    // Label scores after an empty input, asked once a run.
    Result<void> find_prior(Climbed& climbed);
    Result<core::Weights> weights_of(const planning::Contestant& of, const core::Recipe& scored);
    Question question_for(const Climbed& climbed,
                          system::System& system,
                          const std::vector<const core::Case*>& cases,
                          store::Phase phase,
                          Stage stage) const;
    // Turns an ending that stops the climb into history; false = go on with the step's result.
    bool stops(const Evaluated& evaluated);
    // Its endpoint cannot be reached any more: told among the troubles.
    bool out_of_reach(const Evaluated& evaluated, const std::string& system);
    Result<void> check_alone(Climbed& climbed, system::System& system);
    [[nodiscard]] double bound() const;

    const planning::Prepared& prepared_;
    const planning::ClimbOptions& options_;
    const ClimbWorld& world_;
    const Surroundings& around_;
    pool::Pool pool_;
    core::History history_;
    std::map<std::string, Climbed> systems_;  // by System id
    // Of each recipe that was measured, by System id.
    struct Made {
        core::Recipe recipe;  // as core asked for it
        Climbed climbed;
    };
    std::map<std::string, std::vector<Made>> made_;
    std::map<std::string, core::Weights> weights_;  // by candidate, for label scoring
    std::map<std::string, std::map<std::string, std::string>> learned_;
    std::vector<Error> troubles_;
    std::vector<core::Note> remarks_;
    std::set<std::string> remarked_;    // candidates
    std::vector<Micros> topline_test_;  // in the order of the cases
};

}  // namespace palier::run
