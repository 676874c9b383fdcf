#include "answer/words.h"

#include "base/rng.h"
#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

TEST_CASE("folding removes case, accents, punctuation and runs of spaces") {
    CHECK(folded("  État,  n° 7 ! ") == "etat n 7");
    CHECK(folded("card_arrival") == "card arrival");
    CHECK(folded("**Billing**") == "billing");
    CHECK(folded("« Réclamation »") == "reclamation");
    CHECK(folded("l’"
                 "eau") == "l eau");
    CHECK(folded("正面。") == "正面");
    CHECK(folded("...") == "");
}

TEST_CASE("folding keeps signs, decimal marks and the plus and hash of names") {
    CHECK(folded("-1") == "-1");
    CHECK(folded("−"
                 "1") == "-1");
    CHECK(folded("covid-19") == "covid 19");
    CHECK(folded("1.5, or 2.") == "1.5 or 2");
    CHECK(folded("C++, C# and C") == "c++ c# and c");
    CHECK(folded("A+") == "a+");
}

TEST_CASE("letters with a combining accent are composed") {
    CHECK(composed("e\xcc\x81te\xcc\x81") == "été");
    CHECK(composed("c\xcc\xa7"
                   "a") ==
          "ç"
          "a");
    CHECK(composed("x\xcc\x81") == "x\xcc\x81");  // no such letter
    CHECK(folded("Re\xcc\x81"
                 "el") == folded("Ré"
                                 "el"));
}

TEST_CASE("white space of Unicode separates words and is trimmed") {
    CHECK(trimmed("\xc2\xa0 a b \xe2\x80\xaf") == "a b");
    CHECK(trimmed(" \n") == "");
    CHECK(words_at_spaces("a\xc2\xa0"
                          "b\tc")
              .size() == 3);
    CHECK(words_at_spaces("").empty());
}

TEST_CASE("the reasoning of a model is no part of its answer") {
    CHECK(without_thinking("<think>it is spam\n</think>ham") == "ham");
    CHECK(without_thinking("a <Thinking>x</THINKING>b") == "a b");
    CHECK(without_thinking("so it is spam</think> ham") == " ham");
    CHECK(without_thinking("<think>spam or ham") == "");
    CHECK(without_thinking("<think>a</think>b<think>c</think>d") == "bd");
    CHECK(without_thinking("1 < 2") == "1 < 2");
}

TEST_CASE("arbitrary bytes are walked to their end, and folding is idempotent on what it gives") {
    Rng rng(11);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(24); i > 0; --i) {
            text += static_cast<char>(rng.below(round % 2 == 0 ? 256 : 128));
        }
        std::size_t at = 0;
        while (at < text.size()) {
            const CodePoint c = code_point_at(text, at);
            REQUIRE(c.length >= 1);
            at += c.length;
        }
        CHECK(at == text.size());
        CHECK(trimmed(text).size() <= text.size());
        CHECK(without_thinking(text + "<think>").size() <= text.size());
        if (is_valid_utf8(text)) {
            CHECK(is_valid_utf8(folded(text)));
        }
    }
}

}  // namespace
}  // namespace palier::answer
