#include "eval/delimited.h"

#include "base/rng.h"
#include "base/text.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

// Rows joined by '|', fields by '/'; or the error.
std::string read(std::string_view text, char delimiter = ',') {
    DelimitedReader reader(text, delimiter, "f.csv");
    Row row;
    std::string out;
    for (;;) {
        const auto more = reader.next(row);
        if (!more) {
            return std::to_string(more.error().code) +
                   filled(" at {line}:{column}", more.error().args);
        }
        if (!*more) {
            return out;
        }
        out += (out.empty() ? "" : "|") + std::to_string(row.line) + ":" + join(row.fields, "/");
    }
}

TEST_CASE("fields and rows of RFC 4180") {
    CHECK(read("a,b\r\nc,d\r\n") == "1:a/b|2:c/d");
    CHECK(read("a,b\nc,") == "1:a/b|2:c/");
    CHECK(read("\"a,1\",\"b \"\"x\"\"\"") == "1:a,1/b \"x\"");
    CHECK(read("\"two\nlines\",b\nc,d") == "1:two\nlines/b|3:c/d");
    CHECK(read("\"\",b") == "1:/b");
    CHECK(read("it is 5\" wide,b") == "1:it is 5\" wide/b");
    CHECK(read("\n\na\n\n") == "3:a");
    CHECK(read("") == "");
    CHECK(read("a;b,c", ';') == "1:a/b,c");
}

TEST_CASE("white space around a field in quotes is no part of it, and is counted") {
    CHECK(read("\"q\", \"Paris\" ,x") == "1:q/Paris/x");
    CHECK(read("a,  \"b, c\"\nd,e") == "1:a/b, c|2:d/e");
    CHECK(read("a, \"b\" and c") == "1:a/ \"b\" and c");  // a text that begins with a quotation
    CHECK(read("a, b") == "1:a/ b");
    DelimitedReader reader("\"a\",\"b\"\n\"c\", \"d\"\n\"e\", \"f\"\n", ',', "f.csv");
    Row row;
    while (*reader.next(row)) {
    }
    CHECK(reader.spaced_quotes().count == 2);
    CHECK(reader.spaced_quotes().first == 2);
}

TEST_CASE("a quoted field that may have swallowed rows is counted, with its lines") {
    const auto long_fields = [](std::string_view text) {
        DelimitedReader reader(text, ',', "f.csv");
        Row row;
        while (*reader.next(row)) {
        }
        const Oddity& found = reader.long_fields();
        return std::to_string(found.count) + ":" + std::to_string(found.first) + "-" +
               std::to_string(found.last);
    };
    CHECK(long_fields("t,l\na,x\n\"15 cm,x\nb,y\nc,x\n15\",y\nd,x\n") == "1:3-6");
    CHECK(long_fields("t,l\n\"two\nlines\",x\n") == "0:0-0");
    CHECK(long_fields("t,l\n\"a, b\",x\n") == "0:0-0");
    CHECK(long_fields("t,l\n\"" + std::string(60, '\n') + "\",x\n") == "1:2-62");
}

TEST_CASE("lines end with CR too, and a first line may name the delimiter") {
    CHECK(read("a,b\rc,d\r") == "1:a/b|2:c/d");
    CHECK(read("a,\"two\rlines\"\rc,d") == "1:a/two\rlines|3:c/d");
    CHECK(read("sep=;\r\na;b\r\nc;d", ';') == "2:a/b|3:c/d");
    CHECK(delimiter_of("sep=|\na,b|c\n", "x.csv", {}) == '|');
    CHECK(delimiter_of("\"SEP=|\"\na,b|c\n", "x.csv", {}) == '|');
    CHECK(delimiter_of("sep=,x\n", "x.csv", {}) == ',');
}

TEST_CASE("broken quotes are errors with their place") {
    CHECK(read("a,b\nc,\"open\nd,e") == "2210 at 2:3");
    CHECK(read("a,\"b\" c") == "2211 at 1:6");
    CHECK(read("\"x\ny\"z,b") == "2211 at 2:3");
}

TEST_CASE("in TSV a quote that encloses no whole field is an ordinary character") {
    CHECK(read("ham\t\"Gimme a few\" was it", '\t') == "1:ham/\"Gimme a few\" was it");
    CHECK(read("ham\t\"open\nspam\tb", '\t') == "1:ham/\"open|2:spam/b");
    CHECK(read("ham\t\"all of it\"\nspam\tb", '\t') == "1:ham/all of it|2:spam/b");
    CHECK(read("\"a \"\"b\"\"\"\tc", '\t') == "1:a \"b\"/c");
}

TEST_CASE("the delimiter is told by the extension, else by the rows") {
    CHECK(delimiter_of("a,b", "x.tsv", {}) == '\t');
    CHECK(delimiter_of("text;label\na, b;x\nc, d;y", "x.csv", {}) == ';');
    CHECK(delimiter_of("text,label\na;b,x", "x.csv", {"text", "label"}) == ',');
    CHECK(delimiter_of("text\tlabel\na\tb", "x.csv", {"text", "label"}) == '\t');
    CHECK(delimiter_of("text|label\na|b", "x.csv", {"text", "label"}) == '|');
    CHECK(delimiter_of("one column\n", "x.csv", {}) == ',');
}

TEST_CASE("fields that are written by the rules come back, arbitrary bytes never crash") {
    Rng rng(43);
    const std::string alphabet = "ab,;\t\"\n\r\xc3\xa9 ";
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::string> fields(1 + rng.below(4));
        std::string text, noise;
        for (std::string& field : fields) {
            for (std::uint64_t i = rng.below(6); i > 0; --i) {
                field += alphabet[rng.below(alphabet.size())];
            }
            std::string quoted;
            for (const char c : field) {
                quoted += c == '"' ? "\"\"" : std::string(1, c);
            }
            text += (text.empty() ? "\"" : ",\"") + quoted + "\"";
            noise += field + static_cast<char>(rng.below(256));
        }
        DelimitedReader reader(text, ',', "f");
        Row row;
        const auto more = reader.next(row);
        REQUIRE(more.has_value());
        REQUIRE(*more);
        CHECK(row.fields == fields);
        for (const char delimiter : {',', '\t'}) {
            DelimitedReader noisy(noise, delimiter, "f");
            for (auto any = noisy.next(row); any && *any; any = noisy.next(row)) {
                CHECK_FALSE(row.fields.empty());
            }
        }
    }
}

}  // namespace
}  // namespace palier::eval
