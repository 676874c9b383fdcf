#include "lib/regex/regex.h"

#include "base/rng.h"
#include "lib/regex/codes.h"

#include <doctest/doctest.h>

namespace palier::regex {
namespace {

Regex compiled(std::string_view pattern, const Options& options = {}) {
    auto result = Regex::compile(pattern, options);
    REQUIRE(result.has_value());
    return *result;
}

TEST_CASE("a pattern is searched or must match the whole text, as asked") {
    const Regex regex = compiled("[0-9]{4}");
    CHECK(regex.found_in("in 2026"));
    CHECK_FALSE(regex.matches_whole("in 2026"));
    CHECK(regex.matches_whole("2026"));
    CHECK_FALSE(regex.found_in(""));
}

TEST_CASE("groups say where they are, and which took no part") {
    const std::string text = "total: 12 EUR";
    const auto match = compiled("(\\d+)( USD)?( EUR)?").find(text);
    REQUIRE(match.has_value());
    REQUIRE(match->groups.size() == 4);
    CHECK(match->text(text) == "12 EUR");
    CHECK(match->text(text, 1) == "12");
    CHECK_FALSE(match->groups[2].present);
    CHECK(match->text(text, 2).empty());
    CHECK(match->text(text, 3) == " EUR");
    CHECK(match->groups[1].begin == 7);
}

TEST_CASE("find_all goes from left to right and passes over empty matches") {
    const std::string text = "a1b22";
    const auto numbers = compiled("\\d+").find_all(text);
    REQUIRE(numbers.size() == 2);
    CHECK(numbers[1].text(text) == "22");
    CHECK(compiled("x*").find_all("ab").size() == 3);
}

TEST_CASE("an anchor means the end of the whole text, wherever the search starts") {
    CHECK_FALSE(compiled("^b").find("ab", 1).has_value());
    CHECK(compiled("b$").find("ab", 1).has_value());
    CHECK_FALSE(compiled("b").find("ab", 3).has_value());
}

TEST_CASE("options change case and the dot") {
    CHECK(compiled("abc", {.case_sensitive = false}).found_in("xABCx"));
    CHECK_FALSE(compiled("a.b").found_in("a\nb"));
    CHECK(compiled("a.b", {.dot_matches_newline = true}).found_in("a\nb"));
    CHECK(compiled("É", {.case_sensitive = false}).found_in("école"));
}

TEST_CASE("a broken pattern is an error that names it") {
    const auto result = Regex::compile("(unclosed");
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == codes::broken_pattern);
    CHECK(result.error().args[0].second == "(unclosed");
    CHECK(result.error().args[1].second.find("missing") != std::string::npos);
    CHECK_FALSE(Regex::compile("(a)\\1").has_value());  // RE2 has no back-references
    CHECK_FALSE(Regex::compile("(?=a)").has_value());
    CHECK_FALSE(Regex::compile("((a{1000}){1000}){1000}").has_value());
}

TEST_CASE("an escaped text matches itself only") {
    const std::string text = "1.5 $ (net) [x]\\";
    CHECK(compiled(escaped(text)).matches_whole(text));
    CHECK_FALSE(compiled(escaped("1.5")).matches_whole("1x5"));
}

TEST_CASE("arbitrary bytes as pattern or text never fail otherwise than by an error") {
    Rng rng(7);
    for (int round = 0; round < 2000; ++round) {
        std::string pattern, text;
        for (std::uint64_t i = rng.below(12); i > 0; --i) {
            pattern += static_cast<char>(rng.below(256));
        }
        for (std::uint64_t i = rng.below(30); i > 0; --i) {
            text += static_cast<char>(rng.below(256));
        }
        const auto regex = Regex::compile(pattern);
        if (regex) {
            for (const Match& match : regex->find_all(text)) {
                CHECK(match.groups[0].end <= text.size());
            }
        } else {
            CHECK(regex.error().code == codes::broken_pattern);
        }
    }
}

}  // namespace
}  // namespace palier::regex
