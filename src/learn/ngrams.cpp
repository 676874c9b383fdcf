#include "learn/ngrams.h"

#include "learn/closest.h"
#include "lib/unicode/unicode.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace palier::learn {
namespace {

constexpr std::size_t k_shortest = 2, k_longest = 5;  // letters of a run

// FNV-1a (Fowler, Noll, Vo); the last bit says which kind of piece it is.
std::uint32_t hash_of(std::string_view piece, bool is_word) {
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : piece) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    }
    return (hash & ~1U) | (is_word ? 1U : 0U);
}

void add_runs(const std::string& word, std::map<std::uint32_t, int>& counts) {
    const std::string bounded = " " + word + " ";
    std::vector<std::size_t> starts;
    for (std::size_t at = 0; at < bounded.size();
         at += unicode::code_point_at(bounded, at).length) {
        starts.push_back(at);
    }
    starts.push_back(bounded.size());
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        for (std::size_t length = k_shortest; length <= k_longest && i + length < starts.size();
             ++length) {
            const std::string_view run =
                std::string_view(bounded).substr(starts[i], starts[i + length] - starts[i]);
            ++counts[hash_of(run, false)];
        }
    }
}

std::map<std::uint32_t, int> pieces_of(std::string_view text) {
    std::map<std::uint32_t, int> counts;
    const std::vector<std::string> words = words_of(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        ++counts[hash_of(words[i], true)];
        if (i > 0) {
            ++counts[hash_of(words[i - 1] + " " + words[i], true)];
        }
        add_runs(words[i], counts);
    }
    return counts;
}

}  // namespace

std::string text_of(const std::string& input, const std::string& context) {
    return context.empty() ? input : context + "\n" + input;
}

double product(const Sparse& a, const Sparse& b) {
    double sum = 0;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
        if (i->first == j->first) {
            sum += static_cast<double>(i->second) * static_cast<double>(j->second);
            ++i;
            ++j;
        } else if (i->first < j->first) {
            ++i;
        } else {
            ++j;
        }
    }
    return sum;
}

Ngrams::Ngrams(std::span<const std::string> texts) {
    std::map<std::uint32_t, int> documents;
    for (const std::string& text : texts) {
        for (const auto& [piece, count] : pieces_of(text)) {
            ++documents[piece];
        }
    }
    const auto all = static_cast<double>(texts.size());
    rarities_.reserve(documents.size());
    for (const auto& [piece, count] : documents) {
        rarities_.emplace_back(piece, static_cast<float>(std::log((1 + all) / (1 + count)) + 1));
    }
}

Sparse Ngrams::of(std::string_view text) const {
    Sparse out;
    double squares[2] = {0, 0};
    for (const auto& [piece, count] : pieces_of(text)) {
        const auto known =
            std::ranges::lower_bound(rarities_, piece, {}, &Sparse::value_type::first);
        if (known == rarities_.end() || known->first != piece) {
            continue;
        }
        const double weight = (1 + std::log(count)) * static_cast<double>(known->second);
        squares[piece & 1U] += weight * weight;
        out.emplace_back(piece, static_cast<float>(weight));
    }
    for (auto& [piece, weight] : out) {
        weight = static_cast<float>(weight / std::sqrt(2 * squares[piece & 1U]));
    }
    return out;
}

}  // namespace palier::learn
