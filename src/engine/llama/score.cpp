// Scoring a wave: the rest of every prompt and the inner nodes of every label tree go into one
// pack. A prompt's tokens belong to all the sequences that its labels need, so nothing is computed
// twice, and labels of one token cost nothing beyond the prompt's last logits.
#include "base/check.h"
#include "engine/llama/log_softmax.h"
#include "engine/llama/wave.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

struct Row {
    std::size_t job = 0;
    std::size_t node = 0;
};

class Scoring {
   public:
    Scoring(const std::vector<Job*>& wave, std::size_t shared, const Hands& hands)
        : wave_(wave), shared_(shared), hands_(hands) {
        for (const Job* job : wave_) {
            log_probabilities_.emplace_back(job->labels.nodes.size(), 0.0);
        }
    }

    Decoded run();
    void answer();

   private:
    // One prompt whose label tree has more tips than there are sequences, or whose memory cannot
    // give a token to several: the prompt first, then its tips in groups.
    Decoded run_in_groups();
    void add_prompt(std::size_t job, const std::vector<Sequence>& sequences);
    // The inner nodes above `tips`, which have the sequences first, first + 1...
    void add_nodes(std::size_t job, std::span<const std::size_t> tips, Sequence first);
    Decoded compute();
    [[nodiscard]] std::optional<std::size_t> new_row(std::size_t job, std::size_t node);

    const std::vector<Job*>& wave_;
    std::size_t shared_;
    const Hands& hands_;
    std::vector<std::vector<double>> log_probabilities_;  // per job and node: of its own token
    std::vector<Row> rows_;
    Pack pack_;
};

std::optional<std::size_t> Scoring::new_row(std::size_t job, std::size_t node) {
    if (wave_[job]->labels.nodes[node].children.empty()) {
        return std::nullopt;
    }
    rows_.push_back({job, node});
    return rows_.size() - 1;
}

void Scoring::add_prompt(std::size_t job, const std::vector<Sequence>& sequences) {
    for (const Sequence sequence : sequences) {
        hands_.decoder.fork(0, sequence);
    }
    const Job& ready = *wave_[job];
    for (std::size_t i = shared_; i < ready.base; ++i) {
        const bool last = i + 1 == ready.base;
        pack_.entries.push_back({ready.prompt[i],
                                 static_cast<int>(i),
                                 sequences,
                                 last ? new_row(job, 0) : std::nullopt});
    }
}

void Scoring::add_nodes(std::size_t job, std::span<const std::size_t> tips, Sequence first) {
    const Job& ready = *wave_[job];
    std::vector<std::vector<Sequence>> sequences(ready.labels.nodes.size());
    for (std::size_t i = 0; i < tips.size(); ++i) {
        for (const std::size_t node : ready.labels.path_to(tips[i])) {
            sequences[node].push_back(first + static_cast<Sequence>(i));
        }
    }
    for (std::size_t node = 1; node < sequences.size(); ++node) {
        if (!sequences[node].empty()) {
            pack_.entries.push_back(
                {ready.labels.nodes[node].token,
                 static_cast<int>(ready.base + ready.labels.nodes[node].depth) - 1,
                 std::move(sequences[node]),
                 new_row(job, node)});
        }
    }
}

Decoded Scoring::compute() {
    const Decoded decoded =
        hands_.decoder.run(pack_, [this](std::size_t row, std::span<const float> logits) {
            const auto& [job, node] = rows_[row];
            const auto& nodes = wave_[job]->labels.nodes;
            const double normal = log_sum_exp(logits);
            for (const std::size_t child : nodes[node].children) {
                const auto token = static_cast<std::size_t>(nodes[child].token);
                log_probabilities_[job][child] = static_cast<double>(logits[token]) - normal;
            }
        });
    pack_.entries.clear();
    rows_.clear();
    return decoded;
}

Decoded Scoring::run() {
    if (wave_.size() == 1) {
        const int needed = room_to_score(*wave_.front(), shared_).sequences;
        if (!hands_.decoder.can_couple() || needed > hands_.decoder.sequences() - 1) {
            return run_in_groups();
        }
    }
    Sequence next = 1;
    for (std::size_t job = 0; job < wave_.size(); ++job) {
        const std::vector<std::size_t> tips = wave_[job]->labels.tips();
        std::vector<Sequence> sequences(std::max<std::size_t>(1, tips.size()));
        const Sequence first = next;
        for (Sequence& sequence : sequences) {
            sequence = next++;
        }
        add_prompt(job, sequences);
        add_nodes(job, tips, first);
    }
    return compute();
}

Decoded Scoring::run_in_groups() {
    const Job& job = *wave_.front();
    add_prompt(0, {1});
    Decoded decoded = compute();
    const std::vector<std::size_t> tips = job.labels.tips();
    const int most = hands_.decoder.can_couple() ? hands_.decoder.sequences() - 2 : 1;
    const int cells = hands_.decoder.cells() - static_cast<int>(job.base);
    std::size_t begin = 0;
    while (decoded == Decoded::Done && begin < tips.size()) {
        std::size_t end = begin;
        int used = 0;
        while (end < tips.size() && static_cast<int>(end - begin) < most) {
            used += static_cast<int>(job.labels.nodes[tips[end]].depth);
            if (used > cells && end > begin) {
                break;
            }
            hands_.decoder.fork(1, static_cast<Sequence>(2 + end - begin));
            ++end;
        }
        add_nodes(0, std::span(tips).subspan(begin, end - begin), 2);
        decoded = compute();
        for (std::size_t i = begin; i < end; ++i) {
            hands_.decoder.drop(static_cast<Sequence>(2 + i - begin));
        }
        begin = end;
    }
    return decoded;
}

void Scoring::answer() {
    for (std::size_t i = 0; i < wave_.size(); ++i) {
        const Job& job = *wave_[i];
        Response response;
        response.scores.resize(job.request().labels.size());
        std::vector<double> sums(job.labels.nodes.size(), 0.0);
        for (std::size_t node = 0; node < sums.size(); ++node) {
            const LabelTree::Node& entry = job.labels.nodes[node];
            if (node > 0) {
                sums[node] = sums[entry.parent] + log_probabilities_[i][node];
            }
            for (const std::size_t label : entry.labels) {
                response.scores[label] = {sums[node], static_cast<int>(entry.depth)};
            }
        }
        response.prompt_tokens = static_cast<int>(job.prompt.size());
        response.cached_tokens = job.cached;
        response.output_tokens = 0;
        response.ttft_ms = hands_.desk.milliseconds_since_post(job.ticket);
        hands_.desk.finish(job.ticket, std::move(response));
    }
}

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

void score(const std::vector<Job*>& wave, std::size_t shared, const Hands& hands) {
    PALIER_CHECK(!wave.empty(), "an empty wave");
    Scoring scoring(wave, shared, hands);
    const Decoded decoded = scoring.run();
    if (decoded == Decoded::Done) {
        scoring.answer();
    } else {
        end_after(decoded, wave, hands.desk);
    }
}

}  // namespace palier::engine::llama
