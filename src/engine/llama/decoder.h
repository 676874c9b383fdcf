// A model's working memory: sequences of tokens whose keys and values are kept in one common pool
// of cells, and the forward pass over many of them at once. What is where, its user decides: a lane
// (fixed_lane.h, open_lane.h) owns one.
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "engine/llama/prefix_tree.h"
#include "engine/llama/state_tap.h"
#include "engine/llama/vocabulary.h"

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <vector>

struct llama_context;
struct llama_model;

namespace palier::engine::llama {

// Of all decoders of an engine.
struct Tally {
    std::atomic<std::uint64_t> decodes = 0;
    std::atomic<std::uint64_t> sequences_decoded = 0;
    std::atomic<std::uint64_t> tokens_computed = 0;
    std::atomic<std::uint64_t> tokens_reused = 0;
};

struct DecoderOptions {
    int threads = 1;
    int context_tokens = 4096;  // of one sequence
    int sequences = 16;         // requests at once
    std::shared_ptr<Tally> tally = std::make_shared<Tally>();
};

// How much room that makes. `rows`: logits in one forward pass, and sequences.
struct DecoderSizes {
    int cells = 0;
    int batch = 0;
    int rows = 0;
    int sequences = 0;
};
[[nodiscard]] DecoderSizes sizes_for(const DecoderOptions& options, int vocabulary);

// A token to compute; its logits are those after it.
struct Entry {
    Token token = 0;
    int position = 0;
    std::vector<Sequence> sequences;  // that it belongs to
    bool logits = false;              // wanted
    bool state = false;               // too; only with logits, where has_states()
};

enum class Decoded {
    Done,
    Aborted,
    NoRoom,  // not as many free cells
    Failed
};

// One thread at a time.
class Decoder {
   public:
    // Errors 5090 and 2310.
    [[nodiscard]] static Result<std::unique_ptr<Decoder>> make(llama_model* model,
                                                               const DecoderOptions& options);
    ~Decoder();

    // Asked often while a pack is computed, from a computing thread; true stops it (CPU only).
    void set_abort(std::function<bool()> should_abort) { should_abort_ = std::move(should_abort); }

    // The first `length` tokens of `from` belong to `to` too; all of them by default.
    void fork(Sequence from, Sequence to, int length = -1);
    // The sequence ends before this position; false: this memory cannot go back (recurrent).
    bool trim(Sequence sequence, int length);
    void drop(Sequence sequence);
    void forget();  // all sequences

    // One forward pass over at most batch() tokens with at most rows() wanted logits. Unless it is
    // Done, the memory is as before, but for recurrent ones, whose sequences of the pass are lost.
    [[nodiscard]] Decoded compute(std::span<const Entry> entries);
    // Of the entry with this index in the last pass; valid until the next. Empty: there are none.
    [[nodiscard]] std::span<const float> logits(std::size_t entry) const;
    // The last layer's state there, as the final norm gives it. Empty: the pass wanted none, or
    // gave other rows than those that it wanted.
    [[nodiscard]] std::span<const float> state(std::size_t entry) const;

    // Numbers 0 to sequences() - 1 are sequences.
    [[nodiscard]] int sequences() const { return sequences_; }
    [[nodiscard]] int cells() const { return cells_; }
    [[nodiscard]] int batch() const { return batch_; }
    [[nodiscard]] int rows() const { return rows_; }
    [[nodiscard]] std::int64_t bytes_per_cell() const { return bytes_per_cell_; }
    // False: a token cannot belong to several sequences in one pack (recurrent memory).
    [[nodiscard]] bool can_couple() const { return can_couple_; }
    // False: a pass would not give the states that are wanted, or not in an order that is known.
    [[nodiscard]] bool has_states() const { return has_states_; }
    [[nodiscard]] const std::string& options_text() const { return options_text_; }

    void count_reused(int tokens) { tally_->tokens_reused += static_cast<std::uint64_t>(tokens); }

   private:
    struct ContextClose {
        void operator()(llama_context* context) const;
    };
    Decoder() = default;

    // As compute(), uncounted.
    [[nodiscard]] Decoded decode(std::span<const Entry> entries);
    void look_for_states();

    StateTap tap_;  // llama.cpp has its address, as that of should_abort_
    std::unique_ptr<llama_context, ContextClose> context_;
    std::function<bool()> should_abort_;
    int vocabulary_size_ = 0;
    int sequences_ = 1;
    int cells_ = 0;
    int batch_ = 0;
    int rows_ = 0;
    std::int64_t bytes_per_cell_ = 1;
    bool can_couple_ = true;
    bool has_states_ = false;
    std::string options_text_;
    std::vector<int> outputs_;  // of each entry of the last pass: its row among those wanted, or -1

    std::shared_ptr<Tally> tally_;
};

}  // namespace palier::engine::llama
