#include "planning/recipes.h"

#include "base/check.h"
#include "system/prompt.h"

#include <algorithm>
#include <set>

namespace palier::planning {
namespace {

constexpr std::size_t k_most_shots = 5;
constexpr std::size_t k_usual_shots = 4;

core::Recipe plain(const core::Job& job, core::Rung rung) {
    core::Recipe recipe;
    recipe.rung = rung;
    recipe.max_tokens = system::max_tokens_for(job);
    return recipe;
}

// Which normalisation is best for a set of labels is not known before dev has been seen.
std::vector<core::Recipe> with_each_norm(core::Recipe recipe) {
    std::vector<core::Recipe> recipes;
    for (const auto norm :
         {core::LabelNorm::Sum, core::LabelNorm::Mean, core::LabelNorm::MinusEmpty}) {
        recipe.norm = norm;
        recipes.push_back(recipe);
    }
    return recipes;
}

}  // namespace

std::vector<core::Rung> rungs_for(const core::Job& job,
                                  bool can_score,
                                  bool can_constrain,
                                  std::size_t dev_cases) {
    std::vector<core::Rung> rungs{core::Rung::ZeroShot};
    if (job.task == core::Task::Classify && (can_score || can_constrain)) {
        rungs.push_back(core::Rung::Structured);
    }
    if (dev_cases >= 2) {
        rungs.push_back(core::Rung::FewShot);
    }
    return rungs;
}

std::vector<core::Recipe> recipes_for(const core::Job& job,
                                      core::Rung rung,
                                      const engine::Facts& facts,
                                      const core::Recipe& base,
                                      const std::vector<core::Shot>& shots) {
    core::Recipe recipe = plain(job, rung);
    switch (rung) {
        case core::Rung::ZeroShot:
            return {recipe};
        case core::Rung::Structured:
            if (facts.can(engine::Capability::Score)) {
                recipe.decide = core::Decide::Score;
                return with_each_norm(recipe);
            }
            recipe.constrained = true;
            return {recipe};
        case core::Rung::FewShot:
            recipe.decide = base.decide;
            recipe.constrained = base.constrained;
            recipe.shots = shots;
            return recipe.decide == core::Decide::Score ? with_each_norm(recipe)
                                                        : std::vector<core::Recipe>{recipe};
        case core::Rung::Rag:
        case core::Rung::Lora:
        case core::Rung::Full:
            break;
    }
    PALIER_CHECK(false, "rungs_for offers no other rung");
    return {};
}

std::vector<std::size_t> choose_shots(const core::Job& job,
                                      const std::vector<const core::Case*>& dev,
                                      Rng& rng) {
    std::vector<std::size_t> order(dev.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    rng.shuffle(order);
    const std::size_t wanted =
        std::min(dev.size() < 6 ? dev.size() / 2 : k_most_shots,
                 job.labels.size() >= k_most_shots ? k_most_shots : k_usual_shots);
    std::vector<std::size_t> chosen;
    // Rounds over the order: each takes at most one case of a label, so that labels are even.
    while (chosen.size() < wanted) {
        std::set<std::string> seen;
        for (const std::size_t i : order) {
            if (chosen.size() == wanted) {
                break;
            }
            const bool taken = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
            const std::string& kind =
                job.task == core::Task::Classify ? dev[i]->expected.front() : dev[i]->id;
            if (!taken && seen.insert(kind).second) {
                chosen.push_back(i);
            }
        }
    }
    return chosen;
}

}  // namespace palier::planning
