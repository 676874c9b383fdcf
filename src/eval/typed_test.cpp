#include "eval/typed.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

// `expected` against `found`.
bool same(const json::Value& expected,
          const json::Value& found,
          answer::Style style = answer::Style::English,
          FieldKind kind = FieldKind::Unknown) {
    return same_value(expected, found, style, kind);
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
    CHECK(same(*json::parse_or_nothing("10176718226607830673"), "10176718226607830673"));
    CHECK_FALSE(same(*json::parse_or_nothing("10176718226607830673"),
                     *json::parse_or_nothing("10176718226607830672")));
    CHECK(same(0.5, "1/2"));
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
    CHECK_FALSE(same("5 %", "5 ‰"));
}

TEST_CASE("text is text unless a side or the schema says otherwise") {
    CHECK_FALSE(same("1.10", "1.1"));  // a version
    CHECK_FALSE(same("12E4", "120000"));
    CHECK_FALSE(same("4K", "4000"));
    CHECK_FALSE(same("NO", false));  // Norway
    CHECK_FALSE(same("1e3", "1000"));
    CHECK(same("1.10", 1.1));
    CHECK(same("1.10", "1.1", answer::Style::English, FieldKind::Number));
    CHECK_FALSE(same("1.10", 1.1, answer::Style::English, FieldKind::Text));
    CHECK(same("no", false, answer::Style::English, FieldKind::Boolean));
    CHECK(same("3 mars 2026", "March 3rd, 2026", answer::Style::French, FieldKind::Date));
    CHECK_FALSE(same("3/4/2026", "2026-04-03", answer::Style::French, FieldKind::Text));
}

TEST_CASE("dates are compared as moments") {
    CHECK(same("2026-03-03", "3 mars 2026", answer::Style::French));
    CHECK(same("25/12/2018", "2018-12-25"));
    CHECK_FALSE(same("2026-03-03", "2026-03-04"));
    CHECK(same("2026-03-03", "2026-03-03T10:00:00Z"));  // a day is met by any time of it
    CHECK_FALSE(same("2026-03-03T10:00:00Z", "2026-03-03"));
    CHECK(same("2026-03-03T00:00:00", "2026-03-03"));
    CHECK_FALSE(same("2026-03-03T09:00:00", "2026-03-03T17:30:00"));
    CHECK(same("2026-03-03T09:00:00Z", "2026-03-03T10:00:00+01:00"));  // one instant
    CHECK(same("2026-03-03T23:30:00-02:00", "2026-03-04T01:30:00Z"));
    CHECK_FALSE(same("2026-03-03T09:00:00Z", "2026-03-03T09:00:00+01:00"));
    CHECK(same("2026-03-03 09:00", "2026-03-03T09:00:00.000"));
    CHECK(same("9:05", "09:05:00"));
    CHECK(same("17:30", "5:30 pm"));
    CHECK_FALSE(same("09:00", "17:30"));
}

TEST_CASE("booleans are not numbers, and their words count only for an expected boolean") {
    CHECK(same(true, "yes"));
    CHECK(same(false, "Non"));
    CHECK(same("true", true));
    CHECK_FALSE(same("yes", true));
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
