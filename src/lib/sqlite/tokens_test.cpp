#include "lib/sqlite/tokens.h"

#include "base/rng.h"
#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::sqlite {
namespace {

std::string written(std::string_view sql) {
    std::vector<std::string> parts;
    for (const Token& token : tokens_of(sql)) {
        parts.push_back(std::string(token.text) + (token.closed ? "" : "...") +
                        std::string(static_cast<std::size_t>(token.depth), '^'));
    }
    return join(parts, "|");
}

TEST_CASE("tokens are words, names, texts, numbers and signs; comments are none") {
    CHECK(written("SELECT a.\"b c\",[d],`e` -- no\n, 'it''s' /* or\n this */ FROM t1;") ==
          "SELECT|a|.|\"b c\"|,|[d]|,|`e`|,|'it''s'|FROM|t1|;");
    CHECK(written("f(x,(1.5))>=.5e3") == "f|(|x^|,^|(^|1.5^^|)^|)|>|=|.5e3");
    CHECK(written("caf\xc3\xa9 'open") == "caf\xc3\xa9|'open...");
    CHECK(written("a /* open") == "a");
    CHECK(written(")) b") == ")|)|b");
    CHECK(tokens_of("select")[0].is("SELECT"));
    CHECK_FALSE(tokens_of("\"select\"")[0].is("SELECT"));
}

TEST_CASE("rows are ordered by an ORDER BY outside of all parentheses") {
    CHECK(orders_rows("SELECT a FROM t order\n by a DESC LIMIT 3"));
    CHECK(orders_rows("SELECT * FROM (SELECT 1) ORDER BY 1"));
    CHECK_FALSE(orders_rows("SELECT * FROM (SELECT a FROM t ORDER BY a)"));
    CHECK_FALSE(orders_rows("SELECT rank() OVER (ORDER BY a) FROM t"));
    CHECK_FALSE(orders_rows("SELECT 'ORDER BY', \"ORDER\" BY FROM t -- ORDER BY a"));
    CHECK_FALSE(orders_rows("SELECT a FROM t ORDER"));
}

TEST_CASE("common table expressions count wherever they are used") {
    CHECK(selects_written_out("SELECT 1") == 1);
    CHECK(selects_written_out("SELECT 1 UNION SELECT (SELECT 2)") == 3);
    CHECK(selects_written_out("WITH a AS (SELECT 1), b(x) AS NOT MATERIALIZED (SELECT * FROM a, A) "
                              "SELECT * FROM b JOIN \"b\" ON 1") == 11);
    // A recursive one is not written out where it names itself.
    CHECK(selects_written_out("WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT * FROM n) "
                              "SELECT * FROM n") == 5);
    std::string chain = "WITH c0 AS (SELECT 1)";
    for (int i = 1; i < 40; ++i) {
        const std::string before = "c" + std::to_string(i - 1);
        chain += ",c" + std::to_string(i) + " AS (SELECT 1 FROM " + before + "," + before + ")";
    }
    CHECK(selects_written_out(chain + " SELECT 1 FROM c39") == 1'000'000);
}

TEST_CASE("any bytes have tokens that lie in them one behind the other") {
    Rng rng(7);
    const std::string signs = "'\"[]`-*/(), AS";
    for (int i = 0; i < 20'000; ++i) {
        std::string sql;
        for (std::uint64_t left = rng.below(30); left > 0; --left) {
            sql += rng.below(3) == 0 ? static_cast<char>(rng.below(256))
                                     : signs[rng.below(signs.size())];
        }
        std::size_t end = 0;
        for (const Token& token : tokens_of(sql)) {
            REQUIRE(token.begin >= end);
            REQUIRE_FALSE(token.text.empty());
            end = token.begin + token.text.size();
            REQUIRE(end <= sql.size());
            REQUIRE(sql.substr(token.begin, token.text.size()) == token.text);
        }
        REQUIRE(selects_written_out(sql) <= 1'000'000);
    }
    // Long and deep ones are read in one go.
    std::string deep;
    for (int i = 0; i < 20'000; ++i) {
        deep += "x AS (";
    }
    CHECK(selects_written_out(deep) == 0);
}

}  // namespace
}  // namespace palier::sqlite
