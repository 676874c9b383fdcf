#include "eval/language.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace palier::eval {
namespace {

// The most frequent words of each language, without those that the other one has too ("on", "me",
// "a", "or", "six", "pour", "comment", "as").
constexpr std::array<std::string_view, 34> k_french{
    "le", "la",    "les",  "des",  "du",   "et",  "est", "une",  "un",   "je",     "vous", "nous",
    "il", "elle",  "dans", "pas",  "que",  "qui", "sur", "avec", "mon",  "ma",     "mes",  "votre",
    "ce", "cette", "ne",   "plus", "mais", "au",  "aux", "sont", "être", "bonjour"};
constexpr std::array<std::string_view, 34> k_english{
    "the", "of",    "and",   "to",    "is",   "in",   "it",    "you",  "that",
    "was", "for",   "are",   "with",  "my",   "this", "have",  "be",   "not",
    "we",  "your",  "what",  "which", "were", "i'm",  "from",  "they", "would",
    "how", "there", "their", "will",  "can",  "has",  "please"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool ends_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (byte >= 'a' && byte <= 'z') || byte >= 0x80;
    return !letter && c != '\'';
}

void count_words(std::string_view text, LanguageGuess& guess) {
    constexpr std::size_t k_most_bytes = 4000;
    const std::string lower = to_lower(text.substr(0, k_most_bytes));
    std::size_t start = 0;
    for (std::size_t i = 0; i <= lower.size(); ++i) {
        if (i < lower.size() && !ends_word(lower[i])) {
            continue;
        }
        std::string_view word = std::string_view(lower).substr(start, i - start);
        start = i + 1;
        // "l'école", "d'un", "qu'il": an elision is as good as a function word.
        const std::size_t apostrophe = word.find('\'');
        if (apostrophe == 1 &&
            std::string_view("ldjnmtsc").find(word[0]) != std::string_view::npos) {
            ++guess.french;
            word.remove_prefix(2);
        }
        if (word.empty()) {
            continue;
        }
        guess.french += is_one_of(k_french, word) ? 1 : 0;
        guess.english += is_one_of(k_english, word) ? 1 : 0;
    }
}

}  // namespace

LanguageGuess guess_language(const std::vector<std::string_view>& texts) {
    constexpr std::size_t k_most_texts = 2000;
    LanguageGuess guess;
    for (std::size_t i = 0; i < std::min(texts.size(), k_most_texts); ++i) {
        count_words(texts[i], guess);
    }
    constexpr int k_enough = 3;
    if (guess.french >= k_enough && guess.french >= 2 * guess.english) {
        guess.language = "fr";
    } else if (guess.english >= k_enough && guess.english >= 2 * guess.french) {
        guess.language = "en";
    }
    return guess;
}

}  // namespace palier::eval
