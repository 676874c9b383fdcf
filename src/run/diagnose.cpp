#include "run/diagnose.h"

#include "base/text.h"
#include "core/names.h"
#include "core/step_sizes.h"
#include "eval/error_kinds.h"
#include "pool/pool.h"
#include "run/codes.h"
#include "run/evaluation.h"
#include "run/kept_run.h"
#include "run/probes.h"
#include "run/reopen.h"
#include "system/identity.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <unordered_map>

namespace palier::run {
namespace {

using core::LeftOut;
using core::Probe;

bool is_usable(const core::Trial& trial) {
    return trial.grade.failure == core::Failure::None && !trial.grade.parsed.empty();
}

// One call of diagnose().
class Diagnoser {
   public:
    Diagnoser(const KeptRun& kept,
              const core::SystemSummary& system,
              const DiagnosisQuestion& question,
              const DiagnosisWorld& world)
        : kept_(kept),
          system_(system),
          question_(question),
          world_(world),
          pool_(world.engines),
          // The time of a climb is over; its money is what is left of it.
          budget_(world.clock, std::nullopt, kept.job.budget_money, 0, kept.spent),
          around_{kept.job,
                  *kept.grader,
                  world.store,
                  kept.row.row,
                  kept.salt,
                  world.clock,
                  budget_,
                  world.interrupted,
                  world_.progress} {}

    Result<core::DiagnosedRun> run() {
        PALIER_TRY(find_failures());
        out_.run = kept_.row.id;
        out_.system = system_.verdict.id;
        out_.model = system_.model;
        out_.rung = system_.system.spec.recipe.rung;
        out_.max_tokens = system_.system.spec.recipe.max_tokens;
        out_.examples = static_cast<std::int64_t>(kept_.dev.size());
        plans_ = probes_for(kept_.summary, system_, kept_.job, failing_);
        for (const ProbePlan& plan : plans_) {
            out_.probes.push_back({plan.probe, 0, 0, plan.left_out, std::nullopt});
        }
        add_controls();
        PALIER_TRY(check_budget());
        for (Asking& asking : askings_) {
            PALIER_TRY(ask(asking));
        }
        PALIER_TRY(hear_others());
        out_.findings.forced = question_.force;
        out_.diagnosis = core::diagnose(out_.findings);
        return std::move(out_);
    }

   private:
    // A probe's cases, or those that show what a rung would break.
    struct Asking {
        std::size_t plan = 0;
        std::optional<core::Rung> control;
        std::vector<const core::Case*> cases;
    };

    Result<void> find_failures() {
        auto trials = dev_trials(world_.store, kept_.row.row, system_.system.hash);
        PALIER_TRY(trials);
        if (trials->empty()) {
            return Error(codes::no_dev_answers,
                         {{"system", system_.verdict.id}, {"run", kept_.row.id}});
        }
        own_ = std::move(*trials);
        std::vector<std::string_view> wrong;
        for (const auto& [id, trial] : own_) {
            if (trial.grade.score < k_one) {
                wrong.emplace_back(trial.answer);
            }
        }
        reader_ = std::make_unique<eval::ErrorReader>(kept_.job, kept_.dev, wrong);
        core::Findings& findings = out_.findings;
        for (const core::Case* item : kept_.dev) {
            const auto found = own_.find(item->id);
            if (found == own_.end()) {
                continue;
            }
            ++findings.asked;
            if (found->second.grade.score >= k_one) {
                right_.push_back(item);
            } else if (++findings.failed <= question_.cases) {
                failing_.push_back({item, seen(*item, found->second, system_.system.spec.recipe)});
                findings.cases.push_back(
                    {item->id, item->input, item->expected.front(), failing_.back().seen, {}});
            }
        }
        findings.task = kept_.job.task;
        findings.labels = static_cast<std::int64_t>(kept_.job.labels.size());
        findings.passes = system_.verdict.status == core::Status::Pass;
        findings.has_model = system_.verdict.role != core::Role::Baseline;
        findings.possible = prompting_rungs(kept_.summary, system_.verdict.candidate);
        findings.tried = prompting_tried(kept_.summary, system_.verdict.candidate);
        return {};
    }

    [[nodiscard]] core::Seen seen(const core::Case& item,
                                  const core::Trial& trial,
                                  const core::Recipe& recipe) const {
        core::Seen seen;
        seen.score = trial.grade.score;
        seen.answered = trial.grade.parsed;
        if (seen.score < k_one) {
            const bool writes = recipe.decide == core::Decide::Generate;
            seen.kind = reader_->kind_of({&item,
                                          trial.answer,
                                          trial.grade,
                                          trial.tokens.output,
                                          writes ? recipe.max_tokens : 0});
        }
        return seen;
    }

    void add_controls() {
        for (std::size_t i = 0; i < plans_.size(); ++i) {
            if (!plans_[i].left_out) {
                askings_.push_back({i, std::nullopt, {}});
                for (const core::Case& item : plans_[i].cases) {
                    askings_.back().cases.push_back(&item);
                }
            }
        }
        const core::Findings& findings = out_.findings;
        for (const core::Rung rung : findings.possible) {
            const ProbePlan* plan = probe_of(rung, plans_);
            if (plan == nullptr ||
                std::ranges::find(findings.tried, rung) != findings.tried.end()) {
                continue;
            }
            Asking control{static_cast<std::size_t>(plan - plans_.data()), rung, {}};
            control.cases.assign(right_.begin(),
                                 right_.begin() + static_cast<std::ptrdiff_t>(
                                                      std::min(right_.size(), failing_.size())));
            if (!control.cases.empty()) {
                askings_.push_back(std::move(control));
            }
        }
    }

    // Nothing is asked unless all of it can be paid for.
    Result<void> check_budget() {
        std::int64_t requests = 0;
        double most = 0;
        for (const Asking& asking : askings_) {
            const std::optional<core::ModelSpec>& source = plans_[asking.plan].of->source;
            if (!source || !source->price) {
                continue;
            }
            auto system = opened(asking.plan);
            PALIER_TRY(system);
            if (!*system) {
                continue;
            }
            const auto unasked = not_asked_yet(around_, question_for(**system, asking.cases));
            PALIER_TRY(unasked);
            requests += static_cast<std::int64_t>(unasked->cases.size());
            most += unasked->most_cost;
        }
        if (most > 0 && !budget_.allows(0, most)) {
            const Money money = kept_.job.budget_money.value_or(Money{});
            return Error(codes::diagnosis_over_budget,
                         {{"requests", std::to_string(requests)},
                          {"cost", significant_digits(most)},
                          {"left", significant_digits(money.amount - kept_.spent)},
                          {"currency", money.currency}});
        }
        return {};
    }

    static std::string significant_digits(double value) {
        constexpr double k_mils = 1000;
        return shortest(std::round(std::max(value, 0.0) * k_mils) / k_mils);
    }

    [[nodiscard]] Question question_for(system::System& system,
                                        const std::vector<const core::Case*>& cases) const {
        Question question{system, cases, store::Phase::Diagnosis, 1, 1, false, Stage::Diagnosis};
        const engine::Facts& facts = system.facts();
        if (facts.recorded) {
            question.batch = core::k_recorded_batch;
        } else if (facts.engine == "openai") {
            question.batches_under_way = core::k_endpoint_requests;
        } else {
            question.batch = core::k_batch;
        }
        return question;
    }

    // The System of a probe; nullptr: it cannot be asked, which the probe then says.
    Result<std::unique_ptr<system::System>> opened(std::size_t index) {
        const ProbePlan& plan = plans_[index];
        const core::SystemSummary& of = *plan.of;
        auto open = open_again(of);
        if (!open) {
            return without(index, open.error());
        }
        const core::SystemSpec& kept = of.system.spec;
        const bool own_way = plan.recipe.decide == kept.recipe.decide;
        if (!own_way && !open->weights.empty() &&
            !of.source.value_or(core::ModelSpec{}).is_remote() && !of.recorded) {
            open->weights = core::name_of(kept_.job.weights.value_or(core::Weights::AsFile));
        }
        auto engine = pool_.open(*open);
        if (!engine) {
            return without(index, engine.error());
        }
        const engine::Facts& facts = (*engine)->facts();
        if (facts.model_identity != kept.model_identity) {
            return without(index, Error(codes::model_changed, {{"system", of.verdict.id}}));
        }
        system::Parts parts{system_for(plan, facts),
                            of.source.value_or(core::ModelSpec{}).price,
                            (*engine)->open_client(),
                            {}};
        auto system = std::make_unique<system::System>(std::move(parts));
        const core::Recipe& recipe = system->spec().recipe;
        if (recipe.decide == core::Decide::Score && recipe.norm == core::LabelNorm::MinusEmpty) {
            const auto empty = system->prior();
            if (std::holds_alternative<system::Outcome>(empty)) {
                return without(index,
                               Error(codes::empty_input_unscored,
                                     {{"system", of.verdict.id}, {"reason", ""}}));
            }
        }
        return system;
    }

    std::unique_ptr<system::System> without(std::size_t index, const Error& why) {
        out_.probes[index].left_out = LeftOut::WorldFailed;
        out_.probes[index].trouble = why;
        return nullptr;
    }

    // Its own way and the topline's as the run has them; another way as a climb would make it.
    [[nodiscard]] core::System system_for(const ProbePlan& plan, const engine::Facts& facts) const {
        const core::SystemSpec& kept = plan.of->system.spec;
        core::System made;
        const bool another = plan.probe == Probe::AsIs || plan.probe == Probe::Constrained ||
                             plan.probe == Probe::ReadOut || plan.probe == Probe::WithExamples;
        made.spec = kept;
        if (another) {
            made.spec = system::spec_of(kept_.job,
                                        plan.recipe,
                                        facts,
                                        plan.of->source.value_or(core::ModelSpec{}),
                                        kept_.summary.plan.ingredients.shots);
        }
        made.spec.recipe.max_tokens =
            another ? made.spec.recipe.max_tokens : plan.recipe.max_tokens;
        made.spec.engine_build = facts.build;
        made.spec.chat_template = facts.chat_template;
        made.spec.context_tokens = facts.context_tokens;
        made.candidate = plan.of->verdict.candidate;
        made.id = made.candidate + "/" + std::string(core::name_of(plan.probe));
        made.hash = system::hash_of(made.spec);
        return made;
    }

    Result<void> ask(const Asking& asking) {
        core::ProbeAsked& told = out_.probes[asking.plan];
        if (out_.interrupted || told.left_out) {
            return {};
        }
        auto system = opened(asking.plan);
        PALIER_TRY(system);
        if (!*system) {
            return {};
        }
        const auto unasked = not_asked_yet(around_, question_for(**system, asking.cases));
        PALIER_TRY(unasked);
        // First those that nobody knows, so that none is asked twice to fill a batch.
        const auto nothing = [](std::int64_t, const core::Case&, const core::Trial&) {
            return true;
        };
        const auto first = evaluate(around_, question_for(**system, unasked->cases), nothing);
        PALIER_TRY(first);
        const auto asked = static_cast<std::int64_t>(unasked->cases.size());
        told.requests += asked;
        out_.requests += asked;
        if (first->ending == Ending::Interrupted) {
            out_.interrupted = true;
            return {};
        }
        if (first->ending == Ending::Unable) {
            told.left_out = LeftOut::EngineCannot;
            return {};
        }
        if (first->ending != Ending::Complete) {
            without(
                asking.plan,
                Error(codes::system_not_measured,
                      {{"system", plans_[asking.plan].of->verdict.id}, {"detail", first->detail}}));
            return {};
        }
        const core::Recipe recipe = (*system)->spec().recipe;
        const auto all =
            evaluate(around_,
                     question_for(**system, asking.cases),
                     [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                         take(asking, item, trial, recipe);
                         return true;
                     });
        PALIER_TRY(all);
        return {};
    }

    void take(const Asking& asking,
              const core::Case& item,
              const core::Trial& trial,
              const core::Recipe& recipe) {
        if (asking.control) {
            core::Control& control = out_.findings.controls[*asking.control];
            ++control.asked;
            control.kept += trial.grade.score >= k_one ? 1 : 0;
            return;
        }
        const Probe probe = plans_[asking.plan].probe;
        ++out_.probes[asking.plan].cases;
        const auto of = std::ranges::find(out_.findings.cases, item.id, &core::FailedCase::case_id);
        of->probes[probe] = seen(item, trial, recipe);
        if (probe == Probe::Topline && is_usable(trial)) {
            topline_[item.id] = of->probes[probe];
        }
    }

    // What everybody said on dev, and whose answers speak against a reference.
    Result<void> hear_others() {
        std::vector<Trials> voices;
        for (const core::SystemSummary& one : kept_.summary.systems) {
            auto trials = dev_trials(world_.store, kept_.row.row, one.system.hash);
            PALIER_TRY(trials);
            if (one.verdict.role == core::Role::Topline) {
                for (const auto& [id, trial] : *trials) {
                    if (is_usable(trial)) {
                        topline_.emplace(id, core::Seen{trial.grade.score, {}, trial.grade.parsed});
                    }
                }
            } else {
                voices.push_back(std::move(*trials));
            }
        }
        std::vector<core::Ballot> ballots;
        for (const core::Case* item : kept_.dev) {
            core::Ballot ballot{item->id, item->expected.front(), std::nullopt, {}};
            if (const auto top = topline_.find(item->id); top != topline_.end()) {
                ballot.topline = top->second;
            }
            for (const Trials& voice : voices) {
                const auto said = voice.find(item->id);
                if (said != voice.end() && is_usable(said->second)) {
                    const core::Grade& grade = said->second.grade;
                    ballot.candidates.push_back({grade.score, {}, grade.parsed});
                }
            }
            ballots.push_back(std::move(ballot));
        }
        out_.findings.in_doubt = core::references_in_doubt(ballots, kept_.job.task);
        return {};
    }

    const KeptRun& kept_;
    const core::SystemSummary& system_;
    const DiagnosisQuestion& question_;
    const DiagnosisWorld& world_;
    pool::Pool pool_;
    Budget budget_;
    Surroundings around_;
    core::DiagnosedRun out_;
    Trials own_;
    std::unique_ptr<eval::ErrorReader> reader_;
    std::vector<Failing> failing_;
    std::vector<const core::Case*> right_;
    std::vector<ProbePlan> plans_;
    std::vector<Asking> askings_;
    std::unordered_map<std::string, core::Seen> topline_;
};

}  // namespace

Result<core::DiagnosedRun> diagnose(const DiagnosisQuestion& question,
                                    const DiagnosisWorld& world) {
    const auto kept = read_run(question.run, world.store);
    PALIER_TRY(kept);
    const auto system = system_to_diagnose(*kept, question.system);
    PALIER_TRY(system);
    const auto lock = world.store.lock(kept->row.identity);
    PALIER_TRY(lock);
    return Diagnoser(*kept, **system, question, world).run();
}

}  // namespace palier::run
