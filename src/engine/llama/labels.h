// The tokens of a request's labels, and the tree of their common beginnings.
//
// A label's tokens are what follows the prompt's tokens when prompt and label are tokenised as one
// text (as lm-evaluation-harness does: a tokeniser may merge across the border). When a merge
// changes the prompt's last tokens, all labels are scored from the first token that changed. If the
// prompt ends with a control token, nothing can merge and the label is tokenised alone.
//
// When one label's tokens start another's ("no", "no answer"), the shorter would win whenever the
// longer is right: then, and only then, the end-of-turn token is counted after every label of the
// request.
#pragma once

#include "engine/llama/vocabulary.h"

#include <cstddef>
#include <string>
#include <vector>

namespace palier::engine::llama {

struct LabelTokens {
    std::size_t base = 0;       // of the prompt's tokens, those that all labels follow
    std::vector<Tokens> paths;  // one per label; may be equal
    bool end_counted = false;   // the last token of each path is the end of turn
};

[[nodiscard]] LabelTokens label_tokens(const Tokens& prompt,
                                       const std::vector<std::string>& labels,
                                       const Vocabulary& vocabulary);

// Nodes stand before their children; node 0 is the root (the prompt).
struct LabelTree {
    struct Node {
        Token token = 0;
        std::size_t parent = 0;
        std::size_t depth = 0;  // tokens from the prompt
        std::vector<std::size_t> children;
        std::vector<std::size_t> labels;  // that end here
    };
    std::vector<Node> nodes;

    // Nodes that must be decoded to score what follows them, but have no such node below: one
    // sequence each.
    [[nodiscard]] std::vector<std::size_t> tips() const;
    // From the root's child down to `node`.
    [[nodiscard]] std::vector<std::size_t> path_to(std::size_t node) const;
    [[nodiscard]] std::size_t longest() const;
};

[[nodiscard]] LabelTree tree_of(const std::vector<Tokens>& paths);

}  // namespace palier::engine::llama
