// Climber's step on dev: a recipe, with the weights that pay.
#include "base/text.h"
#include "core/names.h"
#include "core/step_sizes.h"
#include "engine/codes.h"
#include "machine/host.h"
#include "planning/memos.h"
#include "run/climber.h"
#include "run/codes.h"
#include "run/dev_score.h"
#include "run/empty_input.h"
#include "run/quiet.h"
#include "run/weights.h"
#include "system/identity.h"
#include "system/scores.h"

#include <algorithm>

namespace palier::run {
namespace {

// What every case of a recipe fails with, where that is no answer of the model: its prompts do not
// fit, or its chat template refuses them.
class Obstacle {
   public:
    void add(core::Failure failure) {
        ++cases_;
        too_long_ += failure == core::Failure::ContextExceeded ? 1 : 0;
        refused_ += failure == core::Failure::Rejected ? 1 : 0;
    }
    [[nodiscard]] std::optional<core::Trouble> trouble() const {
        if (cases_ == 0 || (too_long_ < cases_ && refused_ < cases_)) {
            return std::nullopt;
        }
        return too_long_ == cases_ ? core::Trouble::Context : core::Trouble::Template;
    }

   private:
    std::int64_t cases_ = 0, too_long_ = 0, refused_ = 0;
};

std::optional<std::int64_t> plus(std::optional<std::int64_t> sum, const core::TokensUsed& used) {
    if (!sum || !used.prompt) {
        return std::nullopt;
    }
    return *sum + *used.prompt + used.output.value_or(0);
}

}  // namespace

Result<void> Climber::perform(const core::TryRecipe& step) {
    const Nanoseconds began = around_.clock.now();
    PALIER_TRY(try_recipe(step));
    const std::string system = core::system_id(step.candidate, step.recipe.rung);
    const std::string fact = "dev milliseconds of " + system;
    auto known = around_.store.memo(around_.run, fact);
    PALIER_TRY(known);
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(around_.clock.now() - began);
    const std::uint64_t all =
        whole_number(known->value_or("0")).value_or(0) + static_cast<std::uint64_t>(took.count());
    history_.dev_seconds[system] = static_cast<double>(all) / 1000;
    return around_.store.put_memo(around_.run, fact, std::to_string(all));
}

Result<void> Climber::try_recipe(const core::TryRecipe& step) {
    if (step.recipe.decide == core::Decide::Head || step.recipe.baseline != core::Baseline::None) {
        return learn_recipe(step);
    }
    const planning::Contestant& of = contestant(step.candidate);
    auto spec = spec_for(of, step.recipe);
    if (!spec) {
        return spec.error();
    }
    auto client = open(of, *spec);
    if (!client) {
        return client.error();
    }
    if (!*client) {
        return {};
    }
    const std::string id = core::system_id(of.plan.id, step.recipe.rung);
    const engine::Facts facts = (*client)->facts();
    client->reset();
    auto climbed = make_system(id, of, step.recipe, *spec, facts);
    if (!climbed) {
        return take_useless(step, climbed.error());
    }
    const auto goes_on = find_label_prior(step, *climbed);
    PALIER_TRY(goes_on);
    if (!*goes_on) {
        return {};
    }
    auto tried = measured_on_dev(step, *climbed);
    if (!tried) {
        return tried.error();
    }
    if (!*tried) {
        return {};
    }
    core::take(history_, std::move(**tried));
    keep(step, std::move(*climbed));
    return {};
}

std::vector<const core::Case*> Climber::dev_cases(const core::TryRecipe& step) const {
    std::vector<const core::Case*> cases;
    cases.reserve(step.cases.size());
    for (const std::int64_t place : step.cases) {
        cases.push_back(prepared_.dev[static_cast<std::size_t>(place)]);
    }
    return cases;
}

void Climber::keep(const core::TryRecipe& step, Climbed climbed) {
    const std::string id = climbed.system.id;
    std::vector<Made>& made = made_[id];
    const auto known = std::ranges::find(made, step.recipe, &Made::recipe);
    if (known != made.end()) {
        known->climbed = std::move(climbed);
    } else {
        made.push_back({step.recipe, std::move(climbed)});
    }
    const core::RecipeTried* best =
        core::best_recipe(prepared_.plan, history_, step.candidate, step.recipe.rung);
    const auto chosen = std::ranges::find(made, best->recipe, &Made::recipe);
    if (chosen != made.end()) {
        systems_[id] = chosen->climbed;
    }
}

// A recipe whose empty input cannot be asked is of no use; the others stand.
Result<void> Climber::take_useless(const core::TryRecipe& step, const Error& why) {
    const std::optional<core::Trouble> trouble = trouble_in(why);
    if (trouble != core::Trouble::Context && trouble != core::Trouble::Template) {
        return why;
    }
    core::take(history_, {step.candidate, step.recipe, 0, 0, false, trouble, {}});
    return {};
}

Result<std::optional<core::RecipeTried>> Climber::measured_on_dev(const core::TryRecipe& step,
                                                                  Climbed& climbed) {
    auto opened = asked(climbed);
    PALIER_TRY(opened);
    std::optional<system::System>& system = *opened;
    if (!system) {
        return std::optional<core::RecipeTried>();
    }
    const std::vector<const core::Case*> cases = dev_cases(step);
    // "r of the topline" is a paired claim about future traffic, which dev does not settle.
    DevScorer scorer(
        prepared_.plan,
        prepared_.job,
        prepared_.plan.quality.min ? core::threshold(prepared_.plan, history_) : std::nullopt);
    Obstacle obstacle;
    const bool decides = prepared_.job.task == core::Task::Classify;
    std::vector<core::Trial> trials;  // of labels, to be calibrated
    core::RecipeTried tried{step.candidate, step.recipe, 0, 0, false, std::nullopt, {}};
    std::optional<std::int64_t> tokens = 0;
    auto evaluated = evaluate(
        around_,
        question_for(climbed, *system, cases, store::Phase::Dev, Stage::Dev),
        [&](std::int64_t i, const core::Case& item, const core::Trial& trial) {
            scorer.add(item, trial);
            obstacle.add(trial.grade.failure);
            tried.scores.push_back({step.cases[static_cast<std::size_t>(i)], trial.grade.score});
            tokens = plus(tokens, trial.tokens);
            if (const auto flips = trial.grade.metrics.find("order_flips");
                flips != trial.grade.metrics.end()) {
                tried.order_flips = tried.order_flips.value_or(0) + (flips->second > 0 ? 1 : 0);
            }
            if (decides) {
                trials.push_back(trial);
            }
            return true;
        });
    if (!evaluated) {
        return evaluated.error();
    }
    if (stops(*evaluated)) {
        return std::optional<core::RecipeTried>();
    }
    learn(step.candidate, *system);
    const bool refused = evaluated->ending == Ending::Refused;
    if ((refused || evaluated->ending == Ending::Unable) && has_another_recipe(step)) {
        tried.trouble = refused ? core::Trouble::Template : core::Trouble::Unable;
        return std::optional(std::move(tried));
    }
    if (out_of_reach(*evaluated, climbed.system.id)) {
        history_.troubles[step.candidate] = core::Trouble::Unreachable;
        return std::optional<core::RecipeTried>();
    }
    if (decides) {
        PALIER_TRY(calibrate(climbed, cases, std::move(trials), tried));
    }
    const DevScore score = scorer.score();
    tried.dev_score = score.value;
    tried.dev_low = score.low;
    tried.ruled_out = score.ruled_out;
    tried.trouble = obstacle.trouble();
    tried.tokens = tokens;
    return std::optional(std::move(tried));
}

// Of a recipe whose every request is refused: the embedded engine's chat template does so, or an
// endpoint that takes the requests of another recipe. Nothing else is known to be wrong then.
bool Climber::has_another_recipe(const core::TryRecipe& step) const {
    return contestant(step.candidate).is_local() ||
           std::ranges::any_of(history_.recipes, [&](const core::RecipeTried& entry) {
               return entry.candidate == step.candidate && !entry.trouble;
           });
}

Result<core::Weights> Climber::weights_of(const planning::Contestant& of,
                                          const core::Recipe& scored) {
    if (!of.is_local() || options_.file_weights) {
        return core::Weights::AsFile;
    }
    if (prepared_.job.weights) {
        return *prepared_.job.weights;
    }
    if (scored.decide != core::Decide::Score) {
        return core::Weights::AsFile;
    }
    if (const auto known = weights_.find(of.plan.id); known != weights_.end()) {
        return known->second;
    }
    auto as_file = open(of, of.open);
    if (!as_file) {
        return as_file.error();
    }
    if (!*as_file) {
        return core::Weights::AsFile;
    }
    WeightsQuestion question;
    question.model = of.plan.id;
    question.key = of.sha256 + " on " +
                   planning::machine_name(machine::this_host(), options_.threads) + ", " +
                   (*as_file)->facts().build;
    for (const std::string& name : (*as_file)->facts().other_weights) {
        if (const auto form = core::weights_from(name)) {
            question.others.push_back(*form);
        }
    }
    as_file->reset();
    question.folder = options_.models_dir;
    question.parameters = of.parameters;
    question.memory_limit_bytes = prepared_.job.constraints.memory_bytes;
    question.open = [&](core::Weights form) {
        engine::OpenSpec spec = of.open;
        spec.weights = core::name_of(form);
        auto engine = pool_.open(spec);
        return engine ? (*engine)->open_client() : nullptr;
    };
    question.wait_until_quiet = [this] {
        return Quiet::of_machine(world_.machine_root).wait_until_quiet(around_.interrupted);
    };
    auto weights = decide_weights(around_, question);
    if (!weights) {
        return weights.error();
    }
    weights_[of.plan.id] = *weights;
    return *weights;
}

Result<engine::OpenSpec> Climber::spec_for(const planning::Contestant& of,
                                           const core::Recipe& recipe) {
    auto weights = weights_of(of, recipe);
    if (!weights) {
        return weights.error();
    }
    engine::OpenSpec spec = of.open;
    spec.weights = core::name_of(*weights);
    return spec;
}

Result<void> Climber::find_prior(Climbed& climbed) {
    if (!needs_empty_input(climbed.system.spec.recipe)) {
        return {};
    }
    const std::string fact = empty_input_memo(climbed.system.spec);
    auto known = around_.store.memo(around_.run, fact);
    if (!known) {
        return known.error();
    }
    if (*known && system::scores_of(**known, climbed.system.spec.labels.size())) {
        climbed.prior = std::move(**known);
        return {};
    }
    auto system = asked(climbed);
    if (!system) {
        return system.error();
    }
    if (!*system) {
        return {};
    }
    auto found = (*system)->prior();
    if (auto* prior = std::get_if<std::string>(&found)) {
        climbed.prior = std::move(*prior);
        return around_.store.put_memo(around_.run, fact, climbed.prior);
    }
    return no_empty_input(climbed.system.id, std::get<system::Outcome>(found));
}

}  // namespace palier::run
