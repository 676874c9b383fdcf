// Climber's step on dev: a recipe, with the weights that pay.
#include "core/step_sizes.h"
#include "machine/host.h"
#include "run/climber.h"
#include "run/dev_score.h"
#include "run/weights.h"
#include "system/system.h"

#include <algorithm>

namespace palier::run {
namespace {

// What every case of a recipe fails with, where that is no answer of the model: its prompts do not
// fit, or its chat template refuses them. An endpoint that rejects them has answered.
class Obstacle {
   public:
    explicit Obstacle(bool local) : local_(local) {}

    void add(core::Failure failure) {
        ++cases_;
        too_long_ += failure == core::Failure::ContextExceeded ? 1 : 0;
        refused_ += local_ && failure == core::Failure::Rejected ? 1 : 0;
    }
    [[nodiscard]] std::optional<core::Trouble> trouble() const {
        if (cases_ == 0 || (too_long_ < cases_ && refused_ < cases_)) {
            return std::nullopt;
        }
        return too_long_ == cases_ ? core::Trouble::Context : core::Trouble::Template;
    }

   private:
    bool local_;
    std::int64_t cases_ = 0, too_long_ = 0, refused_ = 0;
};

}  // namespace

Result<void> Climber::perform(const core::TryRecipe& step) {
    const planning::Contestant& of = contestant(step.candidate);
    auto first = open(of, of.open);
    if (!first) {
        return first.error();
    }
    if (!*first) {
        return {};
    }
    auto spec = spec_for(of, step.recipe);
    if (!spec) {
        return spec.error();
    }
    auto engine = open(of, *spec);
    if (!engine) {
        return engine.error();
    }
    if (!*engine) {
        return {};
    }
    const std::string id = core::system_id(of.plan.id, step.recipe.rung);
    auto climbed = make_system(id, of, step.recipe, *spec, **engine);
    if (!climbed) {
        return take_useless(step, climbed.error());
    }
    auto tried = measured_on_dev(step, *climbed, **engine);
    if (!tried) {
        return tried.error();
    }
    if (!*tried) {
        return {};
    }
    history_.recipes.push_back(std::move(**tried));
    if (core::best_recipe(history_, of.plan.id, step.recipe.rung) == &history_.recipes.back()) {
        systems_[id] = std::move(*climbed);
    }
    return {};
}

// A recipe whose empty input cannot be asked is of no use; the others stand.
Result<void> Climber::take_useless(const core::TryRecipe& step, const Error& why) {
    const std::optional<core::Trouble> trouble = trouble_in(why);
    if (trouble != core::Trouble::Context && trouble != core::Trouble::Template) {
        return why;
    }
    history_.recipes.push_back({step.candidate, step.recipe, 0, 0, false, trouble});
    return {};
}

Result<std::optional<core::RecipeTried>> Climber::measured_on_dev(const core::TryRecipe& step,
                                                                  const Climbed& climbed,
                                                                  engine::Engine& engine) {
    std::vector<const core::Case*> cases;
    for (const std::int64_t place : step.cases) {
        cases.push_back(prepared_.dev[static_cast<std::size_t>(place)]);
    }
    // "r of the topline" is a paired claim about future traffic, which dev does not settle.
    DevScorer scorer(
        prepared_.plan, prepared_.job, prepared_.plan.quality.min ? threshold() : std::nullopt);
    Obstacle obstacle(climbed.contestant->is_local());
    auto evaluated = evaluate(around_,
                              question_for(climbed, engine, cases, store::Phase::Dev, Stage::Dev),
                              [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                                  scorer.add(item, trial);
                                  obstacle.add(trial.grade.failure);
                                  return true;
                              });
    if (!evaluated) {
        return evaluated.error();
    }
    if (stops(*evaluated)) {
        return std::optional<core::RecipeTried>();
    }
    if (evaluated->ending == Ending::Unreachable) {
        troubles_.push_back(
            Error(4011, {{"system", climbed.system.id}, {"detail", evaluated->detail}}));
        history_.troubles[step.candidate] = core::Trouble::Unreachable;
        return std::optional<core::RecipeTried>();
    }
    const DevScore score = scorer.score();
    return std::optional(core::RecipeTried{
        step.candidate, step.recipe, score.value, score.low, score.ruled_out, obstacle.trouble()});
}

Result<core::Weights> Climber::weights_of(const planning::Contestant& of,
                                          const core::Recipe& scored) {
    if (!of.is_local() || options_.file_weights || scored.decide != core::Decide::Score) {
        return core::Weights::AsFile;
    }
    if (const auto known = weights_.find(of.plan.id); known != weights_.end()) {
        return known->second;
    }
    const machine::Host host = machine::this_host();
    WeightsQuestion question;
    question.spec = of.open;
    question.parameters = of.parameters;
    question.memory_limit_bytes = prepared_.job.constraints.memory_bytes;
    auto as_file = pool_.open(of.open);
    if (!as_file) {
        return as_file.error();
    }
    question.machine = host.processor + " x" + std::to_string(host.cores) + ", " +
                       (*as_file)->facts().build + ", threads " + std::to_string(options_.threads);
    for (std::size_t i = 0; i < std::min<std::size_t>(core::k_weights_sample, prepared_.dev.size());
         ++i) {
        question.sample.push_back(system::request_for(prepared_.job, scored, *prepared_.dev[i]));
    }
    auto weights = decide_weights(
        around_, question, [&](const engine::OpenSpec& spec) { return pool_.open(spec); });
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
    spec.bf16_copy = *weights == core::Weights::Bf16Copy;
    return spec;
}

Result<std::vector<engine::LabelScore>> Climber::empty_scores(const Climbed& climbed,
                                                              engine::Engine& engine) {
    const core::Recipe& recipe = climbed.system.recipe;
    if (recipe.decide != core::Decide::Score || recipe.norm != core::LabelNorm::MinusEmpty) {
        return std::vector<engine::LabelScore>{};
    }
    engine::Request request = system::empty_request(prepared_.job, recipe);
    const std::string fact = "empty:" + system::request_key(engine.facts(), request);
    auto known = around_.store.fact(around_.run, fact);
    if (!known) {
        return known.error();
    }
    if (*known) {
        if (auto scores = system::scores_of(**known, prepared_.job.labels.size())) {
            return *scores;
        }
    }
    request.id = ++around_.last_request_id;
    PALIER_TRY(engine.post({request}));
    for (;;) {
        for (const engine::Event& event : engine.wait(std::chrono::seconds(1))) {
            if (event.id != request.id || !event.is_last()) {
                continue;
            }
            if (const auto* response = std::get_if<engine::Response>(&event.what)) {
                PALIER_TRY(around_.store.put_fact(
                    around_.run, fact, system::raw_answer(*response, core::Decide::Score)));
                return response->scores;
            }
            const auto& failed = std::get<engine::Failed>(event.what);
            if (failed.kind == engine::FailureKind::Rejected) {
                return Error(2313, {{"why", failed.detail}});
            }
            return Error(failed.kind == engine::FailureKind::ContextExceeded ? 1013 : 1011,
                         {{"system", climbed.system.id}, {"reason", failed.detail}});
        }
    }
}

}  // namespace palier::run
