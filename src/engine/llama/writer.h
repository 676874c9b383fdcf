// One text in the making: chooses tokens by the logits it is given, and ends its request.
#pragma once

#include "engine/llama/charge.h"
#include "engine/llama/text_stream.h"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace palier::engine::llama {

// Lives no longer than its charge and hands.
class Writer {
   public:
    Writer(const Charge& charge, const Hands& hands);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Before the first logits. False: nothing is left to choose, and the request has ended.
    [[nodiscard]] bool begin();
    // After the prompt, then after each time what take_tokens() gave was computed.
    void on_logits(std::span<const float> logits);
    // Tokens chosen and not computed yet; afterwards none are.
    [[nodiscard]] Tokens take_tokens() { return std::exchange(pending_, {}); }
    // It ends without a word when it is cancelled or late.
    [[nodiscard]] bool is_finished();

   private:
    struct Sampler;

    [[nodiscard]] bool has_labels() const { return !charge_.request().labels.empty(); }
    [[nodiscard]] Token choose(std::span<const float> logits, std::span<const Token> among);
    // Absent: none of the model's tokens goes on within what the text is held to.
    [[nodiscard]] std::optional<Token> choose_held(HeldText& held, std::span<const float> logits);
    [[nodiscard]] std::optional<Token> likeliest_held(HeldText& held,
                                                      std::span<const float> logits,
                                                      Tokens among);
    [[nodiscard]] bool held_takes(HeldText& held, Token token);
    void take(Token token);
    void choose_label(std::span<const float> logits);
    bool follow_only_ways();
    void show(std::string text);
    void end(Finish finish);

    const Charge& charge_;
    const Hands& hands_;
    std::unique_ptr<Sampler> sampler_;  // null: greedy
    TextStream stream_;
    Tokens pending_;
    std::optional<HeldText> held_;
    std::size_t node_ = 0;  // in the label tree
    bool finished_ = false;
    int written_ = 0;
    std::optional<double> first_text_ms_;
};

}  // namespace palier::engine::llama
