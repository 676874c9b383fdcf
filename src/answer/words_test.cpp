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

TEST_CASE("what changes the meaning of a text is no punctuation") {
    CHECK(folded("5 €") == folded("5€"));
    CHECK(folded("5 €") != folded("5 $"));
    CHECK(folded("a < b") != folded("a > b"));
    CHECK(folded("5%") != folded("5‰"));
    CHECK(folded("5%") != folded("5"));
    CHECK(folded("x → y") != folded("x ← y"));
    CHECK(folded("1/2") != folded("1:2"));
    CHECK(folded("10–15") == folded("10-15"));
    CHECK(folded("5*3") != folded("5/3"));
    CHECK(folded("x^2") != folded("x2"));
    CHECK(folded("✓") != folded("✗"));
    CHECK(folded("A-") == "a-");
    CHECK(folded("A-") != folded("A"));
    CHECK(folded("20 °C") == folded("20°C"));
    CHECK(folded("x²") != folded("x2"));
    CHECK(folded("x = 5") != folded("x ≠ 5"));
    CHECK(folded("AT&T") == folded("AT & T"));
    CHECK(folded("a & b") != folded("a | b"));
}

TEST_CASE("text that folding empties is compared as it is") {
    CHECK_FALSE(same_folded("*", ""));
    CHECK_FALSE(same_folded("...", "?"));
    CHECK(same_folded(" * ", "*"));
    CHECK(same_folded("**Billing**", "billing."));
    CHECK_FALSE(same_folded("+", "-"));
    CHECK(contains_folded("5 > 3", ">"));
    CHECK_FALSE(contains_folded("5 < 3", ">"));
    CHECK(contains_folded("why?", "?"));
    CHECK_FALSE(contains_folded("anything", ""));
}

TEST_CASE("text that looks the same is the same, whatever its code points") {
    CHECK(folded("z\xcc\x87o\xcc\x81"
                 "dz\xcc\x81") == folded("żódź"));
    CHECK(folded("ДОСТАВКА") == folded("доставка"));
    CHECK(folded("\xe2\x9d\xa4\xef\xb8\x8f") == folded("\xe2\x9d\xa4"));
    CHECK(folded("re\xc2\xad"
                 "clamation") == folded("Réclamation"));
    CHECK(folded("ＢＩＬＬＩＮＧ") == "billing");
}

TEST_CASE("words of scripts without spaces are found inside a sentence") {
    CHECK(contains_folded("这条评论是正面的。", "正面"));
    CHECK(contains_folded("この文は肯定です", "肯定"));
    CHECK(contains_folded("이 문의는 긍정입니다", "긍정"));
    CHECK(contains_folded("รีวิวนี้เป็นบวกมาก", "บวก"));
    CHECK(contains_folded("答案是billing。", "Billing"));
    CHECK_FALSE(contains_folded("rebilling", "billing"));
    CHECK_FALSE(contains_folded("дом", "до"));
    CHECK_FALSE(contains_folded("ดี", "ด"));  // a letter without its vowel is another syllable
}

TEST_CASE("white space of Unicode separates words and is trimmed") {
    CHECK(trimmed("\xc2\xa0 a b \xe2\x80\xaf") == "a b");
    CHECK(trimmed(" \n") == "");
    CHECK(words_at_spaces("a\xc2\xa0"
                          "b\tc")
              .size() == 3);
    CHECK(words_at_spaces("").empty());
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
        if (is_valid_utf8(text)) {
            CHECK(is_valid_utf8(folded(text)));
        }
    }
}

}  // namespace
}  // namespace palier::answer
