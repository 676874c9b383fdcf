#include "base/clock.h"
#include "base/codes.h"
#include "base/result.h"
#include "base/rng.h"
#include "base/text.h"
#include "base/units.h"

#include <doctest/doctest.h>

#include <set>

namespace palier {

TEST_CASE("a decimal threshold becomes exactly the millionths that were written") {
    CHECK(micros_of(0.55) == 550'000);
    CHECK(micros_of(0.9) == 900'000);
    CHECK(micros_of(1) == 1'000'000);
    CHECK(micros_of(0) == 0);
    CHECK(micros_of(1e-7) == 0);
    CHECK(micros_of(0.0000005) == 1);
    CHECK(micros_of(-0.25) == -250'000);
    for (int i = 0; i <= 1000; ++i) {
        CHECK(micros_of(i / 1000.0) == i * 1000);
    }
}

TEST_CASE("bytes are read in decimal and binary units and written in decimal ones") {
    CHECK(parse_bytes("6 GB") == 6'000'000'000U);
    CHECK(parse_bytes("512 MiB") == 536'870'912U);
    CHECK(parse_bytes("1.5GB") == 1'500'000'000U);
    CHECK_FALSE(parse_bytes("six GB"));
    CHECK_FALSE(parse_bytes("6 gigas"));
    CHECK_FALSE(parse_bytes("-1 GB"));
    CHECK(show_bytes(1'234'567'890) == "1.23 GB");
    CHECK(show_bytes(999) == "999 B");
    CHECK(show_bytes(2'000'000) == "2 MB");
}

TEST_CASE("durations, parameters and money are read with their units") {
    CHECK(parse_seconds("30 min") == 1800);
    CHECK(parse_seconds("500 ms") == doctest::Approx(0.5));
    CHECK_FALSE(parse_seconds("30"));
    CHECK(show_seconds(42.5) == "42.5 s");
    CHECK(show_seconds(400) == "6 min 40 s");
    CHECK(show_seconds(7260) == "2 h 1 min");
    CHECK(parse_parameters("135M") == 135'000'000U);
    CHECK(parse_parameters("0.5B") == 500'000'000U);
    CHECK_FALSE(parse_parameters("0"));
    CHECK(show_parameters(1'540'000'000) == "1.54B");
    CHECK(parse_money("5 EUR") == Money{5, "EUR"});
    CHECK_FALSE(parse_money("5 euros"));
}

TEST_CASE("lower case and accents are folded for Latin letters, other bytes stay") {
    CHECK(to_lower("ÉCOLE Œuvre Ÿ") == "école œuvre ÿ");
    CHECK(without_accents("Élève à Noël, cœur, façade, ÿ, Łódź, ß") ==
          "Eleve a Noel, coeur, facade, y, Lodz, ss");
    CHECK(to_lower("×") == "×");
    CHECK(to_lower("日本\xff") == "日本\xff");
}

TEST_CASE("UTF-8 is checked strictly") {
    CHECK(is_valid_utf8("é€😀"));
    CHECK_FALSE(is_valid_utf8("\xc0\x80"));
    CHECK_FALSE(is_valid_utf8("\xed\xa0\x80"));
    CHECK_FALSE(is_valid_utf8("\xe2\x82"));
    CHECK_FALSE(is_valid_utf8("\xf5\x80\x80\x80"));
    CHECK(length_in_characters("é€😀") == 3);
    CHECK(shortened("éééééé", 5) == "éé...");
    CHECK(shortened("abc", 5) == "abc");
}

TEST_CASE("text for a terminal is one line of valid UTF-8 without control characters") {
    CHECK(as_valid_utf8("é\xff€\xe2\x82") == "é\uFFFD€\uFFFD\uFFFD");
    CHECK(as_valid_utf8("\n\t") == "\n\t");
    CHECK(as_one_line("a\r\nb\x1b[31m\x7f\xc2\x9b") == "a  b [31m  ");
    CHECK(as_one_line("é\xc2") == "é\uFFFD");
    CHECK(as_one_line("\xc2\xa0") == "\xc2\xa0");
}

TEST_CASE("text functions survive arbitrary bytes") {
    Rng rng(7);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(rng.below(40), '\0');
        for (char& c : bytes) {
            c = static_cast<char>(rng.below(256));
        }
        (void)to_lower(bytes);
        (void)without_accents(bytes);
        (void)shortened(bytes, 10);
        (void)nearest(bytes, {"labels", "test"});
        (void)parse_bytes(bytes);
        (void)filled(bytes, {{"a", "b"}});
        CHECK(join(split(bytes, ','), ",") == bytes);
    }
}

TEST_CASE("the nearest known word is offered only when it is near") {
    CHECK(nearest("lables", {"labels", "language"}) == "labels");
    CHECK_FALSE(nearest("temperature", {"labels", "language"}));
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("holes of a sentence are filled by name and unknown ones stay") {
    CHECK(filled("{file}: {what} {unknown}", {{"file", "a.toml"}, {"what", "broken"}}) ==
          "a.toml: broken {unknown}");
    CHECK(filled("{open", {}) == "{open");
}

TEST_CASE("the same seed gives the same numbers, and below() covers its range evenly") {
    Rng a(42);
    Rng b(42);
    std::vector<int> counts(6);
    for (int i = 0; i < 6000; ++i) {
        const auto value = a.below(6);
        CHECK(value == b.below(6));
        ++counts[value];
    }
    for (const int count : counts) {
        CHECK(count > 850);
        CHECK(count < 1150);
    }
    std::vector<int> items{1, 2, 3, 4, 5};
    a.shuffle(items);
    CHECK(std::set<int>(items.begin(), items.end()).size() == 5);
    CHECK(a.uniform() < 1);
}

TEST_CASE("an error keeps its cause") {
    const Error error =
        Error(base::codes::cannot_write, {{"file", "x"}}).because(Error(base::codes::cannot_read));
    CHECK(error.code == base::codes::cannot_write);
    CHECK(error.cause->code == base::codes::cannot_read);
    const Result<int> failed = error;
    CHECK_FALSE(failed);
    CHECK(Result<int>(3).value() == 3);
}

TEST_CASE("dates are written in UTC") {
    CHECK(iso8601(1767225600) == "2026-01-01T00:00:00Z");
}

TEST_CASE("a whole number is digits and nothing else") {
    CHECK(whole_number("0") == 0U);
    CHECK(whole_number("18446744073709551615") == 18446744073709551615ULL);
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "18446744073709551616", "x"}) {
        CAPTURE(text);
        CHECK_FALSE(whole_number(text));
    }
}

}  // namespace palier
