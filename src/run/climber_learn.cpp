// Climber's step on dev for what is learned from it - a baseline, or a head on the model's state -
// and what dev tells of label scores: priors and a temperature.
#include "core/calibration.h"
#include "core/recipes.h"
#include "core/step_sizes.h"
#include "learn/fitting.h"
#include "lib/hash/sha256.h"
#include "run/climber.h"
#include "run/confidence.h"
#include "run/dev_score.h"
#include "run/learned_memo.h"
#include "system/identity.h"
#include "system/scores.h"
#include "system/states.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace palier::run {
namespace {

learn::Method method_of(const core::Recipe& recipe) {
    switch (recipe.baseline) {
        case core::Baseline::Majority:
            return learn::Method::Majority;
        case core::Baseline::Nearest:
            return learn::Method::Nearest;
        case core::Baseline::Ngrams:
            return learn::Method::LinearText;
        case core::Baseline::None:
            break;
    }
    return learn::Method::Head;
}

// The place of a case's label among the job's; data with other labels is refused when it is loaded.
std::size_t right_label(const core::Case& item, const std::vector<std::string>& labels) {
    const auto found = std::ranges::find(labels, item.expected.front());
    PALIER_CHECK(found != labels.end(), "the data has the job's labels");
    return static_cast<std::size_t>(found - labels.begin());
}

learn::Examples examples_of(const std::vector<const core::Case*>& cases,
                            const std::vector<std::string>& labels) {
    learn::Examples examples;
    examples.labels = labels;
    hash::Sha256 sha;
    for (const core::Case* item : cases) {
        examples.right.push_back(right_label(*item, labels));
        examples.texts.push_back(learn::text_of(item->input, item->context));
        sha.field(item->input).field(item->context).field(item->expected.front());
    }
    examples.sha256 = sha.hex();
    return examples;
}

double temperature_of(const std::vector<std::vector<double>>& values,
                      const std::vector<std::size_t>& right) {
    std::vector<core::Scored> scored;
    scored.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        scored.push_back({values[i], right[i]});
    }
    return core::fit_temperature(scored);
}

std::string held_out_answer(const std::vector<double>& scores) {
    system::Scores said;
    for (const double log_p : core::log_softmax(scores)) {
        said.push_back({log_p, 1});
    }
    return system::text_of_scores(said);
}

}  // namespace

// What the model makes of dev, and of train behind it, where it is read at all.
struct Climber::Read {
    std::vector<const core::Case*> cases;
    std::size_t measured = 0;                // of them, the first ones: those of dev
    std::vector<core::Failure> failures;     // of each case
    std::vector<std::vector<float>> states;  // of those without a failure
    std::optional<std::int64_t> tokens = 0;
};

Result<void> Climber::learn_recipe(const core::TryRecipe& step) {
    const planning::Contestant& of = contestant(step.candidate);
    Read read;
    read.cases = dev_cases(step);
    read.measured = read.cases.size();
    read.cases.insert(read.cases.end(), prepared_.train.begin(), prepared_.train.end());
    read.failures.resize(read.cases.size(), core::Failure::None);
    auto spec = spec_for(of, step.recipe);
    PALIER_TRY(spec);
    const bool head = step.recipe.decide == core::Decide::Head;
    std::optional<engine::Facts> facts;
    if (head) {
        auto found = read_dev(step, *spec, read);
        PALIER_TRY(found);
        facts = std::move(*found);
        if (!facts) {
            return {};
        }
    }
    std::vector<const core::Case*> known;
    std::size_t always = 0;
    for (std::size_t i = 0; i < read.cases.size(); ++i) {
        if (read.failures[i] == core::Failure::None) {
            known.push_back(read.cases[i]);
            always += i >= read.measured ? 1 : 0;
        }
    }
    learn::Examples examples = examples_of(known, prepared_.job.labels);
    examples.states = std::move(read.states);
    examples.always = always;
    read.cases.resize(read.measured);
    learn::Fitted fitted =
        learn::fit(examples, method_of(step.recipe), facts ? facts->model_identity : "");
    const std::string bytes = learn::bytes_of(fitted.learned);
    const std::string sha256 = hash::sha256_hex(bytes);
    PALIER_TRY(around_.store.put_memo(around_.run, learned_memo(sha256), bytes));
    if (!head) {
        spec->learned = std::make_shared<const std::string>(bytes);
        spec->file_sha256 = sha256;
        auto client = open(of, *spec);
        PALIER_TRY(client);
        facts = (*client)->facts();
    }
    auto climbed =
        make_system(core::system_id(of.plan.id, step.recipe.rung), of, step.recipe, *spec, *facts);
    PALIER_TRY(climbed);
    if (head) {
        climbed->head = std::make_shared<const learn::Learned>(std::move(fitted.learned));
    }
    climbed->curve = std::move(fitted.curve);
    climbed->facts.notes.emplace_back("learned_from", std::to_string(known.size()));
    core::SystemSpec& its = climbed->system.spec;
    its.learned = sha256;
    its.score_temperature = temperature_of(fitted.held_out, examples.right);
    climbed->system.hash = system::hash_of(its);
    return take_held_out(step, std::move(*climbed), read, fitted.held_out);
}

// nullopt: the climb stops, or the recipe is of no use; history says which.
Result<std::optional<engine::Facts>> Climber::read_dev(const core::TryRecipe& step,
                                                       const engine::OpenSpec& spec,
                                                       Read& read) {
    const planning::Contestant& of = contestant(step.candidate);
    auto client = open(of, spec);
    PALIER_TRY(client);
    if (!*client) {
        return std::optional<engine::Facts>();
    }
    const engine::Facts facts = (*client)->facts();
    const auto useless = [&](core::Trouble trouble) {
        core::take(history_, {step.candidate, step.recipe, 0, 0, false, trouble, {}});
        return std::optional<engine::Facts>();
    };
    if (!facts.can(engine::Capability::HiddenState)) {
        return useless(core::Trouble::Unable);
    }
    std::vector<core::Input> inputs;
    inputs.reserve(read.cases.size());
    for (const core::Case* item : read.cases) {
        inputs.push_back(item->asked());
    }
    Progress progress{Stage::Dev,
                      core::system_id(of.plan.id, step.recipe.rung),
                      0,
                      static_cast<std::int64_t>(inputs.size()),
                      std::nullopt,
                      std::nullopt};
    auto states =
        system::read_states(**client,
                            system::spec_of(prepared_.job, step.recipe, facts, of.spec),
                            inputs,
                            core::k_batch,
                            [&](std::size_t done) {
                                progress.done = static_cast<std::int64_t>(done);
                                around_.progress(progress);
                                return !around_.interrupted.load() && !around_.budget.time_is_up();
                            });
    PALIER_TRY(states);
    if (const std::optional<system::Trouble>& trouble = states->trouble) {
        const bool interrupted = around_.interrupted.load();
        if (trouble->kind == system::Trouble::Kind::Cancelled) {
            history_.stopped = interrupted ? core::StopCause::Interrupted : core::StopCause::Budget;
            return std::optional<engine::Facts>();
        }
        if (trouble->kind == system::Trouble::Kind::Unsupported) {
            return useless(core::Trouble::Unable);
        }
        out_of_reach({Ending::Unreachable, trouble->detail}, progress.system);
        history_.troubles[step.candidate] = core::Trouble::Unreachable;
        return std::optional<engine::Facts>();
    }
    progress.done = progress.total;
    around_.progress(progress);
    read.failures = std::move(states->failures);
    read.tokens = states->tokens;
    for (auto& state : states->states) {
        if (state) {
            read.states.push_back(std::move(*state));
        }
    }
    const std::span measured(read.failures.begin(), read.measured);
    if (std::ranges::count(measured, core::Failure::None) == 0) {
        const bool too_long = std::ranges::count(measured, core::Failure::ContextExceeded) > 0;
        return useless(too_long ? core::Trouble::Context : core::Trouble::Template);
    }
    return std::optional(facts);
}

Result<void> Climber::take_held_out(const core::TryRecipe& step,
                                    Climbed climbed,
                                    const Read& read,
                                    const std::vector<std::vector<double>>& held_out) {
    DevScorer scorer(
        prepared_.plan,
        prepared_.job,
        prepared_.plan.quality.min ? core::threshold(prepared_.plan, history_) : std::nullopt);
    const system::AnswerReader reader(climbed.system, {}, climbed.head);
    const system::RequestKeys keys(climbed.system.spec);
    std::vector<store::Placed> placed;
    core::RecipeTried tried{step.candidate, step.recipe, 0, 0, false, std::nullopt, {}};
    std::size_t next = 0;
    double brier = 0;
    for (std::size_t i = 0; i < read.cases.size(); ++i) {
        const core::Case& item = *read.cases[i];
        core::Trial said;
        said.grade.failure = read.failures[i];
        if (read.failures[i] == core::Failure::None) {
            said.answer = held_out_answer(held_out[next++]);
        }
        const core::Answer answer = reader.read(said);
        brier += core::brier_of(reader.probabilities(answer).value_or(std::vector<double>()),
                                right_label(item, climbed.system.spec.labels));
        core::Trial trial = trial_of(answer, item, climbed.system, around_.grader);
        // Not what this System says of the case: it has learned from it.
        trial.request_key = hash::sha256_hex("held out " + around_.salt + keys.of(item.asked()));
        trial.key =
            trial_key(trial.request_key, climbed.system.hash, item, around_.grader.version());
        scorer.add(item, trial);
        tried.scores.push_back({step.cases[i], trial.grade.score});
        placed.push_back({store::Phase::Dev, static_cast<std::int64_t>(i), std::move(trial)});
    }
    PALIER_TRY(around_.store.put_trials(around_.run, placed));
    const DevScore score = scorer.score();
    tried.dev_score = score.value;
    tried.dev_low = score.low;
    tried.ruled_out = score.ruled_out;
    tried.brier = brier / static_cast<double>(read.cases.size());
    tried.tokens = read.tokens;
    core::take(history_, std::move(tried));
    keep(step, std::move(climbed));
    return {};
}

// From the sums, which other recipes ask for too.
Result<bool> Climber::find_label_prior(const core::TryRecipe& step, Climbed& climbed) {
    const core::Recipe& recipe = climbed.system.spec.recipe;
    if (recipe.decide != core::Decide::Score || recipe.norm != core::LabelNorm::MinusPrior) {
        return true;
    }
    Climbed plain = climbed;
    plain.system.spec.recipe.norm = core::LabelNorm::Sum;
    plain.system.hash = system::hash_of(plain.system.spec);
    auto opened = asked(plain);
    PALIER_TRY(opened);
    std::optional<system::System>& sums = *opened;
    if (!sums) {
        return false;
    }
    const std::vector<const core::Case*> cases = dev_cases(step);
    std::vector<system::Scores> answers;
    const std::size_t labels = climbed.system.spec.labels.size();
    auto evaluated = evaluate(around_,
                              question_for(plain, *sums, cases, store::Phase::Dev, Stage::Dev),
                              [&](std::int64_t, const core::Case&, const core::Trial& trial) {
                                  if (auto scores = system::scores_of(trial.answer, labels)) {
                                      answers.push_back(std::move(*scores));
                                  }
                                  return true;
                              });
    PALIER_TRY(evaluated);
    if (stops(*evaluated)) {
        return false;
    }
    climbed.system.spec.label_prior =
        answers.empty() ? std::vector<double>(labels, 0.0) : system::prior_over(answers);
    climbed.system.hash = system::hash_of(climbed.system.spec);
    return true;
}

// Its answers stand as they are; their probabilities, and with them the System, are known now.
Result<void> Climber::calibrate(Climbed& climbed,
                                const std::vector<const core::Case*>& cases,
                                std::vector<core::Trial> trials,
                                core::RecipeTried& tried) {
    // An endpoint's decision is its own choice, be another label likelier: its probabilities say
    // nothing of that choice, and a label ruled out has none.
    const bool by_scores = climbed.system.spec.recipe.decide == core::Decide::Score &&
                           climbed.contestant->plan.abilities.can_write;
    const std::optional<double> brier =
        by_scores ? fit_temperature(climbed, cases, trials) : fit_precision(climbed, cases, trials);
    tried.brier = brier.value_or(core::brier_of({}, 0));
    if (!brier) {
        return {};
    }
    climbed.system.hash = system::hash_of(climbed.system.spec);
    std::vector<store::Placed> placed;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        trials[i].system_hash = climbed.system.hash;
        trials[i].key = trial_key(
            trials[i].request_key, climbed.system.hash, *cases[i], around_.grader.version());
        placed.push_back({store::Phase::Dev, static_cast<std::int64_t>(i), std::move(trials[i])});
    }
    return around_.store.put_trials(around_.run, placed);
}

}  // namespace palier::run
