#include "core/recipes.h"

#include "base/check.h"
#include "base/rng.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace palier::core {
namespace {

constexpr std::array<std::size_t, 3> k_shots{3, 5, 8};
constexpr std::size_t k_usual_shots = 4;
constexpr std::size_t k_dev_for_several_sets = 40;
constexpr int k_label_orders = 2;

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

std::vector<Recipe> in_each_order(Recipe recipe, int orders) {
    std::vector<Recipe> recipes = with_each_norm(recipe);
    if (orders > 1) {
        recipe.orders = orders;
        const std::vector<Recipe> more = with_each_norm(recipe);
        recipes.insert(recipes.end(), more.begin(), more.end());
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

// An endpoint's promise to keep to a schema is not palier's own: what it holds is checked too.
std::vector<Recipe> extractions(Recipe recipe) {
    recipe.repairs = 1;
    std::vector<Recipe> recipes{recipe};
    recipe.reasons = true;
    recipes.push_back(recipe);
    if (recipe.constrained) {
        recipe.reasons = false;
        recipe.constrained = false;
        recipes.push_back(recipe);
    }
    return recipes;
}

// So many examples, by their number: rounds over the order, each of which takes at most one of a
// kind, so that kinds are even.
std::vector<std::size_t> even_set(const std::vector<Example>& examples,
                                  const std::vector<std::size_t>& order,
                                  std::size_t wanted) {
    std::vector<std::size_t> chosen;
    while (chosen.size() < std::min(wanted, order.size())) {
        std::set<std::string> seen;
        for (const std::size_t i : order) {
            const bool taken = std::ranges::find(chosen, i) != chosen.end();
            if (chosen.size() < wanted && !taken && seen.insert(examples[i].kind).second) {
                chosen.push_back(i);
            }
        }
    }
    return chosen;
}

// Places in dev.
std::vector<std::vector<std::size_t>> fixed_sets(const Job& job,
                                                 const std::vector<Example>& examples) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        if (examples[i].may_be_shown) {
            order.push_back(i);
        }
    }
    std::vector<std::vector<std::size_t>> sets;
    if (order.empty()) {
        return sets;
    }
    const std::size_t dev = examples.size();
    Rng rng(job.seed);
    rng.shuffle(order);
    if (dev < k_dev_for_several_sets) {
        const std::size_t usual =
            job.labels.size() >= k_usual_shots + 1 ? k_usual_shots + 1 : k_usual_shots;
        return {even_set(examples, order, dev < 6 ? dev / 2 : usual)};
    }
    const std::vector<std::size_t> widest = even_set(examples, order, k_shots.back());
    for (const std::size_t size : k_shots) {
        sets.emplace_back(
            widest.begin(),
            widest.begin() + static_cast<std::ptrdiff_t>(std::min(size, widest.size())));
    }
    for (int more = 0; more < 2; ++more) {
        rng.shuffle(order);
        sets.push_back(even_set(examples, order, k_shots[1]));
    }
    return sets;
}

// Of one way of showing examples, in each way of reading the answer. An empty input has no nearest
// examples, so that scores are not held against it.
std::vector<Recipe> readings_of(const Recipe& recipe) {
    if (recipe.decide != Decide::Score) {
        return {recipe};
    }
    std::vector<Recipe> readings = with_each_norm(recipe);
    if (recipe.nearest > 0) {
        std::erase_if(readings,
                      [](const Recipe& one) { return one.norm == LabelNorm::MinusEmpty; });
    }
    return readings;
}

std::vector<Recipe> few_shot(const Ingredients& ingredients, Recipe recipe) {
    std::vector<Recipe> recipes;
    const auto add = [&] {
        for (Recipe& one : readings_of(recipe)) {
            recipes.push_back(std::move(one));
        }
    };
    for (const std::vector<std::size_t>& set : ingredients.fixed) {
        recipe.shots.clear();
        for (const std::size_t i : set) {
            recipe.shots.push_back(ingredients.shots[i]);
        }
        add();
    }
    recipe.shots.clear();
    for (const int nearest : ingredients.nearest) {
        recipe.nearest = nearest;
        add();
    }
    return recipes;
}

}  // namespace

std::vector<Rung> rungs_for(Task task, const Abilities& abilities, std::size_t to_learn_from) {
    if (!abilities.can_write) {
        return {Rung::Structured};
    }
    std::vector<Rung> rungs{Rung::ZeroShot};
    if ((task == Task::Classify && abilities.can_score) ||
        (task == Task::Classify && abilities.can_constrain) ||
        (task == Task::Extract && abilities.can_check)) {
        rungs.push_back(Rung::Structured);
    }
    if (to_learn_from >= 2) {
        rungs.push_back(Rung::FewShot);
    }
    if (task == Task::Classify && abilities.can_read_state &&
        to_learn_from >= k_fewest_to_learn_from) {
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
                return abilities.can_write ? in_each_order(recipe, ingredients.orders)
                                           : std::vector<Recipe>{recipe};
            }
            recipe.constrained = abilities.can_constrain;
            return abilities.can_check ? extractions(recipe) : std::vector<Recipe>{recipe};
        case Rung::FewShot:
            recipe.decide = base.decide;
            recipe.constrained = base.constrained;
            recipe.reasons = base.reasons;
            recipe.repairs = base.repairs;
            return few_shot(ingredients, recipe);
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

bool asks_alike(const Recipe& a, const Recipe& b) {
    Recipe read = b;
    read.norm = a.norm;
    return a == read;
}

Recipe plain_recipe(const Ingredients& ingredients, const Abilities& abilities) {
    const Rung lowest = abilities.can_write ? Rung::ZeroShot : Rung::Structured;
    return recipes_for(ingredients, lowest, abilities, {}).front();
}

Ingredients ingredients_of(const Job& job,
                           int max_tokens,
                           const std::vector<Example>& examples,
                           std::size_t dev_cases) {
    Ingredients ingredients;
    ingredients.max_tokens = max_tokens;
    if (dev_cases >= k_dev_for_several_sets && job.labels.size() > 1) {
        ingredients.orders = k_label_orders;
    }
    std::vector<std::size_t> number(examples.size(), 0);  // among the shots
    for (std::size_t i = 0; i < examples.size(); ++i) {
        if (examples[i].may_be_shown) {
            number[i] = ingredients.shots.size();
            const Case& item = *examples[i].item;
            ingredients.shots.push_back({item.input, item.shown(), item.context});
        }
    }
    std::set<std::int64_t> shown;
    for (const std::vector<std::size_t>& set : fixed_sets(job, examples)) {
        std::vector<std::size_t> numbers;
        for (const std::size_t place : set) {
            numbers.push_back(number[place]);
            if (job.data.train.empty()) {
                shown.insert(static_cast<std::int64_t>(place));
            }
        }
        ingredients.fixed.push_back(std::move(numbers));
    }
    ingredients.shown.assign(shown.begin(), shown.end());
    for (const std::size_t nearest : k_shots) {
        // One of them may be the case itself, which is never shown.
        if (examples.size() >= k_dev_for_several_sets && ingredients.shots.size() > nearest + 1) {
            ingredients.nearest.push_back(static_cast<int>(nearest));
        }
    }
    return ingredients;
}

}  // namespace palier::core
