// Scoring: the rest of every prompt and the inner nodes of every label tree go into one pack. A
// prompt's tokens belong to all the sequences that its labels need, so nothing is computed twice,
// and labels of one token cost nothing beyond the prompt's last logits.
#include "base/check.h"
#include "engine/llama/label_scores.h"
#include "engine/llama/wave.h"

#include <algorithm>
#include <numeric>

namespace palier::engine::llama {
namespace {

class ScoringWave final : public Wave {
   public:
    ScoringWave(std::vector<Charge*> charges,
                std::size_t shared,
                Decoder& decoder,
                const Hands& hands)
        : charges_(std::move(charges)), shared_(shared), decoder_(decoder), hands_(hands) {
        PALIER_CHECK(!charges_.empty(), "an empty wave");
        for (const Charge* charge : charges_) {
            scores_.emplace_back(*charge);
        }
        in_groups_ = charges_.size() == 1 && (!decoder_.can_couple() ||
                                              room_to_score(*charges_.front(), shared_).sequences >
                                                  decoder_.sequences() - 1);
    }

    Pack next() override {
        rows_.clear();
        Pack pack;
        if (in_groups_) {
            next_group(pack);
        } else if (!asked_) {
            everything(pack);
        }
        asked_ = true;
        if (pack.entries.empty()) {
            for (const LabelScores& scores : scores_) {
                scores.answer(hands_.desk);
            }
        }
        return pack;
    }

    void on_output(std::size_t row, std::span<const float> logits) override {
        scores_[rows_[row].charge].on_logits(rows_[row].node, logits);
    }

   private:
    struct Row {
        std::size_t charge = 0;
        std::size_t node = 0;
    };

    std::size_t new_row(std::size_t charge, std::size_t node) {
        rows_.push_back({charge, node});
        return rows_.size() - 1;
    }

    void add_prompt(Pack& pack, std::size_t charge, const std::vector<Sequence>& sequences) {
        for (const Sequence sequence : sequences) {
            decoder_.fork(0, sequence);
        }
        const Charge& ready = *charges_[charge];
        const bool has_labels = !ready.labels.nodes.front().children.empty();
        for (std::size_t i = shared_; i < ready.base; ++i) {
            const bool wanted = i + 1 == ready.base && has_labels;
            pack.add({ready.prompt[i], static_cast<int>(i), sequences, wanted},
                     wanted ? new_row(charge, 0) : 0);
        }
    }

    void add_nodes_of(Pack& pack,
                      std::size_t charge,
                      std::span<const std::size_t> tips,
                      std::span<const Sequence> sequences) {
        std::vector<std::size_t> nodes;
        add_nodes(*charges_[charge], tips, sequences, pack.entries, nodes);
        for (const std::size_t node : nodes) {
            pack.rows.push_back(new_row(charge, node));
        }
    }

    void everything(Pack& pack) {
        Sequence next = 1;
        for (std::size_t charge = 0; charge < charges_.size(); ++charge) {
            const std::vector<std::size_t> tips = charges_[charge]->labels.tips();
            std::vector<Sequence> sequences(std::max<std::size_t>(1, tips.size()));
            std::iota(sequences.begin(), sequences.end(), next);
            next += static_cast<Sequence>(sequences.size());
            add_prompt(pack, charge, sequences);
            add_nodes_of(pack, charge, tips, sequences);
        }
    }

    // One prompt whose label tree has more tips than there are sequences, or whose memory cannot
    // give a token to several: the prompt first, then its tips in groups.
    void next_group(Pack& pack) {
        const Charge& charge = *charges_.front();
        if (!asked_) {
            add_prompt(pack, 0, {1});
            tips_ = charge.labels.tips();
            return;
        }
        for (const Sequence sequence : forks_) {
            decoder_.drop(sequence);
        }
        forks_.clear();
        const int most = decoder_.can_couple() ? decoder_.sequences() - 2 : 1;
        const int cells = decoder_.cells() - static_cast<int>(charge.base);
        std::vector<std::size_t> group;
        int used = 0;
        while (group_at_ < tips_.size() && static_cast<int>(group.size()) < most) {
            used += static_cast<int>(charge.labels.nodes[tips_[group_at_]].depth);
            if (used > cells && !group.empty()) {
                break;
            }
            forks_.push_back(static_cast<Sequence>(2 + group.size()));
            decoder_.fork(1, forks_.back());
            group.push_back(tips_[group_at_++]);
        }
        add_nodes_of(pack, 0, group, forks_);
    }

    const std::vector<Charge*> charges_;
    const std::size_t shared_;
    Decoder& decoder_;
    const Hands& hands_;
    std::vector<LabelScores> scores_;
    std::vector<Row> rows_;  // of the pack under way
    bool asked_ = false;
    bool in_groups_ = false;
    std::vector<std::size_t> tips_;  // in groups
    std::size_t group_at_ = 0;
    std::vector<Sequence> forks_;
};

}  // namespace

Room room_to_score(const Charge& charge, std::size_t shared) {
    Room room;
    room.sequences = static_cast<int>(std::max<std::size_t>(1, charge.labels.tips().size()));
    const auto inner = std::count_if(charge.labels.nodes.begin() + 1,
                                     charge.labels.nodes.end(),
                                     [](const auto& node) { return !node.children.empty(); });
    room.cells = static_cast<int>(charge.base - shared) + static_cast<int>(inner);
    return room;
}

std::unique_ptr<Wave> scoring_wave(std::vector<Charge*> charges,
                                   std::size_t shared,
                                   Decoder& decoder,
                                   const Hands& hands) {
    return std::make_unique<ScoringWave>(std::move(charges), shared, decoder, hands);
}

}  // namespace palier::engine::llama
