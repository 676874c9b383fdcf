// Scores labels in the open lane: after the prompt's own sequence come groups of label nodes on
// forks of it, a few tokens a pass, beside whatever else runs.
#pragma once

#include "engine/llama/label_scores.h"

#include <span>
#include <vector>

namespace palier::engine::llama {

// Lives no longer than its charge and decoder.
class ForkScores {
   public:
    // `requests`: how many share the decoder's sequences.
    ForkScores(const Charge& charge, Decoder& decoder, int requests);

    [[nodiscard]] int forks_needed() const { return forks_needed_; }
    // Besides the prompt's, at most at the same time.
    [[nodiscard]] int tokens_needed() const { return group_tokens_; }
    void set_sequences(Sequence own, std::vector<Sequence> forks);

    void on_prompt(std::span<const float> logits) { scores_.on_logits(0, logits); }
    // Tokens to compute next, of a group; 0: everything is known.
    [[nodiscard]] int next();
    void add_to(std::vector<Entry>& entries, int count) const;
    // Those tokens were computed, at entries[begin, begin + count).
    void on_group(std::span<const Entry> entries, std::size_t begin, std::size_t count);
    void answer(Desk& desk) const { scores_.answer(desk); }

   private:
    void begin_group();

    const Charge& charge_;
    Decoder& decoder_;
    LabelScores scores_;
    const std::vector<std::size_t> tips_;
    int forks_needed_ = 0;
    int group_tokens_ = 0;

    Sequence own_ = 0;
    std::vector<Sequence> forks_;
    std::size_t next_tip_ = 0;
    std::vector<Entry> group_;
    std::vector<std::size_t> nodes_;  // of the group's entries
    std::size_t done_ = 0;            // of them
};

}  // namespace palier::engine::llama
