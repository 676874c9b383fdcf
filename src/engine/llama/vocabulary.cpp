#include "engine/llama/vocabulary.h"

#include "base/check.h"

#include <llama.h>

#include <algorithm>
#include <array>

namespace palier::engine::llama {

std::size_t common_length(const Tokens& a, const Tokens& b) {
    const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(end - a.begin());
}

int Vocabulary::size() const {
    return llama_vocab_n_tokens(vocab_);
}

Tokens Vocabulary::tokens_of(std::string_view text, bool special) const {
    const auto length = static_cast<std::int32_t>(text.size());
    Tokens tokens(text.size() + 4);
    const auto tokenize = [&] {
        return llama_tokenize(vocab_,
                              text.data(),
                              length,
                              tokens.data(),
                              static_cast<std::int32_t>(tokens.size()),
                              false,
                              special);
    };
    std::int32_t count = tokenize();
    if (count < 0) {
        PALIER_CHECK(count != INT32_MIN, "text too long to tokenise");
        tokens.resize(static_cast<std::size_t>(-count));
        count = tokenize();
    }
    tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
    return tokens;
}

std::string Vocabulary::piece(Token token, bool special) const {
    std::array<char, 64> small{};
    const std::int32_t length = llama_token_to_piece(
        vocab_, token, small.data(), static_cast<std::int32_t>(small.size()), 0, special);
    if (length >= 0) {
        return {small.data(), static_cast<std::size_t>(length)};
    }
    std::string large(static_cast<std::size_t>(-length), '\0');
    const std::int32_t written =
        llama_token_to_piece(vocab_, token, large.data(), -length, 0, special);
    large.resize(static_cast<std::size_t>(std::max(written, 0)));
    return large;
}

bool Vocabulary::is_control(Token token) const {
    return llama_vocab_is_control(vocab_, token);
}

bool Vocabulary::ends_generation(Token token) const {
    return llama_vocab_is_eog(vocab_, token);
}

std::optional<Token> Vocabulary::beginning() const {
    const Token token = llama_vocab_bos(vocab_);
    if (!llama_vocab_get_add_bos(vocab_) || token == LLAMA_TOKEN_NULL) {
        return std::nullopt;
    }
    return token;
}

std::optional<Token> Vocabulary::end_of_turn() const {
    for (const Token token : {llama_vocab_eot(vocab_), llama_vocab_eos(vocab_)}) {
        if (token != LLAMA_TOKEN_NULL) {
            return token;
        }
    }
    return std::nullopt;
}

std::string Vocabulary::beginning_text() const {
    const Token token = llama_vocab_bos(vocab_);
    return token == LLAMA_TOKEN_NULL ? std::string() : piece(token, true);
}

std::string Vocabulary::end_text() const {
    const Token token = llama_vocab_eos(vocab_);
    return token == LLAMA_TOKEN_NULL ? std::string() : piece(token, true);
}

Vocabulary vocabulary_of(const llama_model* model) {
    return Vocabulary(llama_model_get_vocab(model));
}

}  // namespace palier::engine::llama
