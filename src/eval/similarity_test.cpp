#include "eval/similarity.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>

namespace palier::eval {
namespace {

std::string random_words(Rng& rng, std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) {
        for (std::uint64_t letters = 2 + rng.below(7); letters > 0; --letters) {
            text += static_cast<char>('a' + rng.below(26));
        }
        text += ' ';
    }
    return text;
}

TEST_CASE("similarity is that of the sets of 5-grams") {
    CHECK(jaccard_5gram("abcdefgh", "abcdefgh") == 1);
    CHECK(jaccard_5gram("ABC  defgh", "abc defgh\n") == 1);
    CHECK(jaccard_5gram("abcdef", "abcdeg") == doctest::Approx(1.0 / 3));
    CHECK(jaccard_5gram("abcdefgh", "stuvwxyz") == 0);
    CHECK(jaccard_5gram("ok", "ok") == 1);
    CHECK(jaccard_5gram("ok", "no") == 0);
    CHECK(jaccard_5gram("", "") == 1);
}

TEST_CASE("groups are those that comparing all pairs finds") {
    Rng rng(53);
    std::vector<std::string> owned;
    for (int i = 0; i < 150; ++i) {
        std::string text = random_words(rng, 12);
        owned.push_back(text);
        for (std::uint64_t copies = rng.below(3); copies > 0; --copies) {
            for (std::uint64_t edits = rng.below(4); edits > 0; --edits) {
                text[rng.below(text.size())] = 'z';
            }
            owned.push_back(text);
        }
    }
    const std::vector<std::string_view> texts(owned.begin(), owned.end());
    const std::vector<std::size_t> groups = near_duplicate_groups(texts);
    int similar = 0, missed = 0;
    for (std::size_t a = 0; a < texts.size(); ++a) {
        for (std::size_t b = a + 1; b < texts.size(); ++b) {
            if (jaccard_5gram(texts[a], texts[b]) >= k_near_duplicate) {
                ++similar;
                missed += groups[a] != groups[b] ? 1 : 0;
            }
        }
    }
    CHECK(similar > 50);
    CHECK(missed == 0);
    // No group holds a text that is far from all others of it.
    for (std::size_t a = 0; a < texts.size(); ++a) {
        bool linked = false, alone = true;
        for (std::size_t b = 0; b < texts.size(); ++b) {
            if (a != b && groups[a] == groups[b]) {
                alone = false;
                linked = linked || jaccard_5gram(texts[a], texts[b]) >= k_near_duplicate;
            }
        }
        CHECK((alone || linked));
    }
}

TEST_CASE("100,000 cases take seconds, also when they are made from one template") {
    Rng rng(59);
    std::vector<std::string> owned;
    for (int i = 0; i < 50'000; ++i) {
        owned.push_back(random_words(rng, 16));
        owned.push_back("Your order " + std::to_string(rng.next() % 1'000'000) +
                        " has been shipped today and will arrive at your door on Monday morning");
    }
    const std::vector<std::string_view> texts(owned.begin(), owned.end());
    const auto start = std::chrono::steady_clock::now();
    const std::vector<std::size_t> groups = near_duplicate_groups(texts);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    MESSAGE("100,000 texts: " << elapsed.count() << " s");
    CHECK(std::set<std::size_t>(groups.begin(), groups.end()).size() < 51'000);
    CHECK(elapsed.count() < 60);  // of a loaded machine with checkers on; seconds otherwise
}

TEST_CASE("no texts, empty texts and long texts are fine") {
    CHECK(near_duplicate_groups({}).empty());
    const std::string huge(1'000'000, 'x');
    const auto groups = near_duplicate_groups({"", "", huge, huge, "x"});
    CHECK(groups[0] == groups[1]);
    CHECK(groups[2] == groups[3]);
    CHECK(groups[0] != groups[2]);
}

}  // namespace
}  // namespace palier::eval
