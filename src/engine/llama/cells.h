// How many cells of the memory are taken, when sequences share them. A pure object.
//
// llama.cpp frees a cell with the last sequence that has it, and does not tell how many it uses.
// Here each token of a sequence is a cell with two counts: working sequences that have it, and kept
// ones (whose request has ended).
#pragma once

#include <cstdint>
#include <vector>

namespace palier::engine::llama {

// Not thread-safe.
class Cells {
   public:
    using Cell = std::uint32_t;

    // A new token of a working sequence.
    [[nodiscard]] Cell take() {
        Cell cell = 0;
        if (free_.empty()) {
            cell = static_cast<Cell>(counts_.size());
            counts_.emplace_back();
        } else {
            cell = free_.back();
            free_.pop_back();
        }
        counts_[cell] = {1, 0};
        ++used_;
        return cell;
    }
    // Another working sequence has it too.
    void share(Cell cell) {
        kept_alone_ -= counts_[cell].working == 0 ? 1 : 0;
        ++counts_[cell].working;
    }
    // Its working sequence drops it.
    void release(Cell cell) {
        Counts& counts = counts_[cell];
        --counts.working;
        kept_alone_ += counts.working == 0 && counts.kept > 0 ? 1 : 0;
        free_if_unused(cell);
    }
    // Its working sequence has ended and is kept.
    void keep(Cell cell) {
        ++counts_[cell].kept;
        release(cell);
    }
    // A kept sequence drops it.
    void forget(Cell cell) {
        Counts& counts = counts_[cell];
        --counts.kept;
        kept_alone_ -= counts.working == 0 && counts.kept == 0 ? 1 : 0;
        free_if_unused(cell);
    }

    [[nodiscard]] int used() const { return used_; }
    // Of these, those that no working sequence has.
    [[nodiscard]] int kept_alone() const { return kept_alone_; }

   private:
    struct Counts {
        std::uint32_t working = 0;
        std::uint32_t kept = 0;
    };
    void free_if_unused(Cell cell) {
        if (counts_[cell].working == 0 && counts_[cell].kept == 0) {
            free_.push_back(cell);
            --used_;
        }
    }

    std::vector<Counts> counts_;
    std::vector<Cell> free_;
    int used_ = 0;
    int kept_alone_ = 0;
};

}  // namespace palier::engine::llama
