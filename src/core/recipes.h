// Recipes: what a rung tries. Pure; the recipes of one rung compete on dev.
#pragma once

#include "core/case.h"
#include "core/job.h"
#include "core/system.h"

#include <cstdint>
#include <vector>

namespace palier::core {

// What an engine can do, as far as recipes depend on it.
struct Abilities {
    bool can_score = false;       // log-probabilities of labels
    bool can_constrain = false;   // text that is one of the labels, or obeys the schema
    bool can_read_state = false;  // the last hidden state of a prompt
    bool can_write = true;        // text
    bool can_check = false;       // whether a text obeys the schema is known: by palier itself
    bool operator==(const Abilities&) const = default;
};

// What the recipes of a run are made of, whoever the candidate is.
struct Ingredients {
    int max_tokens = 256;     // of an answer
    std::vector<Shot> shots;  // that dev offers as examples
    // Some of them, by their number, which a prompt shows to every case: sets that compete.
    std::vector<std::vector<std::size_t>> fixed;
    // The places in dev of all that stand in such a set: an example in the prompt says nothing
    // about the cases to come, so it is not measured where it is shown. All sets are measured on
    // the same cases.
    std::vector<std::int64_t> shown;
    // How many of `shots` a prompt may show that are near its own case: numbers that compete.
    std::vector<int> nearest;
    // Of the labels in the prompt, where they are scored; more than one competes with one.
    int orders = 1;
};

// Fewest cases of dev that a head or a baseline is learned from: five folds of two.
inline constexpr std::size_t k_fewest_to_learn_from = 10;

// The rungs that exist for this task with these abilities, upwards: zero-shot always; structured
// for a label set, where labels can be scored or text constrained, and for an extraction whose
// schema can be checked; few-shot where dev has cases to show; head for a label set, where
// states can be read and dev has enough cases to learn from. An engine that writes no text (an
// endpoint's decisions) has `structured` alone: there is no zero-shot, and nowhere to show
// examples. `rag`, `lora` and `full` are never among them, and `baseline` is a candidate of its
// own.
[[nodiscard]] std::vector<Rung> rungs_for(Task task,
                                          const Abilities& abilities,
                                          std::size_t to_learn_from);

// The recipes of a rung, in the order of trying. structured: label scores by sum, mean, minus-empty
// and minus-prior, in one order of the labels and in several, or else one constrained recipe;
// scores of an engine that writes no text are of whole labels, so that their sum is all. Of an
// extraction: held to the schema where the engine can, at once and after reasoning, and written
// freely; what breaks the schema all the same is asked for once more. few-shot: as `base` (the best
// recipe so far), with each of the fixed sets, and with the nearest examples; in one order of the
// labels, for examples leave little that depends on it. baseline: majority, nearest, n-grams.
[[nodiscard]] std::vector<Recipe> recipes_for(const Ingredients& ingredients,
                                              Rung rung,
                                              const Abilities& abilities,
                                              const Recipe& base);

// Two recipes that put the same questions: what the one is answered the other reads too.
[[nodiscard]] bool asks_alike(const Recipe& a, const Recipe& b);

// Of a System that is measured although no recipe was chosen for it on dev: the first of its lowest
// rung.
[[nodiscard]] Recipe plain_recipe(const Ingredients& ingredients, const Abilities& abilities);

// What may be shown of a case of dev, beside its input.
struct Example {
    const Case* item = nullptr;
    // What it shows that others do not: its label, or the form of its answer. Fixed sets have each
    // kind once before any twice.
    std::string kind;
    // Not one that test has too, or nearly so.
    bool may_be_shown = true;
};

// examples: dev, in its order, or else what the job has to learn from besides (DataSpec::train), of
// which none is in dev. Labels in two orders from 40 cases of dev on. Fixed sets by the job's seed:
// one of three, of five and of eight examples that contain one another, and two more of five; of
// less than 40 examples one of three to five and no nearest ones, and of less than six half of
// them. The shots are all that may be shown; so many nearest of them where there are more to
// choose from.
[[nodiscard]] Ingredients ingredients_of(const Job& job,
                                         int max_tokens,
                                         const std::vector<Example>& examples,
                                         std::size_t dev_cases);

}  // namespace palier::core
