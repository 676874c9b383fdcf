// Climber's steps on dev: the variants of a rung compete, with the weights that pay.
#include "machine/host.h"
#include "planning/facts.h"
#include "planning/recipes.h"
#include "run/climber.h"
#include "run/dev_score.h"
#include "run/weights.h"
#include "system/identity.h"
#include "system/scores.h"

#include <algorithm>

namespace palier::run {
namespace {

// What of dev is shown in the prompt, and what is asked.
struct DevCases {
    std::vector<core::Shot> shots;
    std::vector<const core::Case*> measured;
};

DevCases cases_for(core::Rung rung, const planning::Prepared& prepared) {
    DevCases cases{{}, prepared.dev};
    if (rung != core::Rung::FewShot) {
        return cases;
    }
    Rng rng(prepared.job.seed);
    for (const std::size_t i : planning::choose_shots(prepared.job, prepared.dev, rng)) {
        cases.shots.push_back({prepared.dev[i]->input, prepared.dev[i]->expected.front()});
        cases.measured[i] = nullptr;
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
    const engine::Facts facts = (*first)->facts();
    first->reset();
    const auto recipes = planning::recipes_for(
        prepared_.job, step.rung, facts, best_recipes_[of.plan.id], cases.shots);
    const std::string id = core::system_id(of.plan.id, step.rung);
    std::optional<DevScore> best;
    for (const core::Recipe& recipe : recipes) {
        auto spec = spec_for(of, recipe);
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
        auto climbed = make_system(id, of, recipe, *spec, (*client)->facts());
        if (!climbed) {
            return climbed.error();
        }
        auto system = asked(*climbed);
        if (!system) {
            return system.error();
        }
        if (!*system) {
            return {};
        }
        // "r of the topline" is a paired claim about future traffic, which dev does not settle.
        DevScorer scorer(
            prepared_.plan, prepared_.job, prepared_.plan.quality.min ? threshold() : std::nullopt);
        auto evaluated = evaluate(
            around_,
            question_for(*climbed, **system, cases.measured, store::Phase::Dev, Stage::Dev),
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
        best_recipes_[of.plan.id] = systems_.at(id).system.spec.recipe;
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
    as_file->reset();
    question.folder = options_.models_dir;
    question.parameters = of.parameters;
    question.memory_limit_bytes = prepared_.job.constraints.memory_bytes;
    question.open = [&](bool copy) {
        engine::OpenSpec spec = of.open;
        spec.bf16_copy = copy;
        auto engine = pool_.open(spec);
        return engine ? (*engine)->open_client() : nullptr;
    };
    question.wait_until_quiet = [] { return true; };
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
    spec.bf16_copy = *weights == core::Weights::Bf16Copy;
    return spec;
}

Result<void> Climber::find_prior(Climbed& climbed) {
    const core::Recipe& recipe = climbed.system.spec.recipe;
    if (recipe.decide != core::Decide::Score || recipe.norm != core::LabelNorm::MinusEmpty) {
        return {};
    }
    const std::string fact = "empty:" + system::request_key(climbed.system.spec, {});
    auto known = around_.store.fact(around_.run, fact);
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
        return around_.store.put_fact(around_.run, fact, climbed.prior);
    }
    const auto& outcome = std::get<system::Outcome>(found);
    const auto* trouble = std::get_if<system::Trouble>(&outcome);
    return Error(
        1011,
        {{"system", climbed.system.id},
         {"reason", trouble ? trouble->detail : std::get<core::Answer>(outcome).failure_detail}});
}

}  // namespace palier::run
