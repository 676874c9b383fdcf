#include "core/staircase_rules.h"

#include "core/race.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace palier::core {

std::optional<double> threshold(const ClimbPlan& plan, const History& history) {
    const auto share = [](Micros micros) {
        return static_cast<double>(micros) / static_cast<double>(k_one);
    };
    if (plan.quality.min) {
        return share(*plan.quality.min);
    }
    if (!plan.quality.of_topline || plan.topline_shown_only || !history.topline ||
        !history.topline->reachable || history.topline->score <= 0 ||
        fails_too_often(*history.topline)) {
        return std::nullopt;
    }
    return share(*plan.quality.of_topline) * history.topline->score;
}

}  // namespace palier::core

namespace palier::core::staircase {
namespace {

const RecipeTried* find_tried(const History& history,
                              std::string_view candidate,
                              const Recipe& recipe) {
    const auto found = std::ranges::find_if(history.recipes, [&](const RecipeTried& entry) {
        return entry.candidate == candidate && entry.recipe == recipe;
    });
    return found == history.recipes.end() ? nullptr : &*found;
}

// A rung's recipes, and how far they have come.
struct Field {
    std::vector<Recipe> recipes;
    std::vector<Runner> runners;
    Race race;

    // nullptr: none was tried.
    [[nodiscard]] const RecipeTried* best() const {
        const RecipeTried* best = best_of([](const Recipe&) { return true; });
        if (best == nullptr || best->trouble || !is_dear(best->recipe)) {
            return best;
        }
        const RecipeTried* cheap = best_of([](const Recipe& one) { return !is_dear(one); });
        const bool as_good =
            cheap != nullptr && !cheap->trouble && !is_decidedly_worse(*cheap, *best, race.cases);
        return as_good ? cheap : best;
    }

   private:
    // Examples that stand in no shared beginning are read with every request, and each further
    // order of the labels is a request of its own: they must be worth it.
    static bool is_dear(const Recipe& recipe) { return recipe.nearest > 0 || recipe.orders > 1; }

    template <class Wanted>
    [[nodiscard]] const RecipeTried* best_of(const Wanted& wanted) const {
        const RecipeTried* best = nullptr;
        bool best_runs = false;
        for (std::size_t i = 0; i < runners.size(); ++i) {
            const RecipeTried* tried = runners[i].tried;
            const bool runs = race.running[i];
            if (tried != nullptr && wanted(recipes[i]) &&
                (best == nullptr || std::tuple(!tried->trouble, runs, tried->dev_score) >
                                        std::tuple(!best->trouble, best_runs, best->dev_score))) {
                best = tried;
                best_runs = runs;
            }
        }
        return best;
    }
};

std::optional<std::int64_t> tokens_of(const Field& field) {
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < field.runners.size(); ++i) {
        const RecipeTried* tried = field.runners[i].tried;
        if (tried == nullptr || tried->trouble) {
            continue;
        }
        if (!tried->tokens) {
            return std::nullopt;
        }
        // Of those that ask alike, the one that was asked most.
        std::int64_t most = *tried->tokens;
        bool counted = false;
        for (std::size_t j = 0; j < field.runners.size(); ++j) {
            const RecipeTried* other = field.runners[j].tried;
            if (j != i && other != nullptr && other->tokens &&
                asks_alike(field.recipes[i], field.recipes[j])) {
                counted = counted || j < i;
                most = std::max(most, *other->tokens);
            }
        }
        tokens += counted ? 0 : most;
    }
    return tokens;
}

std::optional<double> flips_of(const Field& field) {
    std::size_t most = 0;
    std::optional<double> share;
    for (const Runner& runner : field.runners) {
        if (runner.tried == nullptr || runner.tried->scores.size() <= most) {
            continue;
        }
        if (const std::optional<std::int64_t>& flips = runner.tried->order_flips) {
            most = runner.tried->scores.size();
            share = static_cast<double>(*flips) / static_cast<double>(most);
        }
    }
    return share;
}

void compare(const RecipeTried& below, const RecipeTried& best, RungTried& entry) {
    entry.below = system_id(below.candidate, below.recipe.rung);
    for (auto a = below.scores.begin(), b = best.scores.begin();
         a != below.scores.end() && b != best.scores.end();) {
        if (a->place != b->place) {
            ++(a->place < b->place ? a : b);
            continue;
        }
        ++entry.compared;
        if (b->score != a->score) {
            (b->score > a->score ? entry.removed : entry.added).push_back(b->place);
        }
        ++a;
        ++b;
    }
}

Field field_of(const ClimbPlan& plan,
               const Candidate& candidate,
               const History& history,
               Rung rung,
               const RecipeTried* below) {
    Field field;
    field.recipes = recipes_for(
        plan.ingredients, rung, candidate.abilities, below == nullptr ? Recipe{} : below->recipe);
    for (const Recipe& recipe : field.recipes) {
        field.runners.push_back({find_tried(history, candidate.id, recipe),
                                 static_cast<std::int64_t>(cases_for(plan, recipe).size())});
    }
    Rules rules;
    rules.to_beat = below;
    rules.to_the_end = plan.order == Order::All;
    rules.at_once = rung == Rung::Head || rung == Rung::Baseline;
    if (plan.order != Order::All) {
        // The topline's own score is no threshold for it.
        const bool is_topline = plan.topline && plan.topline->id == candidate.id;
        rules.enough =
            is_topline && !plan.quality.min ? std::nullopt : core::threshold(plan, history);
    }
    field.race = race(field.runners, rules);
    return field;
}

const LatencyDone* latency_of(const History& history, std::string_view system) {
    const auto found = std::ranges::find(history.latencies, system, &LatencyDone::system);
    return found == history.latencies.end() ? nullptr : &*found;
}

Held held_by(Decision decision) {
    switch (decision) {
        case Decision::Pass:
            return Held::Yes;
        case Decision::Fail:
            return Held::No;
        case Decision::Undecided:
            break;
    }
    return Held::Close;
}

Check cost_check(double limit, const History& history, std::string_view system) {
    Check check{{"cost", std::nullopt, limit}, Held::Never};
    const auto found = history.cost_per_1k.find(std::string(system));
    if (found == history.cost_per_1k.end()) {
        return check;
    }
    if (const std::optional<double>& cost = found->second) {
        check.reason.measured = cost;
        check.held = *cost <= limit ? Held::Yes : Held::No;
    }
    return check;
}

Check memory_check(std::uint64_t limit,
                   const History& history,
                   const Candidate& candidate,
                   std::string_view system) {
    Check check{{"memory", std::nullopt, static_cast<double>(limit)}, Held::Never};
    const auto found = history.memory_bytes.find(std::string(system));
    if (found != history.memory_bytes.end()) {
        if (const std::optional<std::uint64_t>& bytes = found->second) {
            check.reason.measured = static_cast<double>(*bytes);
            check.held = *bytes <= limit ? Held::Yes : Held::No;
        }
    } else if (candidate.memory_measurable && !candidate.recorded) {
        check.held = Held::Pending;
    }
    return check;
}

// A probe that gave no figure (an endpoint that does not stream has no time to first token) has not
// measured this limit, whatever the other one says.
Check latency_check(std::string_view constraint,
                    double limit,
                    const LatencyDone* probe,
                    const Candidate& candidate,
                    std::optional<double> LatencyDone::* figure,
                    Decision LatencyDone::* decision) {
    Check check{{std::string(constraint), std::nullopt, limit}, Held::Never};
    if (probe != nullptr) {
        check.reason.measured = probe->*figure;
        if (check.reason.measured) {
            check.held = held_by(probe->*decision);
        }
    } else if (candidate.latency_measurable && !candidate.recorded) {
        check.held = Held::Pending;
    }
    return check;
}

}  // namespace

std::vector<const Candidate*> descent(const ClimbPlan& plan) {
    std::vector<const Candidate*> order;
    order.reserve(plan.candidates.size());
    for (const Candidate& candidate : plan.candidates) {
        order.push_back(&candidate);
    }
    std::ranges::stable_sort(order, [](const Candidate* a, const Candidate* b) {
        if (!a->size || !b->size) {
            return !a->size && b->size;
        }
        return *a->size > *b->size;
    });
    return order;
}

const Candidate* find(const ClimbPlan& plan, std::string_view id) {
    if (plan.topline && plan.topline->id == id) {
        return &*plan.topline;
    }
    const auto found = std::ranges::find(plan.candidates, id, &Candidate::id);
    return found == plan.candidates.end() ? nullptr : &*found;
}

std::vector<std::int64_t> cases_for(const ClimbPlan& plan, const Recipe& recipe) {
    std::vector<std::int64_t> cases;
    for (std::int64_t i = 0; i < plan.dev_cases; ++i) {
        if (recipe.shots.empty() ||
            std::ranges::find(plan.ingredients.shown, i) == plan.ingredients.shown.end()) {
            cases.push_back(i);
        }
    }
    return cases;
}

bool has_trouble(const History& history, const std::string& candidate) {
    return history.troubles.contains(candidate);
}

std::optional<Trouble> trouble_of(const ClimbPlan& plan,
                                  const History& history,
                                  const Candidate& candidate) {
    if (const auto own = history.troubles.find(candidate.id); own != history.troubles.end()) {
        return own->second;
    }
    const Ladder dev = ladder(plan, candidate, history, std::nullopt);
    if (dev.next || dev.best || dev.tried.empty()) {
        return std::nullopt;
    }
    return dev.tried.front().trouble;
}

const ProofDone* proof_of(const History& history, std::string_view candidate) {
    const auto found = std::ranges::find(history.proofs, candidate, &ProofDone::candidate);
    return found == history.proofs.end() ? nullptr : &*found;
}

Ladder ladder(const ClimbPlan& plan,
              const Candidate& candidate,
              const History& history,
              std::optional<double> enough) {
    Ladder result;
    // What a higher rung builds on and has to beat: the best recipe so far, the higher rung's of
    // equals.
    const RecipeTried* below = nullptr;
    for (const Rung rung : candidate.rungs) {
        const Field field = field_of(plan, candidate, history, rung, below);
        if (field.recipes.empty()) {  // no example may be shown
            continue;
        }
        const RecipeTried* best = field.best();
        if (best != nullptr) {
            result.best_recipes.push_back(best);
        }
        if (field.race.next) {
            const Recipe& recipe = field.recipes[*field.race.next];
            std::vector<std::int64_t> cases = cases_for(plan, recipe);
            cases.resize(std::min(cases.size(), static_cast<std::size_t>(field.race.cases)));
            result.next = TryRecipe{candidate.id, recipe, std::move(cases)};
            return result;
        }
        RungTried entry{candidate.id,
                        rung,
                        system_id(candidate.id, rung),
                        best->dev_score,
                        best->dev_low,
                        best->ruled_out,
                        best->trouble,
                        static_cast<std::int64_t>(best->scores.size()),
                        tokens_of(field),
                        {},
                        0,
                        {},
                        {},
                        flips_of(field),
                        std::nullopt,
                        best->brier};
        if (const auto took = history.dev_seconds.find(entry.system);
            took != history.dev_seconds.end()) {
            entry.seconds = took->second;
        }
        if (below != nullptr && !entry.trouble) {
            compare(*below, *best, entry);
        }
        result.tried.push_back(entry);
        if (entry.trouble) {
            continue;
        }
        if (!result.best || entry.dev_score > result.best->dev_score) {
            result.best = entry;
        }
        if (below == nullptr || best->dev_score >= below->dev_score) {
            below = best;
        }
        if (enough && entry.dev_low >= *enough) {
            return result;
        }
    }
    return result;
}

std::vector<Check> checks(const ClimbPlan& plan,
                          const History& history,
                          const Candidate& candidate,
                          std::string_view system) {
    std::vector<Check> result;
    if (plan.cost_per_1k) {
        result.push_back(cost_check(*plan.cost_per_1k, history, system));
    }
    if (plan.memory_bytes) {
        result.push_back(memory_check(*plan.memory_bytes, history, candidate, system));
    }
    const LatencyDone* probe = latency_of(history, system);
    if (plan.p95_ms) {
        result.push_back(latency_check("latency_p95",
                                       *plan.p95_ms,
                                       probe,
                                       candidate,
                                       &LatencyDone::p95_ms,
                                       &LatencyDone::p95));
    }
    if (plan.ttft_p95_ms) {
        result.push_back(latency_check("ttft_p95",
                                       *plan.ttft_p95_ms,
                                       probe,
                                       candidate,
                                       &LatencyDone::ttft_p95_ms,
                                       &LatencyDone::ttft));
    }
    return result;
}

}  // namespace palier::core::staircase
