// A wave: requests of a fixed batch that are computed together, as a series of packs of tokens that
// depends on the requests alone.
#pragma once

#include "engine/llama/charge.h"

#include <memory>
#include <span>
#include <vector>

namespace palier::engine::llama {

// Tokens to compute together, in as many forward passes as their number asks for.
struct Pack {
    std::vector<Entry> entries;
    std::vector<std::size_t> rows;  // what its user calls the entry; only those with logits matter

    void add(Entry entry, std::size_t row = 0) {
        entries.push_back(std::move(entry));
        rows.push_back(row);
    }
};

class Wave {
   public:
    virtual ~Wave() = default;
    // Once the packs so far are computed. An empty pack: all its requests have ended.
    [[nodiscard]] virtual Pack next() = 0;
    // The logits of an entry; its state where it wanted one, empty if the pass gave none.
    virtual void on_output(std::size_t row, std::span<const float> values) = 0;
};

// How much of a wave's room a charge takes, after `shared` tokens.
struct Room {
    int sequences = 0;
    int cells = 0;
};
[[nodiscard]] Room room_to_score(const Charge& charge, std::size_t shared);
[[nodiscard]] Room room_to_generate(const Charge& charge, std::size_t shared);
[[nodiscard]] Room room_to_read(const Charge& charge, std::size_t shared);

// For charges that fit together, whose first `shared` tokens are sequence 0.
[[nodiscard]] std::unique_ptr<Wave> scoring_wave(std::vector<Charge*> charges,
                                                 std::size_t shared,
                                                 Decoder& decoder,
                                                 const Hands& hands);
[[nodiscard]] std::unique_ptr<Wave> writing_wave(const std::vector<Charge*>& charges,
                                                 std::size_t shared,
                                                 Decoder& decoder,
                                                 const Hands& hands);
[[nodiscard]] std::unique_ptr<Wave> reading_wave(std::vector<Charge*> charges,
                                                 std::size_t shared,
                                                 Decoder& decoder,
                                                 const Hands& hands);

}  // namespace palier::engine::llama
