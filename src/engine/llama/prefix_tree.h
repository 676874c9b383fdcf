// Which sequences begin with the same tokens: a radix tree over the paths of sequences. A pure
// object.
#pragma once

#include "engine/llama/vocabulary.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace palier::engine::llama {

using Sequence = std::int32_t;

// Not thread-safe.
class PrefixTree {
   public:
    PrefixTree();
    ~PrefixTree();

    // The sequence has no path yet. An empty path is none.
    void insert(Sequence sequence, const Tokens& path);
    // Without effect when it has none.
    void erase(Sequence sequence);

    struct Match {
        std::size_t length = 0;           // tokens that are the same
        std::vector<Sequence> sequences;  // all that have them; empty at length 0
    };
    // The longest beginning of `tokens` that some path has.
    [[nodiscard]] Match find(std::span<const Token> tokens) const;

    [[nodiscard]] std::size_t nodes() const;

   private:
    struct Node;
    static void merge_with_only_child(Node& node);
    static void split(Node& node, std::size_t at);

    std::unique_ptr<Node> root_;
    std::map<Sequence, Tokens> paths_;
};

}  // namespace palier::engine::llama
