#include "lib/unicode/unicode.h"

#include "base/rng.h"
#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::unicode {
namespace {

TEST_CASE("letters and marks are composed, and what is not seen is left out") {
    CHECK(composed("e\xcc\x81t\xc3\xa9") == "été");
    CHECK(composed("z\xcc\x87o\xcc\x81l\xcc\x81w") == "żóĺw");
    CHECK(composed("a\xcc\xa3\xcc\x82") == composed("a\xcc\x82\xcc\xa3"));  // marks in any order
    CHECK(composed("re\xc2\xad"
                   "clamation") == "reclamation");              // soft hyphen
    CHECK(composed("\xe2\x9d\xa4\xef\xb8\x8f") == "❤");         // variation selector
    CHECK(composed("\xe2\x80\x8fspam\xe2\x80\x8e") == "spam");  // marks of direction
    CHECK(composed("plain ASCII\n") == "plain ASCII\n");
}

TEST_CASE("letters are the same whatever their case, width or old encoding") {
    CHECK(same_letters("ДОСТАВКА") == same_letters("доставка"));
    CHECK(same_letters("ΣΊΣΥΦΟΣ") == same_letters("Σίσυφος"));
    CHECK(same_letters("ＡＢＣ１") == "abc1");
    CHECK(same_letters("Bucure\xc5\x9fti") == same_letters("bucurești"));
    CHECK(same_letters("STRASSE") == same_letters("Straße"));
    CHECK(same_letters("ﬁn") == "fin");
    CHECK(same_letters("ｶﾞ") == "ガ");
    CHECK(same_letters("x²") != same_letters("x2"));
    CHECK(same_letters("É") == "é");
}

TEST_CASE("lower case is that of letters: sharp s stays, sigma has one form") {
    CHECK(lower("STRAßE") == "straße");
    CHECK(lower("ΟΔΟΣ") == lower("οδος"));
    CHECK(lower("ЩУКА") == "щука");
}

TEST_CASE("accents go from Latin, Greek and Cyrillic, letters of their own do not") {
    CHECK(without_accents("été") == "ete");
    CHECK(without_accents("Tiếng Việt") == "Tieng Viet");
    CHECK(without_accents("ă ș œ ø ł") == "a s oe o l");
    CHECK(without_accents("άέ") == "αε");
    CHECK(without_accents("ещё") == "еще");
    CHECK(without_accents("≠") == "≠");
    CHECK(without_accents("мой") == "мой");
    CHECK(without_accents("が") == "が");
    CHECK(without_accents("กี่") == "กี่");
}

TEST_CASE("kinds tell signs that mean something from punctuation") {
    for (const char32_t c : {U'€', U'<', U'→', U'♥', U'±', U'°'}) {
        CHECK(kind_of(c) == Kind::Symbol);
    }
    for (const char32_t c : {U'-', U'“', U'。', U'¿', U'_'}) {
        CHECK(kind_of(c) == Kind::Punctuation);
    }
    CHECK(kind_of(0xa0) == Kind::Space);
    CHECK(kind_of(0x200b) == Kind::Ignorable);
    CHECK(kind_of(0xfeff) == Kind::Ignorable);
    CHECK(kind_of(U'²') == Kind::OtherNumber);
    CHECK(kind_of(0x301) == Kind::Mark);
    CHECK(kind_of(U'語') == Kind::Letter);
}

TEST_CASE("digits of every script have a value") {
    CHECK(digit_value(U'7') == 7);
    CHECK(digit_value(U'３') == 3);
    CHECK(digit_value(U'٤') == 4);
    CHECK(digit_value(U'९') == 9);
    CHECK(digit_value(0x1d7d8) == 0);
    CHECK_FALSE(digit_value(U'²').has_value());
    CHECK_FALSE(digit_value(U'x').has_value());
}

TEST_CASE("scripts without spaces are told from those with them") {
    for (const char32_t c : {U'語', U'は', U'カ', U'ไ', U'한', U'ខ', char32_t(0x20000)}) {
        CHECK(is_unspaced(c));
    }
    for (const char32_t c : {U'a', U'é', U'я', U'ω', U'7', U'。', U'😀', U'ع'}) {
        CHECK_FALSE(is_unspaced(c));
    }
}

TEST_CASE("code points are shown for who cannot see them") {
    CHECK(code_points("e\xcc\x81") == "U+0065 U+0301");
    CHECK(code_points("😀") == "U+1F600");
    CHECK(code_points("").empty());
}

TEST_CASE("arbitrary bytes are walked to their end, and every form is its own form") {
    Rng rng(11);
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(16); i > 0; --i) {
            if (round % 2 == 0) {
                text += static_cast<char>(rng.below(256));
            } else {
                append(text, static_cast<char32_t>(rng.below(0x30000)));
            }
        }
        std::size_t at = 0;
        std::string again;
        while (at < text.size()) {
            const CodePoint c = code_point_at(text, at);
            REQUIRE(c.length >= 1);
            append(again, c.value);
            at += c.length;
        }
        CHECK(again == text);
        CHECK(composed(composed(text)) == composed(text));
        CHECK(same_letters(same_letters(text)) == same_letters(text));
        if (is_valid_utf8(text)) {
            CHECK(is_valid_utf8(without_accents(same_letters(text))));
            CHECK(is_valid_utf8(lower(text)));
        }
    }
}

}  // namespace
}  // namespace palier::unicode
