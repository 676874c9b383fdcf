// Texts as counts of their pieces: single words and pairs of them, and runs of two to five letters
// within words, hashed to 32 bits; letter case and width do not count. Weighted by tf-idf
// (sublinear tf, smooth idf, each of both kinds of length 1/sqrt 2), as scikit-learn's
// TfidfVectorizer does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::learn {

// Pieces by their hash, growing.
using Sparse = std::vector<std::pair<std::uint32_t, float>>;
[[nodiscard]] double product(const Sparse& a, const Sparse& b);

// What is read of an input: its context too, "" = none.
[[nodiscard]] std::string text_of(const std::string& input, const std::string& context);

// Pure once made.
class Ngrams {
   public:
    Ngrams() = default;
    // Learns how rare each piece is.
    explicit Ngrams(std::span<const std::string> texts);
    // From what `rarities` gave.
    explicit Ngrams(Sparse rarities) : rarities_(std::move(rarities)) {}

    // Pieces that no text learned from had are left out. Length 1, or less where a text has none.
    [[nodiscard]] Sparse of(std::string_view text) const;
    [[nodiscard]] const Sparse& rarities() const { return rarities_; }

   private:
    Sparse rarities_;  // idf
};

}  // namespace palier::learn
