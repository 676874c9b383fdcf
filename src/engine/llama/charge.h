// What both lanes share: a request made ready, and the hands that work on it.
#pragma once

#include "engine/llama/decoder.h"
#include "engine/llama/desk.h"
#include "engine/llama/held_text.h"
#include "engine/llama/labels.h"
#include "engine/llama/pieces.h"
#include "engine/llama/vocabulary.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace palier::engine::llama {

struct Charge {
    TicketPtr ticket;
    Tokens prompt;
    std::size_t base = 0;  // of the prompt's tokens, those to compute: labels may replace the last
    std::size_t before_input = 0;  // Prompt::before_input
    LabelTree labels;              // of one node without labels
    // As it begins; absent: the text is free, or one of the labels.
    std::optional<HeldText> held;
    const Pieces* pieces = nullptr;  // of the engine, where `held` is there
    int cached = 0;                  // prompt tokens that were not computed for this request

    [[nodiscard]] const Request& request() const { return ticket->request; }
    // Tokens that may follow the first `base`, at most.
    [[nodiscard]] int answer_tokens() const;
};
using ChargePtr = std::unique_ptr<Charge>;

struct Hands {
    const Vocabulary& vocabulary;
    Desk& desk;
    std::vector<std::string> stops;  // for every generated text
};

// What an answer without text knows of its tokens and times so far.
[[nodiscard]] Response response_to_prompt(const Charge& charge, const Desk& desk);

// An empty state: the request has failed.
void end_with_state(const Charge& charge, std::span<const float> state, Desk& desk);

// Those that are cancelled or late say so, the others failed.
void end_after(Decoded decoded, const Charge& charge, Desk& desk);

}  // namespace palier::engine::llama
