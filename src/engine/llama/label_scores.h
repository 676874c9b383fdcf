// The scores of one request's labels, gathered from the logits at the nodes of its label tree.
#pragma once

#include "engine/llama/charge.h"

#include <cstddef>
#include <span>
#include <vector>

namespace palier::engine::llama {

// Lives no longer than its charge.
class LabelScores {
   public:
    explicit LabelScores(const Charge& charge)
        : charge_(charge), log_probabilities_(charge.labels.nodes.size(), 0.0) {}

    // What the model says after this node (0: after the prompt); nodes without children need none.
    void on_logits(std::size_t node, std::span<const float> logits);
    // Once every inner node had its logits.
    void answer(Desk& desk) const;

   private:
    const Charge& charge_;
    std::vector<double> log_probabilities_;  // per node: of its own token
};

// The inner nodes above `tips`, parents first, as entries to compute; the i-th tip has the sequence
// sequences[i]. `nodes` gets the node of each.
void add_nodes(const Charge& charge,
               std::span<const std::size_t> tips,
               std::span<const Sequence> sequences,
               std::vector<Entry>& entries,
               std::vector<std::size_t>& nodes);

}  // namespace palier::engine::llama
