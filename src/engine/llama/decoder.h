// A model's working memory: sequences of tokens whose keys and values are kept in one common pool
// of cells, and the forward pass over many of them at once.
//
// Sequence 0 is the shared beginning; it survives between waves. The others are forked from it, run
// and dropped. Results do not depend on the past: the shared beginning is always computed in the
// same pieces, and a wave starts on the same cells (see share()).
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "engine/llama/vocabulary.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

struct llama_context;
struct llama_model;

namespace palier::engine::llama {

using Sequence = std::int32_t;

struct DecoderOptions {
    int threads = 1;
    int context_tokens = 4096;  // of one sequence
    int sequences = 16;         // requests at once
};

// How much room that makes. `rows`: logits in one forward pass, and sequences.
struct DecoderSizes {
    int cells = 0;
    int batch = 0;
    int rows = 0;
    int sequences = 0;
};
[[nodiscard]] DecoderSizes sizes_for(const DecoderOptions& options, int vocabulary);

// Tokens to compute together. `row`: logits after this token are wanted, under that number.
struct Pack {
    struct Entry {
        Token token = 0;
        int position = 0;
        std::vector<Sequence> sequences;
        std::optional<std::size_t> row;
    };
    std::vector<Entry> entries;
};

enum class Decoded { Done, Aborted, Failed };

// One thread at a time, but for counters().
class Decoder {
   public:
    // Errors 5090 and 2310.
    [[nodiscard]] static Result<std::unique_ptr<Decoder>> make(llama_model* model,
                                                               const DecoderOptions& options);
    ~Decoder();

    // Asked often while a pack is computed, from a computing thread; true stops it (CPU only).
    void set_abort(std::function<bool()> should_abort) { should_abort_ = std::move(should_abort); }

    // Sequence 0 becomes `beginning`; what it has of it already is kept.
    [[nodiscard]] Decoded share(const Tokens& beginning);
    // Of the last share(): tokens that were there already.
    [[nodiscard]] int reused() const { return reused_; }
    void fork(Sequence from, Sequence to);
    void drop(Sequence sequence);
    // Drops all but sequence 0.
    void drop_forks();
    // Computes the pack, in as many forward passes as its size asks for, and hands over each wanted
    // row of logits (valid during the call). Unless it is Done, everything was dropped.
    using OnRow = std::function<void(std::size_t row, std::span<const float> logits)>;
    [[nodiscard]] Decoded run(const Pack& pack, const OnRow& on_row);

    // Numbers 0 to sequences() - 1 are sequences.
    [[nodiscard]] int sequences() const { return sequences_; }
    [[nodiscard]] int cells() const { return cells_; }
    // False: a token cannot belong to several sequences in one pack (recurrent memory).
    [[nodiscard]] bool can_couple() const { return can_couple_; }
    [[nodiscard]] const std::string& options_text() const { return options_text_; }

    [[nodiscard]] Counters counters() const;
    void count_reused(int tokens) { tokens_reused_ += static_cast<std::uint64_t>(tokens); }

   private:
    struct ContextClose {
        void operator()(llama_context* context) const;
    };
    Decoder() = default;
    void forget();
    [[nodiscard]] Decoded pass(std::span<const Pack::Entry> entries, const OnRow& on_row);

    std::unique_ptr<llama_context, ContextClose> context_;
    std::function<bool()> should_abort_;
    int vocabulary_size_ = 0;
    int sequences_ = 1;
    int cells_ = 0;
    int batch_ = 0;
    int rows_ = 0;
    bool can_couple_ = true;
    std::string options_text_;

    Tokens shared_;                 // sequence 0
    std::vector<int> shared_ends_;  // the pieces it was computed in
    int reused_ = 0;

    std::atomic<std::uint64_t> decodes_ = 0;
    std::atomic<std::uint64_t> sequences_decoded_ = 0;
    std::atomic<std::uint64_t> tokens_computed_ = 0;
    std::atomic<std::uint64_t> tokens_reused_ = 0;
};

}  // namespace palier::engine::llama
