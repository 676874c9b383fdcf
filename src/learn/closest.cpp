#include "learn/closest.h"

#include "lib/unicode/unicode.h"

#include <algorithm>
#include <cmath>

namespace palier::learn {
namespace {

constexpr double k_saturation = 1.2, k_by_length = 0.75;  // k1 and b of the paper
constexpr double k_same = 0.9;

std::vector<std::string> distinct(std::vector<std::string> words) {
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    return words;
}

// Jaccard similarity of two sets of words; two texts without words are the same.
double likeness(std::size_t a, std::size_t b, std::size_t common) {
    const std::size_t all = a + b - common;
    return all == 0 ? 1 : static_cast<double>(common) / static_cast<double>(all);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    const std::string letters = unicode::same_letters(text);
    std::vector<std::string> words(1);
    for (std::size_t at = 0; at < letters.size();) {
        const unicode::CodePoint point = unicode::code_point_at(letters, at);
        const unicode::Kind kind = unicode::kind_of(point.value);
        if (kind == unicode::Kind::Space || kind == unicode::Kind::Punctuation) {
            words.emplace_back();
        } else {
            words.back().append(letters, at, point.length);
        }
        at += point.length;
    }
    std::erase(words, "");
    return words;
}

Closest::Closest(std::span<const std::string> texts) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::map<std::string, int> counts;
        for (std::string& word : words_of(texts[i])) {
            ++counts[std::move(word)];
        }
        Document document;
        for (const auto& [word, count] : counts) {
            ++document.words;
            document.length += count;
            postings_[word].emplace_back(i, count);
        }
        mean_length_ += document.length / static_cast<double>(texts.size());
        documents_.push_back(document);
    }
}

std::vector<std::size_t> Closest::to(std::string_view text, std::size_t count) const {
    const std::vector<std::string> words = distinct(words_of(text));
    const auto all = static_cast<double>(documents_.size());
    std::vector<double> scores(documents_.size(), 0);
    std::vector<std::size_t> common(documents_.size(), 0);
    for (const std::string& word : words) {
        const auto found = postings_.find(word);
        if (found == postings_.end()) {
            continue;
        }
        const auto having = static_cast<double>(found->second.size());
        const double rarity = std::log(1 + (all - having + 0.5) / (having + 0.5));
        for (const auto& [place, times] : found->second) {
            ++common[place];
            const double length =
                1 - k_by_length + k_by_length * documents_[place].length / mean_length_;
            scores[place] += rarity * times * (k_saturation + 1) / (times + k_saturation * length);
        }
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (likeness(documents_[i].words, words.size(), common[i]) < k_same) {
            order.push_back(i);
        }
    }
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return scores[i]; });
    order.resize(std::min(order.size(), count));
    std::ranges::reverse(order);
    return order;
}

}  // namespace palier::learn
