// What was learned from labelled examples, and can choose a label: a head on a frozen model's
// hidden state, or a baseline that needs no model. One value, one small file
// (docs/formats/learned.md).
#pragma once

#include "base/result.h"
#include "learn/ngrams.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::learn {

// The label that is most frequent, whatever the text.
struct Majority {
    std::vector<double> log_shares;  // by label, each with half a case more than it had
};

// The label of the most alike example (cosine of tf-idf n-grams).
struct Nearest {
    Ngrams ngrams;
    std::vector<Sparse> examples;
    std::vector<std::uint32_t> labels;  // of each
};

// Multinomial logistic regression on tf-idf n-grams.
struct LinearText {
    Ngrams ngrams;
    std::vector<float> weights;  // pieces x labels, in the order of ngrams.rarities()
    std::vector<float> bias;
};

// Multinomial logistic regression on standardised hidden states.
struct Head {
    std::string model_identity;  // of the model whose states it reads
    std::vector<float> mean;
    std::vector<float> scale;    // what each dimension is multiplied by
    std::vector<float> weights;  // labels x dimensions
    std::vector<float> bias;
};

struct Learned {
    std::vector<std::string> labels;
    std::int64_t examples = 0;
    std::string examples_sha256;  // of the cases that it was learned from
    double strength = 0;          // C of a regression, 0 where there is none
    std::variant<Majority, Nearest, LinearText, Head> how;

    // One score a label; their softmax are probabilities, as well as the method knows. The text of
    // a Head is its state's business: it takes none.
    [[nodiscard]] std::vector<double> scores(std::string_view text) const;
    // Head only. state: of as many dimensions as it was learned on.
    [[nodiscard]] std::vector<double> scores(std::span<const float> state) const;
    [[nodiscard]] const Head* head() const { return std::get_if<Head>(&how); }
};

// "majority", "nearest", "n-grams", "head".
[[nodiscard]] std::string_view name_of(const Learned& learned);

// The file's bytes; the same value gives the same bytes.
[[nodiscard]] std::string bytes_of(const Learned& learned);
// Back, from arbitrary bytes. Error 2801 {path, why}.
[[nodiscard]] Result<Learned> learned_of(std::string_view bytes, const std::string& path);

// A file's first line before its `body`: the version and the checksum.
[[nodiscard]] std::string with_checksum(std::string_view body);

// Reads a file. Errors 1001 {file, reason}, 2801.
[[nodiscard]] Result<Learned> read_learned(const std::string& path);

}  // namespace palier::learn
