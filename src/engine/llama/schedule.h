// What the next forward pass of the open lane computes: a pure policy over requests, sequences and
// cells. It knows no llama.cpp; open_lane.h performs what it plans.
//
// - Requests are admitted by turns (engine/turns.h), none past another that waits for room: nothing
//   starves, and the order inside a class holds.
// - What is admitted has room for all that it may ever need: nothing is thrown out half-way.
// - A prompt's beginning is taken from a sequence that has the same tokens, running or kept; where
//   that one has not computed them yet, the newcomer waits for it instead of computing them again.
// - Texts in the making come first in a pass; beside them, prompts get a budget of tokens.
// - A sequence whose request ends is kept for those to come, within a budget of bytes; the one
//   least recently used goes first.
#pragma once

#include "engine/engine.h"
#include "engine/llama/cells.h"
#include "engine/llama/prefix_tree.h"
#include "engine/turns.h"

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

namespace palier::engine::llama {

using Number = std::uint64_t;  // of a request

struct ScheduleLimits {
    int cells = 1;           // tokens that the memory holds
    int sequences = 1;       // they are numbered from 0
    int requests = 1;        // admitted at once
    int pass_tokens = 1;     // in one forward pass
    int pass_rows = 1;       // logits in one
    int prefill_beside = 1;  // prompt tokens in a pass that also carries texts on
    std::int64_t kept_bytes = 0;
    std::int64_t bytes_per_cell = 1;
    bool shares = true;  // false: the memory cannot be forked in the middle of a sequence
};

struct Ask {
    Number number = 0;
    Priority priority = Priority::Bulk;
    std::uint64_t client = 0;
    Tokens prompt;              // not empty
    std::size_t shareable = 0;  // tokens of it that may come from another; less than its size
    int more = 0;               // tokens that may follow it, at most
    int forks = 0;              // sequences that it needs besides its own
};

struct Pass {
    struct Start {
        Number number = 0;
        Sequence sequence = 0;
        Sequence from = 0;  // shared > 0: whose first tokens it takes
        int shared = 0;
        std::vector<Sequence> forks;  // numbers for its own use
    };
    struct Part {
        Number number = 0;
        Sequence sequence = 0;
        int first = 0;  // position of its first token
        int count = 0;
        bool last = false;      // nothing of the request is left to compute after it: logits wanted
        bool on_forks = false;  // `count` tokens as the request wishes, first = 0
    };
    std::vector<Sequence> drops;  // before anything else
    std::vector<Start> starts;
    std::vector<Part> parts;

    [[nodiscard]] int tokens() const;
};

// Not thread-safe.
class Schedule {
   public:
    explicit Schedule(const ScheduleLimits& limits);
    ~Schedule();

    // False: it would wait for ever.
    [[nodiscard]] bool has_room_for(const Ask& ask) const;
    void add(Ask ask);

    [[nodiscard]] Pass next_pass();
    // The pass's parts were computed.
    void computed(const Pass& pass);
    // After its last part, a request says how it goes on: with tokens of its own sequence, with
    // `tokens` on its forks (which are as before afterwards; no more than its `more`, pass_tokens
    // and pass_rows), or not at all.
    void go_on(Number number, const Tokens& tokens);
    void go_on_with_forks(Number number, int tokens);
    // Wherever it is. `keep`: what was computed of it may serve others.
    void end(Number number, bool keep);

    [[nodiscard]] bool empty() const { return waiting_.empty() && working_.empty(); }
    [[nodiscard]] bool has_interactive() const;
    [[nodiscard]] const Tokens& tokens_of(Number number) const;
    [[nodiscard]] int computed_of(Number number) const;

    // For tests: what is in use.
    [[nodiscard]] int cells_used() const;
    [[nodiscard]] std::int64_t bytes_kept() const;
    [[nodiscard]] std::size_t working() const { return working_.size(); }

   private:
    struct Work;
    struct Kept {
        Sequence sequence = 0;
        Tokens tokens;
        std::vector<Cells::Cell> cells;
    };

    [[nodiscard]] static int need_of(const Ask& ask) {
        return static_cast<int>(ask.prompt.size()) + ask.more;
    }
    [[nodiscard]] int cells_to_come() const;
    void admit();
    bool make_room(int cells, int sequences, std::optional<Sequence> spared);
    void evict(std::list<Kept>::iterator victim);
    void start_admitted(Pass& pass);
    void start(Work& work, Pass& pass, const PrefixTree::Match& match);
    [[nodiscard]] int available(Sequence sequence) const;
    [[nodiscard]] std::vector<Cells::Cell> first_cells(Sequence sequence, int count) const;
    void add_parts(Pass& pass) const;
    void drop(Sequence sequence);
    void keep(Work& work);
    [[nodiscard]] Work* working_on(Number number) const;

    const ScheduleLimits limits_;
    Turns turns_;
    std::map<Number, Ask> waiting_;
    std::optional<Number> next_;                // its turn has come, room has not
    std::list<std::unique_ptr<Work>> working_;  // in the order of admission
    std::map<Sequence, Work*> owners_;          // of those started
    std::list<Kept> kept_;                      // the least recently used first
    std::vector<Sequence> free_;
    std::vector<Sequence> drops_;
    Cells cells_;
    PrefixTree tree_;
};

}  // namespace palier::engine::llama
