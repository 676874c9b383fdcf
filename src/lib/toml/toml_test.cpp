#include "lib/toml/toml.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::toml {

TEST_CASE("a document becomes a tree that knows its lines") {
    const auto parsed = parse("a = 1\n[b]\nc = [true, 0.5]\nd = { e = \"x\" }\n");
    REQUIRE(std::holds_alternative<Table>(parsed));
    const Table& table = std::get<Table>(parsed);
    REQUIRE(table.size() == 2);
    CHECK(std::get<std::int64_t>(table[0].node.value) == 1);
    const Table& b = std::get<Table>(table[1].node.value);
    CHECK(b[0].node.line == 3);
    CHECK(std::get<double>(std::get<Array>(b[0].node.value)[1].value) == 0.5);
    CHECK(std::get<std::string>(std::get<Table>(b[1].node.value)[0].node.value) == "x");
}

TEST_CASE("a broken document is refused with its line") {
    const auto parsed = parse("a = 1\nb = \n");
    REQUIRE(std::holds_alternative<ParseError>(parsed));
    CHECK(std::get<ParseError>(parsed).line == 2);
}

TEST_CASE("arbitrary bytes are parsed or refused, never more") {
    Rng rng(3);
    const std::string_view alphabet = "[]{}=\"'.,#\n 0123abc-_:TZ\\u\xc3\xa9\xff";
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (auto length = rng.below(40); length > 0; --length) {
            text += alphabet[rng.below(alphabet.size())];
        }
        (void)parse(text);
    }
}

}  // namespace palier::toml
