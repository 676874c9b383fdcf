// Climber's steps on dev: the variants of a rung compete, with the weights that pay.
#include "core/recipes.h"
#include "machine/host.h"
#include "run/climber.h"
#include "run/dev_score.h"
#include "run/weights.h"
#include "system/system.h"

#include <algorithm>

namespace palier::run {
namespace {

// Requests whose time decides about the weights, with the one that warms up.
constexpr std::size_t k_weights_sample = 17;

struct DevCases {
    std::vector<const core::Case*> measured;
};

DevCases cases_for(core::Rung rung, const planning::Prepared& prepared) {
    DevCases cases{prepared.dev};
    if (rung != core::Rung::FewShot) {
        return cases;
    }
    for (const std::int64_t i : prepared.plan.ingredients.shown) {
        cases.measured[static_cast<std::size_t>(i)] = nullptr;
    }
    // An example in the prompt says nothing about the cases to come.
    cases.measured.erase(std::remove(cases.measured.begin(), cases.measured.end(), nullptr),
                         cases.measured.end());
    return cases;
}

}  // namespace

Result<void> Climber::try_rung(const core::TryRung& step) {
    const planning::Contestant& of = contestant(step.candidate);
    const DevCases cases = cases_for(step.rung, prepared_);
    auto first = open(of, of.open);
    if (!first) {
        return first.error();
    }
    if (!*first) {
        return {};
    }
    const auto recipes = core::recipes_for(
        prepared_.plan.ingredients, step.rung, of.plan.abilities, best_recipes_[of.plan.id]);
    const std::string id = core::system_id(of.plan.id, step.rung);
    std::optional<DevScore> best;
    for (const core::Recipe& recipe : recipes) {
        auto spec = spec_for(of, recipe);
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
        auto climbed = make_system(id, of, recipe, *spec, **engine);
        if (!climbed) {
            return climbed.error();
        }
        // "r of the topline" is a paired claim about future traffic, which dev does not settle.
        DevScorer scorer(
            prepared_.plan, prepared_.job, prepared_.plan.quality.min ? threshold() : std::nullopt);
        auto evaluated = evaluate(
            around_,
            question_for(*climbed, **engine, cases.measured, store::Phase::Dev, Stage::Dev),
            [&](std::int64_t, const core::Case& item, const core::Trial& trial) {
                scorer.add(item, trial);
                return true;
            });
        if (!evaluated) {
            return evaluated.error();
        }
        if (stops(*evaluated)) {
            return {};
        }
        if (evaluated->ending == Ending::Unreachable) {
            troubles_.push_back(Error(4011, {{"system", id}, {"detail", evaluated->detail}}));
            history_.unreachable.push_back(of.plan.id);
            return {};
        }
        DevScore score = scorer.score();
        if (!best || score.value > best->value) {
            best = score;
            systems_[id] = std::move(*climbed);
        }
    }
    if (best->value >= best_scores_.try_emplace(of.plan.id, -1).first->second) {
        best_scores_[of.plan.id] = best->value;
        best_recipes_[of.plan.id] = systems_.at(id).system.recipe;
    }
    history_.rungs.push_back({of.plan.id, step.rung, id, best->value, best->low, best->ruled_out});
    return {};
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
    for (std::size_t i = 0; i < std::min<std::size_t>(k_weights_sample, prepared_.dev.size());
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
            return Error(1011,
                         {{"system", climbed.system.id},
                          {"reason", std::get<engine::Failed>(event.what).detail}});
        }
    }
}

}  // namespace palier::run
