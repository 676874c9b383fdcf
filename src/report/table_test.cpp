#include "report/table.h"

#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::report {

TEST_CASE("columns are as wide as their widest cell, and figures stand at the right") {
    Table table;
    table.columns = {{"Name"}, {"n", Align::Right}};
    table.rows = {{"a", "1"}, {"élan", "20"}};
    CHECK(table.lines(80) == std::vector<std::string>{"Name   n", "a      1", "élan  20"});
}

TEST_CASE("a flexible column gives way when the table is too wide") {
    Table table;
    table.columns = {{"Name", Align::Left, true}, {"Status"}};
    table.rows = {{"a-very-long-name-of-a-model", "pass"}};
    for (const std::string& line : table.lines(24)) {
        CHECK(length_in_characters(line) <= 24);
    }
    // Models differ at the ends of their names.
    CHECK(table.lines(24)[1] == "a-very...a-model  pass");
    table.rows = {{"éééééééééééééééééééééééééé", "pass"}};
    CHECK(is_valid_utf8(table.lines(20)[1]));
}

TEST_CASE("text is wrapped at words, and marks stay with the word before them") {
    CHECK(wrapped("one two three", 8, 0, 2) == std::vector<std::string>{"one two", "  three"});
    CHECK(wrapped("il faut : 80 %", 9, 0, 0) == std::vector<std::string>{"il faut :", "80 %"});
    CHECK(wrapped("P95 1,5 s.", 7, 0, 0) == std::vector<std::string>{"P95", "1,5 s."});
    CHECK(wrapped("dit « oui » ici", 8, 0, 0) == std::vector<std::string>{"dit", "« oui »", "ici"});
    CHECK(wrapped("", 10, 2, 2) == std::vector<std::string>{"  "});
    CHECK(wrapped("averyveryverylongword x", 5, 0, 0) ==
          std::vector<std::string>{"averyveryverylongword", "x"});
}

TEST_CASE("rows are aligned by their widest cell, counted in characters") {
    CHECK(aligned({{"run", "état"}, {"a", "b"}}) == "run  état\na    b\n");
    CHECK(aligned({{"é", "x"}, {"ab", "y"}}) == "é   x\nab  y\n");
    CHECK(aligned({}).empty());
}

TEST_CASE("a paragraph has 80 columns and ends with a newline") {
    CHECK(paragraph("one two", 2, 4) == "  one two\n");
    CHECK(paragraph(std::string(79, 'x') + " y", 0, 2) == std::string(79, 'x') + "\n  y\n");
}

}  // namespace palier::report
