#include "eval/typed.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

bool same(const json::Value& a,
          const json::Value& b,
          answer::Style style = answer::Style::English) {
    const bool result = same_value(a, b, style);
    CHECK(result == same_value(b, a, style));
    return result;
}

TEST_CASE("numbers are compared as exact decimals") {
    CHECK(same(5, 5.0));
    CHECK(same(5, "5"));
    CHECK(same(5, "5.00"));
    CHECK(same("1,234.5", 1234.5));
    CHECK(same("1 234,5", 1234.5, answer::Style::French));
    CHECK(same(0.9, "0.90"));
    CHECK_FALSE(same(5, 5.001));
    CHECK_FALSE(same("9007199254740993", "9007199254740992"));
    CHECK_FALSE(same("01000", 1000));  // an identifier
    CHECK_FALSE(same(5, "five"));
}

TEST_CASE("a unit on one side only is not compared, two must agree") {
    CHECK(same("12,50 €", "EUR 12.5", answer::Style::French));
    CHECK(same("$9.00", 9));
    CHECK_FALSE(same("$9.00", "9 EUR"));
    CHECK(same("20 %", "20%"));
    CHECK(same("20%", 20));
    CHECK_FALSE(same("20%", 0.2));
}

TEST_CASE("dates are compared as days") {
    CHECK(same("2026-03-03", "3 mars 2026", answer::Style::French));
    CHECK(same("25/12/2018", "2018-12-25"));
    CHECK(same("2026-03-03T10:00:00Z", "March 3rd, 2026"));
    CHECK_FALSE(same("2026-03-03", "2026-03-04"));
}

TEST_CASE("booleans are not numbers, and their words count only against a boolean") {
    CHECK(same(true, "yes"));
    CHECK(same(false, "Non"));
    CHECK_FALSE(same(true, 1));
    CHECK_FALSE(same(true, "1"));
    CHECK_FALSE(same("yes", "oui"));
}

TEST_CASE("texts ignore case, spaces and typography, not accents or punctuation") {
    CHECK(same(" ACME  Ltd\n", "acme ltd"));
    CHECK(same("l’été", "L'ÉTÉ"));
    CHECK(same("e\xcc\x81t\xc3\xa9", "été"));
    CHECK_FALSE(same("ete", "été"));
    CHECK_FALSE(same("a.b", "a b"));
    CHECK(same("", " "));
}

TEST_CASE("null equals null only, objects and arrays nothing") {
    CHECK(same(nullptr, nullptr));
    CHECK_FALSE(same(nullptr, ""));
    CHECK_FALSE(same(json::Array{}, json::Array{}));
}

TEST_CASE("a value equals itself, whatever it is") {
    Rng rng(71);
    const std::string alphabet = "0123456789.,-/ €%abc\xc3\xa9";
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(12); i > 0; --i) {
            text += alphabet[rng.below(alphabet.size())];
        }
        CHECK(same(text, text));
        CHECK(same(text, " " + text + " ", answer::Style::French));
    }
}

}  // namespace
}  // namespace palier::eval
