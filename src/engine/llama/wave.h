// What scoring and generating share: a request made ready, and the hands that work on it.
#pragma once

#include "engine/llama/decoder.h"
#include "engine/llama/desk.h"
#include "engine/llama/labels.h"
#include "engine/llama/vocabulary.h"

#include <memory>
#include <vector>

namespace palier::engine::llama {

struct Job {
    TicketPtr ticket;
    Tokens prompt;
    std::size_t base = 0;  // of the prompt's tokens, those to compute: labels may replace the last
    LabelTree labels;      // of one node without labels
    int cached = 0;        // prompt tokens that were not computed for this request

    [[nodiscard]] const Request& request() const { return ticket->request; }
};

struct Hands {
    const Vocabulary& vocabulary;
    Decoder& decoder;
    Desk& desk;
    std::vector<std::string> stops;  // for every generated text
};

// How much of a wave's room a job takes, after `shared` tokens.
struct Room {
    int sequences = 0;
    int cells = 0;
};

// Scores or generates for jobs that fit together, whose first `shared` tokens are sequence 0. Each
// job ends with its last event, whatever happens.
[[nodiscard]] Room room_to_score(const Job& job, std::size_t shared);
void score(const std::vector<Job*>& wave, std::size_t shared, const Hands& hands);
[[nodiscard]] Room room_to_generate(const Job& job, std::size_t shared);
void generate(const std::vector<Job*>& wave, std::size_t shared, const Hands& hands);

// For jobs whose pass did not end well: those cancelled or late say so, the others failed.
void end_after(Decoded decoded, const std::vector<Job*>& wave, Desk& desk);

}  // namespace palier::engine::llama
