// Generating for a wave: the rest of every prompt in one pack, then one token of every text that is
// not finished in each forward pass.
#include "engine/llama/log_softmax.h"
#include "engine/llama/text_stream.h"
#include "engine/llama/wave.h"

#include <llama.h>

#include <algorithm>

namespace palier::engine::llama {
namespace {

struct SamplerClose {
    void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using SamplerPtr = std::unique_ptr<llama_sampler, SamplerClose>;

// Null: greedy.
SamplerPtr sampler_for(const Sampling& sampling) {
    if (sampling.temperature <= 0) {
        return nullptr;
    }
    SamplerPtr chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    if (sampling.top_k > 0) {
        llama_sampler_chain_add(chain.get(), llama_sampler_init_top_k(sampling.top_k));
    }
    if (sampling.top_p < 1) {
        llama_sampler_chain_add(chain.get(),
                                llama_sampler_init_top_p(static_cast<float>(sampling.top_p), 1));
    }
    llama_sampler_chain_add(chain.get(),
                            llama_sampler_init_temp(static_cast<float>(sampling.temperature)));
    auto seed = static_cast<std::uint32_t>(sampling.seed ^ (sampling.seed >> 32U));
    if (seed == LLAMA_DEFAULT_SEED) {
        seed = 0;  // that number asks llama.cpp for a random seed
    }
    llama_sampler_chain_add(chain.get(), llama_sampler_init_dist(seed));
    return chain;
}

// One text in the making.
class Writer {
   public:
    Writer(Job& job, Sequence sequence, const Hands& hands)
        : job_(job),
          sequence_(sequence),
          hands_(hands),
          sampler_(sampler_for(job.request().sampling)),
          stream_(stops_of(job.request(), hands)),
          position_(job.base) {}

    // The rest of the prompt, or the tokens chosen since; the last one's logits are row `row`.
    void add_to(Pack& pack, std::size_t row, std::size_t shared);
    void on_logits(std::span<const float> logits);
    // It ends without a word when it is cancelled or late.
    [[nodiscard]] bool is_finished() {
        finished_ = finished_ || hands_.desk.is_over(job_.ticket);
        return finished_;
    }
    // True: nothing is left to choose, so nothing has to be computed.
    [[nodiscard]] bool can_start();
    [[nodiscard]] Sequence sequence() const { return sequence_; }
    [[nodiscard]] Job& job() const { return job_; }

   private:
    static std::vector<std::string> stops_of(const Request& request, const Hands& hands) {
        std::vector<std::string> stops = request.sampling.stop;
        stops.insert(stops.end(), hands.stops.begin(), hands.stops.end());
        return stops;
    }
    [[nodiscard]] bool is_constrained() const { return !job_.request().labels.empty(); }
    [[nodiscard]] Token choose(std::span<const float> logits, std::span<const Token> among);
    void take(Token token);
    void choose_label(std::span<const float> logits);
    bool follow_only_ways();
    void show(std::string text);
    void end(Finish finish);

    Job& job_;
    Sequence sequence_;
    const Hands& hands_;
    SamplerPtr sampler_;
    TextStream stream_;
    std::size_t position_;        // of the next token
    std::vector<Token> pending_;  // chosen, not computed
    std::size_t node_ = 0;        // in the label tree
    bool prompted_ = false;
    bool finished_ = false;
    int written_ = 0;
    std::optional<double> first_text_ms_;
};

Token Writer::choose(std::span<const float> logits, std::span<const Token> among) {
    if (!sampler_ && among.empty()) {
        return static_cast<Token>(index_of_largest(logits));
    }
    std::vector<llama_token_data> candidates;
    const std::size_t count = among.empty() ? logits.size() : among.size();
    candidates.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Token token = among.empty() ? static_cast<Token>(i) : among[i];
        candidates.push_back({token, logits[static_cast<std::size_t>(token)], 0.0F});
    }
    if (!sampler_) {
        return std::max_element(candidates.begin(),
                                candidates.end(),
                                [](const auto& a, const auto& b) { return a.logit < b.logit; })
            ->id;
    }
    llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
    llama_sampler_apply(sampler_.get(), &array);
    const auto selected = static_cast<std::size_t>(std::max<std::int64_t>(array.selected, 0));
    const Token token = array.data[selected].id;
    llama_sampler_accept(sampler_.get(), token);
    return token;
}

bool Writer::can_start() {
    if (is_constrained()) {
        return follow_only_ways();
    }
    if (job_.request().sampling.max_tokens < 1) {
        end(Finish::Length);
    }
    return !finished_;
}

void Writer::add_to(Pack& pack, std::size_t row, std::size_t shared) {
    if (!prompted_) {
        for (std::size_t i = shared; i < job_.base; ++i) {
            pack.entries.push_back({job_.prompt[i], static_cast<int>(i), {sequence_}, {}});
        }
        prompted_ = true;
    }
    for (const Token token : pending_) {
        pack.entries.push_back({token, static_cast<int>(position_++), {sequence_}, {}});
    }
    pending_.clear();
    pack.entries.back().row = row;
}

void Writer::on_logits(std::span<const float> logits) {
    if (is_constrained()) {
        choose_label(logits);
        return;
    }
    const Token token = choose(logits, {});
    if (hands_.vocabulary.ends_generation(token)) {
        end(Finish::End);
        return;
    }
    ++written_;
    show(stream_.feed(hands_.vocabulary.piece(token, false)));
    if (stream_.stopped()) {
        end(Finish::End);
    } else if (written_ >= job_.request().sampling.max_tokens) {
        end(Finish::Length);
    } else {
        pending_.push_back(token);
    }
}

void Writer::choose_label(std::span<const float> logits) {
    std::vector<Token> ways;
    for (const std::size_t child : job_.labels.nodes[node_].children) {
        ways.push_back(job_.labels.nodes[child].token);
    }
    take(choose(logits, ways));
    follow_only_ways();
}

void Writer::take(Token token) {
    for (const std::size_t child : job_.labels.nodes[node_].children) {
        if (job_.labels.nodes[child].token == token) {
            node_ = child;
            pending_.push_back(token);
            ++written_;
            return;
        }
    }
}

// Where the labels leave one token, no model is asked. False: a label is complete.
bool Writer::follow_only_ways() {
    while (job_.labels.nodes[node_].children.size() == 1) {
        take(job_.labels.nodes[job_.labels.nodes[node_].children.front()].token);
    }
    const LabelTree::Node& node = job_.labels.nodes[node_];
    if (!node.children.empty()) {
        return true;
    }
    show(job_.request().labels[node.labels.front()]);
    end(Finish::End);
    return false;
}

void Writer::show(std::string text) {
    if (text.empty()) {
        return;
    }
    if (!first_text_ms_) {
        first_text_ms_ = hands_.desk.milliseconds_since_post(job_.ticket);
    }
    if (job_.request().stream_tokens) {
        hands_.desk.token(job_.ticket, std::move(text));
    }
}

void Writer::end(Finish finish) {
    finished_ = true;
    Response response;
    if (is_constrained()) {
        response.text = job_.request().labels[job_.labels.nodes[node_].labels.front()];
    } else {
        show(stream_.finish());
        response.text = stream_.text();
    }
    response.finish = finish;
    response.prompt_tokens = static_cast<int>(job_.prompt.size());
    response.cached_tokens = job_.cached;
    response.output_tokens = written_;
    response.ttft_ms = first_text_ms_.value_or(hands_.desk.milliseconds_since_post(job_.ticket));
    hands_.desk.finish(job_.ticket, std::move(response));
}

}  // namespace

Room room_to_generate(const Job& job, std::size_t shared) {
    const std::size_t longest =
        job.request().labels.empty()
            ? static_cast<std::size_t>(std::max(0, job.request().sampling.max_tokens))
            : job.labels.longest();
    return {1, static_cast<int>(job.base - shared + longest)};
}

void generate(const std::vector<Job*>& wave, std::size_t shared, const Hands& hands) {
    std::vector<std::unique_ptr<Writer>> writers;
    for (Job* job : wave) {
        auto writer =
            std::make_unique<Writer>(*job, static_cast<Sequence>(writers.size() + 1), hands);
        if (writer->can_start()) {
            hands.decoder.fork(0, writer->sequence());
            writers.push_back(std::move(writer));
        }
    }
    while (!writers.empty()) {
        Pack pack;
        std::vector<TicketPtr> tickets;
        for (std::size_t row = 0; row < writers.size(); ++row) {
            writers[row]->add_to(pack, row, shared);
            tickets.push_back(writers[row]->job().ticket);
        }
        hands.desk.watch(std::move(tickets));
        const Decoded decoded =
            hands.decoder.run(pack, [&](std::size_t row, std::span<const float> logits) {
                if (!writers[row]->is_finished()) {
                    writers[row]->on_logits(logits);
                }
            });
        if (decoded != Decoded::Done) {
            std::vector<Job*> left;
            for (const auto& writer : writers) {
                left.push_back(&writer->job());
            }
            end_after(decoded, left, hands.desk);
            return;
        }
        std::erase_if(writers, [&hands](const std::unique_ptr<Writer>& writer) {
            if (!writer->is_finished()) {
                return false;
            }
            hands.decoder.drop(writer->sequence());
            return true;
        });
    }
}

}  // namespace palier::engine::llama
