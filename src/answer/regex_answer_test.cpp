#include "answer/regex_answer.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

std::string pattern(std::string_view text) {
    return pattern_of(text).value_or("(none)");
}

TEST_CASE("a pattern alone is itself") {
    CHECK(pattern(" ^[0-9]+$\n") == "^[0-9]+$");
    CHECK(pattern("(?:a|b):c") == "(?:a|b):c");
    CHECK(pattern("a b") == "a b");
    CHECK(pattern("'") == "'");
    CHECK(pattern("/") == "/");
}

TEST_CASE("a fence, backticks or an announcement set a pattern apart from prose") {
    CHECK(pattern("Here it is:\n```regex\n^a+$\n```\nIt matches `a`.") == "^a+$");
    CHECK(pattern("```^a+$```") == "^a+$");
    CHECK(pattern("Use `\\d{3}` for that: three digits.") == "\\d{3}");
    CHECK(pattern("The regex is: ^a+$\nIt matches a.") == "^a+$");
    CHECK(pattern("**Pattern:** a:b") == "a:b");
    CHECK(pattern("Expression régulière :\n\n^a$") == "^a$");
    CHECK(pattern("^a$\n\nThis matches a single a.") == "^a$");
    CHECK(pattern("<think>`x`?</think>`y`") == "y");
}

TEST_CASE("delimiters and flags of other languages go") {
    CHECK(pattern("/^a\\/b$/") == "^a\\/b$");
    CHECK(pattern("/dog/gi") == "(?i)dog");
    CHECK(pattern("/a/b") == "/a/b");
    CHECK(pattern("r'^a$'") == "^a$");
    CHECK(pattern("\"^a$\"") == "^a$");
}

TEST_CASE("nothing is no pattern") {
    for (const char* text : {"", "  \n", "//", "''", "<think>a</think>"}) {
        INFO(text);
        CHECK_FALSE(pattern_of(text));
    }
}

TEST_CASE("any bytes have a pattern of one line, or none") {
    Rng rng(13);
    const std::string signs = "`/'\":\n r*igm";
    for (int i = 0; i < 20'000; ++i) {
        std::string text = rng.below(3) == 0 ? "Regex" : "";
        for (std::uint64_t left = rng.below(20); left > 0; --left) {
            text += rng.below(3) == 0 ? static_cast<char>(rng.below(256))
                                      : signs[rng.below(signs.size())];
        }
        if (const auto found = pattern_of(text)) {
            REQUIRE_FALSE(found->empty());
        }
    }
}

}  // namespace
}  // namespace palier::answer
