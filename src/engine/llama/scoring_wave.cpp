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
    ScoringWave(std::vector<Job*> jobs, std::size_t shared, Decoder& decoder, const Hands& hands)
        : jobs_(std::move(jobs)), shared_(shared), decoder_(decoder), hands_(hands) {
        PALIER_CHECK(!jobs_.empty(), "an empty wave");
        for (const Job* job : jobs_) {
            scores_.emplace_back(*job);
        }
        in_groups_ = jobs_.size() == 1 &&
                     (!decoder_.can_couple() ||
                      room_to_score(*jobs_.front(), shared_).sequences > decoder_.sequences() - 1);
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

    void on_logits(std::size_t row, std::span<const float> logits) override {
        scores_[rows_[row].job].on_logits(rows_[row].node, logits);
    }

   private:
    struct Row {
        std::size_t job = 0;
        std::size_t node = 0;
    };

    std::size_t new_row(std::size_t job, std::size_t node) {
        rows_.push_back({job, node});
        return rows_.size() - 1;
    }

    void add_prompt(Pack& pack, std::size_t job, const std::vector<Sequence>& sequences) {
        for (const Sequence sequence : sequences) {
            decoder_.fork(0, sequence);
        }
        const Job& ready = *jobs_[job];
        const bool has_labels = !ready.labels.nodes.front().children.empty();
        for (std::size_t i = shared_; i < ready.base; ++i) {
            const bool wanted = i + 1 == ready.base && has_labels;
            pack.add({ready.prompt[i], static_cast<int>(i), sequences, wanted},
                     wanted ? new_row(job, 0) : 0);
        }
    }

    void add_nodes_of(Pack& pack,
                      std::size_t job,
                      std::span<const std::size_t> tips,
                      std::span<const Sequence> sequences) {
        std::vector<std::size_t> nodes;
        add_nodes(*jobs_[job], tips, sequences, pack.entries, nodes);
        for (const std::size_t node : nodes) {
            pack.rows.push_back(new_row(job, node));
        }
    }

    void everything(Pack& pack) {
        Sequence next = 1;
        for (std::size_t job = 0; job < jobs_.size(); ++job) {
            const std::vector<std::size_t> tips = jobs_[job]->labels.tips();
            std::vector<Sequence> sequences(std::max<std::size_t>(1, tips.size()));
            std::iota(sequences.begin(), sequences.end(), next);
            next += static_cast<Sequence>(sequences.size());
            add_prompt(pack, job, sequences);
            add_nodes_of(pack, job, tips, sequences);
        }
    }

    // One prompt whose label tree has more tips than there are sequences, or whose memory cannot
    // give a token to several: the prompt first, then its tips in groups.
    void next_group(Pack& pack) {
        const Job& job = *jobs_.front();
        if (!asked_) {
            add_prompt(pack, 0, {1});
            tips_ = job.labels.tips();
            return;
        }
        for (const Sequence sequence : forks_) {
            decoder_.drop(sequence);
        }
        forks_.clear();
        const int most = decoder_.can_couple() ? decoder_.sequences() - 2 : 1;
        const int cells = decoder_.cells() - static_cast<int>(job.base);
        std::vector<std::size_t> group;
        int used = 0;
        while (group_at_ < tips_.size() && static_cast<int>(group.size()) < most) {
            used += static_cast<int>(job.labels.nodes[tips_[group_at_]].depth);
            if (used > cells && !group.empty()) {
                break;
            }
            forks_.push_back(static_cast<Sequence>(2 + group.size()));
            decoder_.fork(1, forks_.back());
            group.push_back(tips_[group_at_++]);
        }
        add_nodes_of(pack, 0, group, forks_);
    }

    const std::vector<Job*> jobs_;
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

Room room_to_score(const Job& job, std::size_t shared) {
    Room room;
    room.sequences = static_cast<int>(std::max<std::size_t>(1, job.labels.tips().size()));
    const auto inner = std::count_if(job.labels.nodes.begin() + 1,
                                     job.labels.nodes.end(),
                                     [](const auto& node) { return !node.children.empty(); });
    room.cells = static_cast<int>(job.base - shared) + static_cast<int>(inner);
    return room;
}

std::unique_ptr<Wave> scoring_wave(std::vector<Job*> jobs,
                                   std::size_t shared,
                                   Decoder& decoder,
                                   const Hands& hands) {
    return std::make_unique<ScoringWave>(std::move(jobs), shared, decoder, hands);
}

}  // namespace palier::engine::llama
