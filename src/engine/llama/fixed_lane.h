// The lane of fixed batches: a batch is cut into waves by what it holds and nothing else, and every
// forward pass of it has the same tokens on the same cells in the same order, whatever was computed
// before and whatever the other lane does in between. So its answers are the same, bit for bit, on
// resume and under any load (docs/adr/0010).
//
// What the prompts of a batch have in common is sequence 0; it survives between batches and is
// always computed in the same pieces. A wave's other sequences are forked from it, run and dropped.
#pragma once

#include "engine/llama/charge.h"
#include "engine/llama/wave.h"

#include <memory>
#include <vector>

namespace palier::engine::llama {

// One thread at a time; not before its decoder is set.
class FixedLane {
   public:
    // `requests`: most of them in one wave.
    FixedLane(const Hands& hands, int requests) : hands_(hands), requests_(requests) {}

    void set_decoder(std::unique_ptr<Decoder> decoder) { decoder_ = std::move(decoder); }
    [[nodiscard]] Decoder* decoder() const { return decoder_.get(); }

    // Takes a batch; only when not busy. Each charge ends with its last event, whatever happens.
    void begin(std::vector<ChargePtr> charges);
    [[nodiscard]] bool is_busy() const { return !charges_.empty(); }
    // One forward pass, or the end of a wave without one. Returns the tokens computed.
    int step();
    // Ends what it works on after an exception.
    void fail(const std::string& why);

   private:
    [[nodiscard]] std::size_t shared_length() const;
    void begin_beginning(const Tokens& beginning);
    bool begin_wave();
    // Fills pack_ with what comes next: a piece of the beginning, or of the wave. False: the wave
    // has ended.
    bool next_pack();
    void after(Decoded decoded);
    void end_wave();

    const Hands& hands_;
    const int requests_;
    std::unique_ptr<Decoder> decoder_;

    std::vector<ChargePtr> charges_;  // the batch
    std::size_t at_ = 0;              // of the next wave's first
    bool first_wave_ = true;
    Tokens beginning_;
    std::unique_ptr<Wave> wave_;
    std::vector<Charge*> wave_charges_;

    Pack pack_;
    std::size_t done_ = 0;          // entries of it
    bool reads_beginning_ = false;  // the pack is a piece of it

    Tokens shared_;                 // sequence 0
    std::vector<int> shared_ends_;  // the pieces it was computed in
    int reused_ = 0;                // tokens of the beginning that were there already
};

}  // namespace palier::engine::llama
