#include "engine/llama/prefix_tree.h"

#include "base/check.h"

#include <algorithm>

namespace palier::engine::llama {

struct PrefixTree::Node {
    Tokens edge;  // from the parent; empty for the root alone
    std::map<Token, std::unique_ptr<Node>> children;
    std::vector<Sequence> passing;  // their paths have the whole edge; never empty but for the root
};

namespace {

std::size_t common(std::span<const Token> a, std::span<const Token> b) {
    const auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    static_cast<void>(unused);
    return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

PrefixTree::PrefixTree() : root_(std::make_unique<Node>()) {}
PrefixTree::~PrefixTree() = default;

// The node keeps the first `at` tokens of its edge; a new child takes the rest and the children.
void PrefixTree::split(Node& node, std::size_t at) {
    auto rest = std::make_unique<Node>();
    rest->edge.assign(node.edge.begin() + static_cast<std::ptrdiff_t>(at), node.edge.end());
    rest->children = std::move(node.children);
    rest->passing = node.passing;
    node.edge.resize(at);
    node.children.clear();
    node.children.emplace(rest->edge.front(), std::move(rest));
}

void PrefixTree::merge_with_only_child(Node& node) {
    if (node.edge.empty() || node.children.size() != 1 ||
        node.children.begin()->second->passing.size() != node.passing.size()) {
        return;
    }
    const std::unique_ptr<Node> child = std::move(node.children.begin()->second);
    node.edge.insert(node.edge.end(), child->edge.begin(), child->edge.end());
    node.children = std::move(child->children);
}

void PrefixTree::insert(Sequence sequence, const Tokens& path) {
    if (path.empty()) {
        return;
    }
    PALIER_CHECK(paths_.emplace(sequence, path).second, "a sequence with two paths");
    std::span<const Token> rest(path);
    Node* node = root_.get();
    while (!rest.empty()) {
        auto& child = node->children[rest.front()];
        if (!child) {
            child = std::make_unique<Node>();
            child->edge.assign(rest.begin(), rest.end());
        }
        const std::size_t same = common(child->edge, rest);
        if (same < child->edge.size()) {
            split(*child, same);
        }
        child->passing.push_back(sequence);
        rest = rest.subspan(same);
        node = child.get();
    }
}

void PrefixTree::erase(Sequence sequence) {
    const auto found = paths_.find(sequence);
    if (found == paths_.end()) {
        return;
    }
    std::span<const Token> rest(found->second);
    std::vector<Node*> way{root_.get()};
    while (!rest.empty()) {
        Node* child = way.back()->children.at(rest.front()).get();
        std::erase(child->passing, sequence);
        rest = rest.subspan(child->edge.size());
        if (child->passing.empty()) {  // nothing below it has others
            way.back()->children.erase(child->edge.front());
            break;
        }
        way.push_back(child);
    }
    for (auto node = way.rbegin(); node != way.rend(); ++node) {
        merge_with_only_child(**node);
    }
    paths_.erase(found);
}

PrefixTree::Match PrefixTree::find(std::span<const Token> tokens) const {
    Match match;
    const Node* node = root_.get();
    while (match.length < tokens.size()) {
        const auto child = node->children.find(tokens[match.length]);
        if (child == node->children.end()) {
            break;
        }
        const std::size_t same = common(child->second->edge, tokens.subspan(match.length));
        match.length += same;
        match.sequences = child->second->passing;
        if (same < child->second->edge.size()) {
            break;
        }
        node = child->second.get();
    }
    return match;
}

std::size_t PrefixTree::nodes() const {
    std::size_t count = 0;
    std::vector<const Node*> open{root_.get()};
    while (!open.empty()) {
        const Node* node = open.back();
        open.pop_back();
        ++count;
        for (const auto& [token, child] : node->children) {
            open.push_back(child.get());
        }
    }
    return count;
}

}  // namespace palier::engine::llama
