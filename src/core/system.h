// Recipe and System: a way of using a model, and a model used that way. Values only; system/ runs
// them.
#pragma once

#include "core/job.h"

#include <cstdint>
#include <string>
#include <vector>

namespace palier::core {

enum class Decide { Generate, Score };
// How label scores become one choice: sum of log-probabilities; mean per token; sum less the sum
// that the same label gets after an empty input.
enum class LabelNorm { Sum, Mean, MinusEmpty };
enum class Weights { AsFile, Bf16Copy };

[[nodiscard]] std::string_view name_of(Decide decide);
[[nodiscard]] std::string_view name_of(LabelNorm norm);
[[nodiscard]] std::string_view name_of(Weights weights);

struct Shot {
    std::string input;
    std::string expected;
    bool operator==(const Shot&) const = default;
};

struct Recipe {
    Rung rung = Rung::ZeroShot;
    Decide decide = Decide::Generate;
    LabelNorm norm = LabelNorm::Sum;  // meaningful when decide = Score
    bool constrained = false;         // generate: the label set or schema constrains the tokens
    std::vector<Shot> shots;
    double temperature = 0;
    std::uint64_t sampling_seed = 0;
    int max_tokens = 256;
    Weights weights = Weights::AsFile;
    int context_tokens = 0;  // of one sequence; 0 = chosen by the engine from prompt and max_tokens
    bool operator==(const Recipe&) const = default;
};

// "qwen2.5-coder-0.5b/structured"; unique within a run, for people. The identity is `hash`.
struct System {
    std::string id;
    std::string candidate;  // Candidate::id
    Recipe recipe;
    std::string hash;  // SHA-256, hex, over model identity, engine build and recipe
};

}  // namespace palier::core
