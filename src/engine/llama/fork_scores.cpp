#include "engine/llama/fork_scores.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

constexpr int k_group_tokens = 64;  // unless one label alone is longer
constexpr int k_pass_tokens = 16;   // of one request in one pass: each wants logits

}  // namespace

ForkScores::ForkScores(const Charge& charge, Decoder& decoder, int requests)
    : charge_(charge), decoder_(decoder), scores_(charge), tips_(charge.labels.tips()) {
    const int spare = std::max(4, decoder.sequences() - requests) / 4;
    forks_needed_ = std::min({static_cast<int>(tips_.size()),
                              decoder.can_couple() ? spare : 1,
                              decoder.sequences() - 1});
    const int longest = static_cast<int>(charge.labels.longest());
    const int room = decoder.cells() - static_cast<int>(charge.base);
    group_tokens_ =
        tips_.empty()
            ? 0
            : std::max(longest, std::min({k_group_tokens, room, longest * forks_needed_}));
}

void ForkScores::set_sequences(Sequence own, std::vector<Sequence> forks) {
    own_ = own;
    forks_ = std::move(forks);
}

void ForkScores::begin_group() {
    std::vector<std::size_t> tips;
    int tokens = 0;
    while (next_tip_ < tips_.size() && tips.size() < forks_.size()) {
        tokens += static_cast<int>(charge_.labels.nodes[tips_[next_tip_]].depth);
        if (tokens > group_tokens_ && !tips.empty()) {
            break;
        }
        decoder_.fork(own_, forks_[tips.size()]);
        tips.push_back(tips_[next_tip_++]);
    }
    add_nodes(charge_, tips, std::span(forks_).first(tips.size()), group_, nodes_);
}

int ForkScores::next() {
    if (done_ == group_.size()) {
        for (const Sequence fork : group_.empty() ? std::vector<Sequence>{} : forks_) {
            decoder_.drop(fork);
        }
        group_.clear();
        nodes_.clear();
        done_ = 0;
        begin_group();
    }
    return std::min(static_cast<int>(group_.size() - done_),
                    std::min(k_pass_tokens, decoder_.rows()));
}

void ForkScores::add_to(std::vector<Entry>& entries, int count) const {
    const auto first = group_.begin() + static_cast<std::ptrdiff_t>(done_);
    entries.insert(entries.end(), first, first + count);
}

void ForkScores::on_group(std::span<const Entry> entries, std::size_t begin, std::size_t count) {
    for (std::size_t i = begin; i < begin + count; ++i) {
        if (entries[i].logits) {
            scores_.on_logits(nodes_[done_], decoder_.logits(i));
        }
        ++done_;
    }
}

}  // namespace palier::engine::llama
