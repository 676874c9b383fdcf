// System: a core::System that can be asked. The evaluation and the server use this same code: what
// is measured is what is served.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/job.h"
#include "core/system.h"
#include "engine/engine.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palier::system {

// Identity of a System: SHA-256 over the model's identity, the engine's build, the weights' form,
// the recipe, the job's words that shape the prompt, and the prompt version.
[[nodiscard]] std::string system_hash(const core::Job& job,
                                      const core::Recipe& recipe,
                                      const engine::Facts& facts);

// Identity of one question to one model: everything that can change the engine's answer.
[[nodiscard]] std::string request_key(const engine::Facts& facts, const engine::Request& request);

// The request of a recipe for a case; `id` is left 0.
[[nodiscard]] engine::Request request_for(const core::Job& job,
                                          const core::Recipe& recipe,
                                          const core::Case& item);

// The same for an empty input: its label scores are what "minus-empty" subtracts.
[[nodiscard]] engine::Request empty_request(const core::Job& job, const core::Recipe& recipe);

// What an engine returned, as the text that a Trial keeps: the answer, or the label scores as
// "label_scores <sum>/<tokens> ..." in the order of the job's labels.
[[nodiscard]] std::string raw_answer(const engine::Response& response, core::Decide decide);

// Label scores back from a Trial's text; nullopt when it is no such text or the count differs.
[[nodiscard]] std::optional<std::vector<engine::LabelScore>> scores_of(std::string_view raw,
                                                                       std::size_t labels);

// Index of the best label; ties go to the first. `empty` is used by MinusEmpty only and then has
// one score per label. scores is not empty.
[[nodiscard]] std::size_t best_label(const std::vector<engine::LabelScore>& scores,
                                     core::LabelNorm norm,
                                     const std::vector<engine::LabelScore>& empty);

// The answer as a user of the System gets it: the raw text, or the label that the scores choose.
// nullopt: the raw text is not readable as label scores.
[[nodiscard]] std::optional<std::string> final_answer(const core::Job& job,
                                                      const core::Recipe& recipe,
                                                      std::string_view raw,
                                                      const std::vector<engine::LabelScore>& empty);

}  // namespace palier::system
