#include "engine/llama/label_scores.h"

#include "engine/llama/log_softmax.h"

namespace palier::engine::llama {

void LabelScores::on_logits(std::size_t node, std::span<const float> logits) {
    const double normal = log_sum_exp(logits);
    for (const std::size_t child : charge_.labels.nodes[node].children) {
        const auto token = static_cast<std::size_t>(charge_.labels.nodes[child].token);
        log_probabilities_[child] = static_cast<double>(logits[token]) - normal;
    }
}

void LabelScores::answer(Desk& desk) const {
    Response response = response_to_prompt(charge_, desk);
    response.scores.resize(charge_.request().labels.size());
    std::vector<double> sums(charge_.labels.nodes.size(), 0.0);
    for (std::size_t node = 0; node < sums.size(); ++node) {
        const LabelTree::Node& entry = charge_.labels.nodes[node];
        if (node > 0) {
            sums[node] = sums[entry.parent] + log_probabilities_[node];
        }
        for (const std::size_t label : entry.labels) {
            response.scores[label] = {sums[node], static_cast<int>(entry.depth)};
        }
    }
    desk.finish(charge_.ticket, std::move(response));
}

void add_nodes(const Charge& charge,
               std::span<const std::size_t> tips,
               std::span<const Sequence> sequences,
               std::vector<Entry>& entries,
               std::vector<std::size_t>& nodes) {
    std::vector<std::vector<Sequence>> passing(charge.labels.nodes.size());
    for (std::size_t i = 0; i < tips.size(); ++i) {
        for (const std::size_t node : charge.labels.path_to(tips[i])) {
            passing[node].push_back(sequences[i]);
        }
    }
    for (std::size_t node = 1; node < passing.size(); ++node) {
        if (!passing[node].empty()) {
            const LabelTree::Node& entry = charge.labels.nodes[node];
            entries.push_back({entry.token,
                               static_cast<int>(charge.base + entry.depth) - 1,
                               std::move(passing[node]),
                               !entry.children.empty()});
            nodes.push_back(node);
        }
    }
}

}  // namespace palier::engine::llama
