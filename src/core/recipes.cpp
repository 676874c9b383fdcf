#include "core/recipes.h"

#include "base/check.h"
#include "base/rng.h"

#include <algorithm>
#include <set>
#include <string>

namespace palier::core {
namespace {

constexpr std::size_t k_most_shots = 5;
constexpr std::size_t k_usual_shots = 4;

// Which normalisation is best for a set of labels is not known before dev has been seen.
std::vector<Recipe> with_each_norm(Recipe recipe) {
    std::vector<Recipe> recipes;
    for (const LabelNorm norm :
         {LabelNorm::Sum, LabelNorm::Mean, LabelNorm::MinusEmpty, LabelNorm::MinusPrior}) {
        recipe.norm = norm;
        recipes.push_back(recipe);
    }
    return recipes;
}

std::vector<Recipe> baselines(Recipe recipe) {
    std::vector<Recipe> recipes;
    recipe.decide = Decide::Score;
    for (const Baseline baseline : {Baseline::Majority, Baseline::Nearest, Baseline::Ngrams}) {
        recipe.baseline = baseline;
        recipes.push_back(recipe);
    }
    return recipes;
}

// Places in dev.
std::vector<std::size_t> choose_shots(const Job& job, const std::vector<const Case*>& dev) {
    std::vector<std::size_t> order(dev.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    Rng rng(job.seed);
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
            const bool taken = std::ranges::find(chosen, i) != chosen.end();
            const std::string& kind =
                job.task == Task::Classify ? dev[i]->expected.front() : dev[i]->id;
            if (!taken && seen.insert(kind).second) {
                chosen.push_back(i);
            }
        }
    }
    return chosen;
}

}  // namespace

std::vector<Rung> rungs_for(Task task, const Abilities& abilities, std::size_t dev_cases) {
    if (!abilities.can_write) {
        return {Rung::Structured};
    }
    std::vector<Rung> rungs{Rung::ZeroShot};
    if ((task == Task::Classify && abilities.can_score) ||
        ((task == Task::Classify || task == Task::Extract) && abilities.can_constrain)) {
        rungs.push_back(Rung::Structured);
    }
    if (dev_cases >= 2) {
        rungs.push_back(Rung::FewShot);
    }
    if (task == Task::Classify && abilities.can_read_state && dev_cases >= k_fewest_to_learn_from) {
        rungs.push_back(Rung::Head);
    }
    return rungs;
}

std::vector<Recipe> recipes_for(const Ingredients& ingredients,
                                Rung rung,
                                const Abilities& abilities,
                                const Recipe& base) {
    Recipe recipe;
    recipe.rung = rung;
    recipe.max_tokens = ingredients.max_tokens;
    switch (rung) {
        case Rung::ZeroShot:
            return {recipe};
        case Rung::Structured:
            if (abilities.can_score) {
                recipe.decide = Decide::Score;
                return abilities.can_write ? with_each_norm(recipe) : std::vector<Recipe>{recipe};
            }
            recipe.constrained = true;
            return {recipe};
        case Rung::FewShot:
            recipe.decide = base.decide;
            recipe.constrained = base.constrained;
            recipe.shots = ingredients.shots;
            return recipe.decide == Decide::Score ? with_each_norm(recipe)
                                                  : std::vector<Recipe>{recipe};
        case Rung::Head:
            recipe.decide = Decide::Head;
            return {recipe};
        case Rung::Baseline:
            return baselines(recipe);
        case Rung::Rag:
        case Rung::Lora:
        case Rung::Full:
            break;
    }
    PALIER_CHECK(false, "no candidate has another rung");
    return {};
}

Recipe plain_recipe(const Ingredients& ingredients, const Abilities& abilities) {
    const Rung lowest = abilities.can_write ? Rung::ZeroShot : Rung::Structured;
    return recipes_for(ingredients, lowest, abilities, {}).front();
}

Ingredients ingredients_of(const Job& job, int max_tokens, const std::vector<const Case*>& dev) {
    Ingredients ingredients;
    ingredients.max_tokens = max_tokens;
    for (const std::size_t i : choose_shots(job, dev)) {
        ingredients.shots.push_back({dev[i]->input, dev[i]->expected.front()});
        ingredients.shown.push_back(static_cast<std::int64_t>(i));
    }
    return ingredients;
}

}  // namespace palier::core
