#include "engine/llama/prefix_tree.h"

#include "base/rng.h"
#include "engine/llama/cells.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace palier::engine::llama {
namespace {

TEST_CASE("the longest common beginning is found, with all who have it") {
    PrefixTree tree;
    tree.insert(1, {1, 2, 3, 4});
    tree.insert(2, {1, 2, 9});
    tree.insert(3, {7});
    CHECK(tree.find(Tokens{1, 2, 3}).length == 3);
    CHECK(tree.find(Tokens{1, 2, 3}).sequences == std::vector<Sequence>{1});
    CHECK(tree.find(Tokens{1, 2}).sequences.size() == 2);
    CHECK(tree.find(Tokens{1, 5}).length == 1);
    CHECK(tree.find(Tokens{1, 2, 3, 4, 5}).length == 4);
    CHECK(tree.find(Tokens{8}).length == 0);
    CHECK(tree.find(Tokens{8}).sequences.empty());
    CHECK(tree.find(Tokens{}).length == 0);
}

TEST_CASE("an erased path is found no more, and leaves no nodes behind") {
    PrefixTree tree;
    tree.insert(1, {1, 2, 3, 4});
    CHECK(tree.nodes() == 2);
    tree.insert(2, {1, 2, 9});
    CHECK(tree.nodes() == 4);
    tree.erase(2);
    tree.erase(2);
    CHECK(tree.nodes() == 2);
    CHECK(tree.find(Tokens{1, 2, 9}).length == 2);
    tree.erase(1);
    CHECK(tree.nodes() == 1);
    tree.insert(5, {});
    CHECK(tree.find(Tokens{1}).length == 0);
}

TEST_CASE("the tree finds what comparing with every path finds") {
    Rng rng(11);
    for (int round = 0; round < 50; ++round) {
        PrefixTree tree;
        std::map<Sequence, Tokens> paths;
        const auto random_path = [&rng] {
            Tokens path(rng.below(12));
            for (Token& token : path) {
                token = static_cast<Token>(rng.below(3));
            }
            return path;
        };
        for (int change = 0; change < 300; ++change) {
            const auto sequence = static_cast<Sequence>(rng.below(20));
            if (paths.erase(sequence) > 0) {
                tree.erase(sequence);
            } else {
                paths[sequence] = random_path();
                tree.insert(sequence, paths[sequence]);
            }
            const Tokens asked = random_path();
            std::size_t longest = 0;
            for (const auto& [each, path] : paths) {
                longest = std::max(longest, common_length(path, asked));
            }
            const PrefixTree::Match match = tree.find(asked);
            REQUIRE(match.length == longest);
            for (const auto& [each, path] : paths) {
                const bool has = longest > 0 && common_length(path, asked) == longest;
                CHECK(std::count(match.sequences.begin(), match.sequences.end(), each) ==
                      (has ? 1 : 0));
            }
        }
        for (const auto& [sequence, path] : paths) {
            tree.erase(sequence);
        }
        CHECK(tree.nodes() == 1);
    }
}

TEST_CASE("a cell is in use as long as one sequence has it, working or kept") {
    Cells cells;
    const Cells::Cell cell = cells.take();
    cells.share(cell);
    CHECK(cells.used() == 1);
    cells.release(cell);
    CHECK(cells.used() == 1);
    cells.keep(cell);
    CHECK(cells.used() == 1);
    CHECK(cells.kept_alone() == 1);
    cells.share(cell);
    CHECK(cells.kept_alone() == 0);
    cells.keep(cell);
    CHECK(cells.kept_alone() == 1);
    cells.forget(cell);
    CHECK(cells.used() == 1);
    cells.forget(cell);
    CHECK(cells.used() == 0);
    CHECK(cells.kept_alone() == 0);
    CHECK(cells.take() == cell);
}

}  // namespace
}  // namespace palier::engine::llama
