#include "answer/sql.h"

#include "answer/thinking.h"
#include "base/rng.h"

#include <doctest/doctest.h>

#include <vector>

namespace palier::answer {
namespace {

std::string sql(std::string_view text) {
    return sql_of(text).value_or("(none)");
}

TEST_CASE("a bare statement is the SQL, with or without a semicolon") {
    CHECK(sql("  SELECT name FROM item;\n") == "SELECT name FROM item;");
    CHECK(sql("select name\nfrom item\nwhere id = 1") == "select name\nfrom item\nwhere id = 1");
    CHECK(sql("WITH t AS (SELECT 1) SELECT * FROM t") == "WITH t AS (SELECT 1) SELECT * FROM t");
    CHECK(sql("WITH RECURSIVE n(i) AS (SELECT 1) SELECT i FROM n") ==
          "WITH RECURSIVE n(i) AS (SELECT 1) SELECT i FROM n");
}

TEST_CASE("the last fence that begins with a statement is the SQL") {
    CHECK(sql("Here it is:\n```sql\nSELECT 1;\n```\nIt gives one.") == "SELECT 1;");
    CHECK(sql("```\n-- the names\nSELECT name FROM item\n```") ==
          "-- the names\nSELECT name FROM item");
    CHECK(sql("First\n```sql\nSELECT 1\n```\nbetter\n```sql\nSELECT 2\n```\nresult\n```\n2\n```") ==
          "SELECT 2");
    CHECK(sql("```sqlite\nSELECT 1") == "SELECT 1");
    CHECK(sql("```SELECT 1```") == "SELECT 1");
    CHECK(sql("```sql SELECT 1```") == "SELECT 1");
}

TEST_CASE("prose around a statement is no part of it") {
    CHECK(sql("The query is:\n\nSELECT 1;\n\nIt doesn't need a table.") == "SELECT 1;");
    CHECK(sql("SELECT name FROM item\n\nThis gives the item's names.") == "SELECT name FROM item");
    CHECK(sql("SELECT name\n\nFROM item") == "SELECT name\n\nFROM item");
    CHECK(sql("SQL: SELECT 1") == "SELECT 1");
    CHECK(sql("Use `SELECT 1` for it") == "(none)");
    CHECK(sql("Query: `SELECT 1` gives it") == "SELECT 1");
    CHECK(sql("SELECT 'a;b', \"c;d\" FROM item; -- done") == "SELECT 'a;b', \"c;d\" FROM item;");
    CHECK(sql("<think>SELECT 1 perhaps?</think>SELECT 2") == "SELECT 2");
}

TEST_CASE("what a statement would do does not matter, and several stay several") {
    CHECK(sql("DROP TABLE item;") == "DROP TABLE item;");
    CHECK(sql("DELETE FROM item") == "DELETE FROM item");
    CHECK(sql("PRAGMA table_info(item)") == "PRAGMA table_info(item)");
    CHECK(sql("ATTACH 'x' AS y; SELECT 1; and so on") == "ATTACH 'x' AS y; SELECT 1;");
    CHECK(sql("UPDATE item SET price = 0") == "UPDATE item SET price = 0");
}

TEST_CASE("sentences are no SQL") {
    for (const char* text : {"",
                             "I cannot answer that.",
                             "Select the first one.",
                             "With pleasure!",
                             "Update your tables first.",
                             "Create it yourself",
                             "```python\nprint(1)\n```",
                             "Insert coin"}) {
        INFO(text);
        CHECK_FALSE(sql_of(text));
    }
}

TEST_CASE("any bytes are read, and what is found lies in them") {
    Rng rng(11);
    const std::vector<std::string> words{
        "SELECT ", "WITH ", "x ", "AS ",   "(",       ")",       ";", "\n",
        "\n\n",    "```",   "`",  "sql\n", "'",       "\"",      ":", "FROM ",
        "UPDATE ", "SET ",  "--", "/*",    "<think>", "</think>"};
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::uint64_t left = rng.below(25); left > 0; --left) {
            text += rng.below(6) == 0 ? std::string(1, static_cast<char>(rng.below(256)))
                                      : words[rng.below(words.size())];
        }
        if (const auto found = sql_of(text)) {
            REQUIRE_FALSE(found->empty());
            REQUIRE(without_thinking(text).find(*found) != std::string::npos);
        }
    }
}

}  // namespace
}  // namespace palier::answer
