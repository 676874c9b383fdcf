// Which of some texts are most like another one: by words, BM25 (Robertson and Zaragoza, "The
// Probabilistic Relevance Framework", 2009, with the idf of Lucene, which is never negative).
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::learn {

// The words of a text; letter case and width do not count, punctuation parts them.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

// Pure once made.
class Closest {
   public:
    Closest() = default;
    explicit Closest(std::span<const std::string> texts);

    // The places of the `count` texts that are most like this one, the closest last; of equals the
    // earlier text counts as the closer. Left out: a text that is the same, or so nearly that of
    // the words of both at least nine in ten are common. What shares no word with it is as far away
    // as anything can be, and still given.
    [[nodiscard]] std::vector<std::size_t> to(std::string_view text, std::size_t count) const;

   private:
    struct Document {
        std::size_t words = 0;  // each counted once
        double length = 0;
    };
    std::vector<Document> documents_;
    // By word: the texts that have it, and how often.
    std::map<std::string, std::vector<std::pair<std::size_t, int>>, std::less<>> postings_;
    double mean_length_ = 0;
};

}  // namespace palier::learn
