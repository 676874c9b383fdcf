// Near-duplicate texts: MinHash signatures with banded locality-sensitive hashing (Broder 1997;
// Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3). Not all pairs.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace palier::eval {

// Jaccard similarity of the sets of character 5-grams of two texts, after lower-casing and
// collapsing white space; bytes beyond the first 4,000 are not looked at. Two texts shorter than 5
// bytes are compared as a whole.
[[nodiscard]] double jaccard_5gram(std::string_view a, std::string_view b);

inline constexpr double k_near_duplicate = 0.8;

// Groups of texts linked by a similarity of at least 0.8: for each text the number of its group;
// texts alone have a group of their own. Every link was verified with jaccard_5gram; a link at 0.8
// exactly is found with probability above 0.9999 (25 bands of 5 rows). Links chain: two texts of a
// group may differ more. Memory: about 120 bytes a text besides the texts.
[[nodiscard]] std::vector<std::size_t> near_duplicate_groups(
    const std::vector<std::string_view>& texts);

}  // namespace palier::eval
