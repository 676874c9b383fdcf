// A model's tokens: text to tokens and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct llama_model;
struct llama_vocab;

namespace palier::engine::llama {

using Token = std::int32_t;
using Tokens = std::vector<Token>;

// Tokens that both start with.
[[nodiscard]] std::size_t common_length(const Tokens& a, const Tokens& b);

// Does not own the vocabulary: its model must outlive it. Thread-safe.
class Vocabulary {
   public:
    explicit Vocabulary(const llama_vocab* vocab) : vocab_(vocab) {}

    [[nodiscard]] int size() const;
    // With `special`, texts like "<|im_end|>" become the one token they name. Never adds a token
    // for the beginning or the end.
    [[nodiscard]] Tokens tokens_of(std::string_view text, bool special) const;
    // A token's bytes, which may be a part of a character. Control tokens are empty unless
    // `special`.
    [[nodiscard]] std::string piece(Token token, bool special) const;
    [[nodiscard]] bool is_control(Token token) const;
    [[nodiscard]] bool ends_generation(Token token) const;
    // The token that the model's prompts begin with, if it wants one.
    [[nodiscard]] std::optional<Token> beginning() const;
    // The token that ends an answer: end of turn, else end of text.
    [[nodiscard]] std::optional<Token> end_of_turn() const;
    [[nodiscard]] std::string beginning_text() const;  // what templates call bos_token; "" if none
    [[nodiscard]] std::string end_text() const;        // eos_token

   private:
    const llama_vocab* vocab_;
};

[[nodiscard]] Vocabulary vocabulary_of(const llama_model* model);

}  // namespace palier::engine::llama
