#include "engine/llama/writer.h"

#include "engine/llama/log_softmax.h"

#include <llama.h>

#include <algorithm>

namespace palier::engine::llama {
namespace {

// Drawing again and again costs as much as testing every token at some point.
constexpr int k_most_draws = 16;

// What a text is held to says where it ends: a stop string within it is a part of it.
std::vector<std::string> stops_of(const Charge& charge, const Hands& hands) {
    if (charge.held) {
        return {};
    }
    const Request& request = charge.request();
    std::vector<std::string> stops = request.sampling.stop;
    stops.insert(stops.end(), hands.stops.begin(), hands.stops.end());
    return stops;
}

}  // namespace

// llama.cpp's chain: top k, top p, temperature, a draw.
struct Writer::Sampler {
    explicit Sampler(const Sampling& sampling)
        : chain(llama_sampler_chain_init(llama_sampler_chain_default_params())) {
        if (sampling.top_k > 0) {
            llama_sampler_chain_add(chain, llama_sampler_init_top_k(sampling.top_k));
        }
        if (sampling.top_p < 1) {
            llama_sampler_chain_add(
                chain, llama_sampler_init_top_p(static_cast<float>(sampling.top_p), 1));
        }
        llama_sampler_chain_add(chain,
                                llama_sampler_init_temp(static_cast<float>(sampling.temperature)));
        auto seed = static_cast<std::uint32_t>(sampling.seed ^ (sampling.seed >> 32U));
        if (seed == LLAMA_DEFAULT_SEED) {
            seed = 0;  // that number asks llama.cpp for a random seed
        }
        llama_sampler_chain_add(chain, llama_sampler_init_dist(seed));
    }
    ~Sampler() { llama_sampler_free(chain); }
    Sampler(const Sampler&) = delete;
    Sampler& operator=(const Sampler&) = delete;

    llama_sampler* chain;
};

Writer::Writer(const Charge& charge, const Hands& hands)
    : charge_(charge),
      hands_(hands),
      sampler_(charge.request().sampling.temperature > 0
                   ? std::make_unique<Sampler>(charge.request().sampling)
                   : nullptr),
      stream_(stops_of(charge, hands)),
      held_(charge.held) {}

Writer::~Writer() = default;

bool Writer::is_finished() {
    finished_ = finished_ || hands_.desk.is_over(charge_.ticket);
    return finished_;
}

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
    llama_sampler_apply(sampler_->chain, &array);
    const auto selected = static_cast<std::size_t>(std::max<std::int64_t>(array.selected, 0));
    const Token token = array.data[selected].id;
    llama_sampler_accept(sampler_->chain, token);
    return token;
}

bool Writer::begin() {
    if (has_labels()) {
        return follow_only_ways();
    }
    if (charge_.request().sampling.max_tokens < 1) {
        end(Finish::Length);
    }
    return !finished_;
}

void Writer::on_logits(std::span<const float> logits) {
    if (has_labels()) {
        choose_label(logits);
        return;
    }
    const std::optional<Token> chosen = held_ ? choose_held(*held_, logits) : choose(logits, {});
    if (!chosen) {
        finished_ = true;
        hands_.desk.fail(charge_.ticket,
                         FailureKind::ServerError,
                         "no token of the model goes on within what the text is held to");
        return;
    }
    const Token token = *chosen;
    if (hands_.vocabulary.ends_generation(token)) {
        end(Finish::End);
        return;
    }
    ++written_;
    show(stream_.feed(hands_.vocabulary.piece(token, false)));
    if (stream_.stopped() || (held_ && held_->must_end())) {
        end(Finish::End);
    } else if (written_ >= charge_.request().sampling.max_tokens) {
        end(Finish::Length);
    } else {
        pending_.push_back(token);
    }
}

bool Writer::held_takes(HeldText& held, Token token) {
    return hands_.vocabulary.ends_generation(token) ? held.may_end()
                                                    : held.take(charge_.pieces->of(token));
}

// First as if it were free: mostly the model keeps to it by itself, and one token is tested. A
// token that is refused is taken out and another drawn, which gives each of the others its share.
std::optional<Token> Writer::choose_held(HeldText& held, std::span<const float> logits) {
    const Token first = choose(logits, {});
    if (held_takes(held, first)) {
        return first;
    }
    Tokens among = held.may_end() ? charge_.pieces->ends() : Tokens();
    const std::bitset<256> next = held.next_bytes();
    for (std::size_t byte = 0; byte < next.size(); ++byte) {
        if (next[byte]) {
            const Tokens& more = charge_.pieces->beginning_with(byte);
            among.insert(among.end(), more.begin(), more.end());
        }
    }
    std::erase(among, first);
    for (int draws = 0; sampler_ && !among.empty() && draws < k_most_draws; ++draws) {
        const Token token = choose(logits, among);
        if (held_takes(held, token)) {
            return token;
        }
        std::erase(among, token);
    }
    if (sampler_) {
        std::erase_if(among, [&](Token token) {
            HeldText ahead = held;
            const std::string& piece = charge_.pieces->of(token);
            return piece.empty() ? !held.may_end() : !ahead.take(piece);
        });
        if (among.empty()) {
            return std::nullopt;
        }
        const Token token = choose(logits, among);
        return held_takes(held, token) ? std::optional(token) : std::nullopt;
    }
    return likeliest_held(held, logits, std::move(among));
}

std::optional<Token> Writer::likeliest_held(HeldText& held,
                                            std::span<const float> logits,
                                            Tokens among) {
    const auto less = [&logits](Token a, Token b) {
        const float of_a = logits[static_cast<std::size_t>(a)];
        const float of_b = logits[static_cast<std::size_t>(b)];
        return of_a < of_b || (of_a == of_b && a > b);
    };
    std::make_heap(among.begin(), among.end(), less);
    while (!among.empty()) {
        std::pop_heap(among.begin(), among.end(), less);
        if (held_takes(held, among.back())) {
            return among.back();
        }
        among.pop_back();
    }
    return std::nullopt;
}

void Writer::choose_label(std::span<const float> logits) {
    std::vector<Token> ways;
    for (const std::size_t child : charge_.labels.nodes[node_].children) {
        ways.push_back(charge_.labels.nodes[child].token);
    }
    take(choose(logits, ways));
    follow_only_ways();
}

void Writer::take(Token token) {
    for (const std::size_t child : charge_.labels.nodes[node_].children) {
        if (charge_.labels.nodes[child].token == token) {
            node_ = child;
            pending_.push_back(token);
            ++written_;
            return;
        }
    }
}

// Where the labels leave one token, no model is asked. False: a label is complete.
bool Writer::follow_only_ways() {
    while (charge_.labels.nodes[node_].children.size() == 1) {
        take(charge_.labels.nodes[charge_.labels.nodes[node_].children.front()].token);
    }
    const LabelTree::Node& node = charge_.labels.nodes[node_];
    if (!node.children.empty()) {
        return true;
    }
    show(charge_.request().labels[node.labels.front()]);
    end(Finish::End);
    return false;
}

void Writer::show(std::string text) {
    if (text.empty()) {
        return;
    }
    if (!first_text_ms_) {
        first_text_ms_ = hands_.desk.milliseconds_since_post(charge_.ticket);
    }
    if (charge_.request().stream_tokens) {
        hands_.desk.token(charge_.ticket, std::move(text));
    }
}

void Writer::end(Finish finish) {
    finished_ = true;
    Response response;
    if (has_labels()) {
        response.text = charge_.request().labels[charge_.labels.nodes[node_].labels.front()];
    } else {
        show(stream_.finish());
        response.text = stream_.text();
    }
    response.finish = finish;
    response.prompt_tokens = static_cast<int>(charge_.prompt.size());
    response.cached_tokens = charge_.cached;
    response.output_tokens = written_;
    response.ttft_ms = first_text_ms_.value_or(hands_.desk.milliseconds_since_post(charge_.ticket));
    hands_.desk.finish(charge_.ticket, std::move(response));
}

}  // namespace palier::engine::llama
