#include "learn/closest.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace palier::learn {
namespace {

const std::vector<std::string> k_texts{"my card was stolen yesterday",
                                       "the weather is fine today",
                                       "please block my stolen card now",
                                       "what is the exchange rate"};

TEST_CASE("the text that shares the rare words is the closest, and comes last") {
    CHECK(Closest(k_texts).to("somebody has stolen my card", 2) == std::vector<std::size_t>{2, 0});
    CHECK(Closest(k_texts).to("Which exchange RATE?", 1) == std::vector<std::size_t>{3});
}

TEST_CASE("a text is never close to itself, nor to one that differs in a word of twenty") {
    const std::string twenty =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty";
    const std::vector<std::string> texts{twenty, "one two three", "Twenty: " + twenty + " more"};
    CHECK(Closest(texts).to(twenty, 3) == std::vector<std::size_t>{1});
    CHECK(Closest(k_texts).to("My card was STOLEN, yesterday.", 4).size() == 3);
}

TEST_CASE("what shares no word is given all the same, the earlier text as the closer") {
    CHECK(Closest(k_texts).to("bonjour", 2) == std::vector<std::size_t>{1, 0});
    CHECK(Closest().to("bonjour", 2).empty());
}

TEST_CASE("a rare word outweighs a frequent one that comes seven times") {
    const std::vector<std::string> texts{
        "the the the the the the the a b c d e f g h", "zebra x", "the y"};
    CHECK(Closest(texts).to("the zebra", 3) == std::vector<std::size_t>{2, 0, 1});
}

TEST_CASE("any bytes can be compared") {
    Rng rng(3);
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) {
        std::string text(rng.below(40), ' ');
        for (char& c : text) {
            c = static_cast<char>(rng.below(256));
        }
        texts.push_back(text);
    }
    const Closest closest(texts);
    for (const std::string& text : texts) {
        const std::vector<std::size_t> found = closest.to(text, 5);
        CHECK(found.size() <= 5);
        CHECK(std::ranges::all_of(found, [&](std::size_t i) { return texts[i] != text; }));
    }
}

}  // namespace
}  // namespace palier::learn
