#include "engine/llama/labels.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

// The prompt's tokens after its last control token, and their text. Control tokens cut a text into
// parts that are tokenised apart, so only this part can merge with a label.
struct Tail {
    std::size_t begin = 0;
    std::string text;
};

Tail tail_of(const Tokens& prompt, const Vocabulary& vocabulary) {
    Tail tail;
    for (std::size_t i = prompt.size(); i > 0; --i) {
        if (vocabulary.is_control(prompt[i - 1])) {
            tail.begin = i;
            break;
        }
    }
    for (std::size_t i = tail.begin; i < prompt.size(); ++i) {
        tail.text += vocabulary.piece(prompt[i], true);
    }
    return tail;
}

bool starts_with(const Tokens& tokens, const Tokens& start) {
    return start.size() <= tokens.size() && std::equal(start.begin(), start.end(), tokens.begin());
}

bool one_starts_another(const std::vector<Tokens>& paths) {
    std::vector<Tokens> sorted = paths;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i] != sorted[i - 1] && starts_with(sorted[i], sorted[i - 1])) {
            return true;
        }
    }
    return false;
}

}  // namespace

LabelTokens label_tokens(const Tokens& prompt,
                         const std::vector<std::string>& labels,
                         const Vocabulary& vocabulary) {
    LabelTokens found;
    found.base = prompt.size();
    const Tail tail = tail_of(prompt, vocabulary);
    const Tokens tail_tokens(prompt.begin() + static_cast<std::ptrdiff_t>(tail.begin),
                             prompt.end());
    // Tokenisers that do not give back the tail's own tokens (they add or drop spaces) cannot be
    // asked about a merge: their labels are tokenised alone.
    const bool joined = !tail.text.empty() && vocabulary.tokens_of(tail.text, false) == tail_tokens;
    std::vector<Tokens> whole;
    std::size_t shared = tail_tokens.size();
    for (const std::string& label : labels) {
        if (!joined) {
            found.paths.push_back(vocabulary.tokens_of(label, false));
            continue;
        }
        whole.push_back(vocabulary.tokens_of(tail.text + label, false));
        shared = std::min(shared, common_length(tail_tokens, whole.back()));
    }
    if (joined && tail.begin + shared == 0) {
        shared = 1;  // a score needs at least one token before it
    }
    for (const Tokens& tokens : whole) {
        found.paths.emplace_back(
            tokens.begin() + static_cast<std::ptrdiff_t>(std::min(shared, tokens.size())),
            tokens.end());
    }
    if (joined) {
        found.base = tail.begin + shared;
    }
    const std::optional<Token> end = vocabulary.end_of_turn();
    if (end && one_starts_another(found.paths)) {
        found.end_counted = true;
        for (Tokens& path : found.paths) {
            path.push_back(*end);
        }
    }
    return found;
}

LabelTree tree_of(const std::vector<Tokens>& paths) {
    LabelTree tree;
    tree.nodes.emplace_back();
    for (std::size_t label = 0; label < paths.size(); ++label) {
        std::size_t at = 0;
        for (const Token token : paths[label]) {
            const auto& children = tree.nodes[at].children;
            const auto known =
                std::find_if(children.begin(), children.end(), [&](std::size_t child) {
                    return tree.nodes[child].token == token;
                });
            if (known != children.end()) {
                at = *known;
                continue;
            }
            const std::size_t made = tree.nodes.size();
            tree.nodes.push_back({token, at, tree.nodes[at].depth + 1, {}, {}});
            tree.nodes[at].children.push_back(made);
            at = made;
        }
        tree.nodes[at].labels.push_back(label);
    }
    return tree;
}

std::vector<std::size_t> LabelTree::tips() const {
    std::vector<std::size_t> found;
    for (std::size_t node = 1; node < nodes.size(); ++node) {
        const auto& children = nodes[node].children;
        const bool inner_below =
            std::any_of(children.begin(), children.end(), [&](std::size_t child) {
                return !nodes[child].children.empty();
            });
        if (!children.empty() && !inner_below) {
            found.push_back(node);
        }
    }
    return found;
}

std::vector<std::size_t> LabelTree::path_to(std::size_t node) const {
    std::vector<std::size_t> path;
    for (std::size_t at = node; at != 0; at = nodes[at].parent) {
        path.push_back(at);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

std::size_t LabelTree::longest() const {
    std::size_t depth = 0;
    for (const Node& node : nodes) {
        depth = std::max(depth, node.depth);
    }
    return depth;
}

}  // namespace palier::engine::llama
