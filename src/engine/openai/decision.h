// Decisions: POST /decisions, which puts typed questions to a model and gets the probability of
// every answer (OpenAI's Python SDK 3.57, resources/decisions.py). palier asks one question of type
// "choice" about one input.
#pragma once

#include "engine/engine.h"
#include "engine/openai/body_reader.h"
#include "lib/json/json.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::engine::openai {

// How many labels one question may choose from.
inline constexpr std::size_t k_fewest_choices = 2, k_most_choices = 255;

// The system's words are the question's instructions, the labels its choices; the one other message
// is the input as a text, several are the input as they are.
[[nodiscard]] std::string decision_body_of(const Request& request, const std::string& model);

// Of a whole body. An answer is exactly one of type "choice" whose choice is one of the labels and
// has a probability, and whose probabilities are of labels, each once, from 0 to 1, and add up to 1
// within k_sum_tolerance: servers round, and some leave out the least likely. A label left out, or
// of probability 0, has the score minus infinity. The stated confidence is read by nobody. An
// answer of type "refusal" is a ReadAnswer with `refusal`. Everything else is a BrokenAnswer.
inline constexpr double k_sum_tolerance = 0.05;
[[nodiscard]] std::variant<ReadAnswer, BrokenAnswer> decision_in(
    const json::Value& body, const std::vector<std::string>& labels);

class DecisionReader final : public BodyReader {
   public:
    explicit DecisionReader(std::vector<std::string> labels) : labels_(std::move(labels)) {}

    [[nodiscard]] std::string feed(std::string_view bytes) override;
    [[nodiscard]] bool is_complete() const override { return false; }
    [[nodiscard]] bool has_begun() const override { return !raw_.empty(); }
    [[nodiscard]] std::variant<ReadAnswer, BrokenAnswer> result() override;
    [[nodiscard]] const TokensCounted& usage() const override { return usage_; }

   private:
    std::vector<std::string> labels_;
    std::string raw_;
    TokensCounted usage_;
};

}  // namespace palier::engine::openai
