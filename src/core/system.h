// Recipe, SystemSpec and System: a way of using a model, all that shapes an answer, and its name in
// a run. Values only; system/ asks them.
#pragma once

#include "core/job.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace palier::core {

// Head: by a linear layer on the model's last hidden state.
enum class Decide { Generate, Score, Head };
// How label scores become one choice: sum of log-probabilities; mean per token; sum less the sum
// that the same label gets after an empty input; sum less the label's prior, as the model has it
// over the inputs of dev (SystemSpec::label_prior).
enum class LabelNorm { Sum, Mean, MinusEmpty, MinusPrior };
// What answers where there is no language model.
enum class Baseline { None, Majority, Nearest, Ngrams };

[[nodiscard]] std::string_view name_of(Decide decide);
[[nodiscard]] std::string_view name_of(LabelNorm norm);
[[nodiscard]] std::string_view name_of(Baseline baseline);

struct Shot {
    std::string input;
    std::string expected;
    // Shown with the input, as a case's is.
    std::string context = "";  // NOLINT(readability-redundant-string-init): GCC asks for it
    bool operator==(const Shot&) const = default;
};

struct Recipe {
    Rung rung = Rung::ZeroShot;
    Decide decide = Decide::Generate;
    LabelNorm norm = LabelNorm::Sum;  // meaningful when decide = Score
    // Score: in so many orders of the labels in the prompt, whose log-probabilities are averaged.
    int orders = 1;
    bool constrained = false;  // generate: the label set or schema constrains the tokens
    bool reasons = false;      // extract: first in words, freely, and is then asked for the answer
    int repairs = 0;  // extract: so often an answer that breaks the schema is asked for again
    // The prompt shows so many of SystemSpec::examples, those that are most like the input...
    int nearest = 0;
    std::vector<Shot> shots;  // ... or these, whatever the input is
    double temperature = 0;
    std::uint64_t sampling_seed = 0;
    int max_tokens = 256;
    Baseline baseline = Baseline::None;
    bool operator==(const Recipe&) const = default;
};

// All that shapes an answer. Two Systems with equal specs are the same System; its hash covers
// every field (system_fields.h).
struct SystemSpec {
    // The model: SHA-256 of its file; endpoint and name; hash of the recording.
    std::string model_identity;
    std::string engine;         // "llama", "openai", "recorded", "fake"
    std::string engine_build;   // version, commit and options that can change answers
    std::string chat_template;  // as engine::Facts says it
    Weights weights = Weights::AsFile;
    std::string adapter;     // "" = none
    int context_tokens = 0;  // of one request; 0 = not known
    // What else the engine was opened with, or is asked with, and that can change answers: name and
    // value.
    std::vector<std::pair<std::string, std::string>> engine_options;
    // The job's words in the prompt.
    Task task = Task::Classify;
    std::string language = "en";
    std::string instructions;
    std::vector<std::string> labels;  // classify
    std::string schema;               // extract: the text of the JSON Schema, "" if none
    int prompt_version = 0;           // of the wording that palier adds
    Recipe recipe;
    std::vector<Shot> examples;  // where recipe.nearest chooses among them
    // What was found on dev, by the case's labels: the logarithm of each one's prior, where
    // recipe.norm is MinusPrior, and the temperature that makes the scores probabilities; 0: none
    // was fitted.
    std::vector<double> label_prior;
    double score_temperature = 0;
    // Where the answer is no choice by scores - labels that are written, or that an endpoint has
    // chosen: how often each one, where it was answered on dev, was right; empty: not known.
    std::vector<double> label_precision;
    // SHA-256 of what was learned from examples (learn/learned.h); "" = nothing was.
    std::string learned;
    bool operator==(const SystemSpec&) const = default;
};

// "qwen2.5-coder-0.5b/structured"; unique within a run, for people. The identity is `hash`.
struct System {
    std::string id;
    std::string candidate;  // Candidate::id
    SystemSpec spec;
    std::string hash;  // SHA-256, hex, over all fields of spec
};

}  // namespace palier::core
