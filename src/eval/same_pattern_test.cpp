#include "eval/same_pattern.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <string>

namespace palier::eval {
namespace {

TEST_CASE("two ways to write a pattern are the same pattern") {
    for (const auto& [a, b] : {std::pair("[0-9]+", "\\d\\d*"),
                               std::pair("^(a|b)*$", "[ab]*"),
                               std::pair("(dog){2,}", "dog(dog)+"),
                               std::pair(".*dog.*", "(.*)(dog)(.*)"),
                               std::pair("a?b", "b|ab")}) {
        INFO(a);
        CHECK(compare_languages(a, b) == Sameness::Same);
        CHECK(agree_on_samples(a, b));
    }
}

TEST_CASE("a pattern that matches more, less or otherwise is another one") {
    for (const auto& [a, b] : {std::pair("[0-9]+", "[0-9]*"),
                               std::pair(".*dog.*", "dog"),
                               std::pair("(dog){2,}", "(dog){3,}"),
                               std::pair("[a-z]", "[A-Z]")}) {
        INFO(a);
        CHECK(compare_languages(a, b) == Sameness::Different);
        CHECK(compare_languages(b, a) == Sameness::Different);
        CHECK_FALSE(agree_on_samples(a, b));
    }
}

TEST_CASE("what cannot be followed is not decided, but held against samples") {
    CHECK(compare_languages("dog.*", "\\bdog.*") == Sameness::Unknown);
    CHECK(agree_on_samples("dog.*", "\\bdog.*"));
    CHECK_FALSE(agree_on_samples("dog.*", "dog\\b.*"));
    CHECK(compare_languages("[a-z]*", "(?i)[a-z]*") == Sameness::Unknown);
    CHECK_FALSE(agree_on_samples("[a-z]*", "(?i)[a-z]*"));
    // Texts that a walk at random would not find.
    CHECK_FALSE(agree_on_samples("([ae].*dog.*){7,}", "^.*\\bdog\\b.*$"));
    CHECK_FALSE(agree_on_samples("x{40}", "\\bx{41}"));
    CHECK_FALSE(can_be_followed("\\bdog"));
    CHECK_FALSE(can_be_followed("("));
    CHECK_FALSE(can_be_followed("(a|b)*a(a|b){20}"));
    CHECK(can_be_followed("(a|b)*a(a|b){3}"));
}

TEST_CASE("samples agree with the automata on patterns made at random") {
    Rng rng(17);
    const auto made = [&] {
        std::string pattern;
        for (std::uint64_t parts = 1 + rng.below(3); parts > 0; --parts) {
            const std::uint64_t kind = rng.below(4);
            pattern += kind == 0 ? "a" : kind == 1 ? "[ab]" : kind == 2 ? "(a|bb)" : "b";
            const std::uint64_t times = rng.below(5);
            pattern += times == 0 ? "*" : times == 1 ? "?" : times == 2 ? "{2}" : "";
        }
        return pattern;
    };
    for (int i = 0; i < 150; ++i) {
        const std::string a = made(), b = made();
        INFO(a << " " << b);
        const Sameness sameness = compare_languages(a, b);
        REQUIRE(sameness != Sameness::Unknown);
        REQUIRE(agree_on_samples(a, b) == (sameness == Sameness::Same));
    }
}

}  // namespace
}  // namespace palier::eval
