#include "eval/records.h"

#include "eval/codes.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

RawFile raw(const std::string& text, const std::string& path) {
    auto file = read_raw_text(text, path);
    REQUIRE(file);
    return *std::move(file);
}

}  // namespace

TEST_CASE("a text file has one input a line") {
    const RawFile file = raw("first\r\n\n  second  \n", "notes.txt");
    REQUIRE(file.records.size() == 2);
    CHECK(file.records[1].fields["input"].as_string() == "second");
    CHECK(file.records[1].line == 3);
    CHECK(file.format == "text");
}

TEST_CASE("columns are listed in the order of their first appearance") {
    const RawFile file = raw("{\"b\": 1}\n{\"a\": 2, \"b\": 3}\n", "x.jsonl");
    CHECK(file.columns == std::vector<std::string>{"b", "a"});
    CHECK(text_of(file.records[0].fields["b"]) == "1");
    CHECK(text_of(file.records[0].fields["a"]).empty());
}

TEST_CASE("a header line is told from data") {
    CHECK_FALSE(raw("text,label\nhello,a\nhi,a\n", "x.csv").positions);
    const RawFile bare = raw("hello,a\nhi,a\n", "x.csv");
    CHECK(bare.positions);
    CHECK(bare.columns == std::vector<std::string>{"1", "2"});
    CHECK(bare.records.size() == 2);
}

TEST_CASE("what is wrong with a raw file is an error with its place") {
    const auto no_array = read_raw_text("{}", "x.json");
    REQUIRE_FALSE(no_array);
    CHECK(no_array.error().code == codes::no_array_of_objects);
    const auto broken = read_raw_text("{\"a\": 1}\n{\"a\" 2}\n", "x.jsonl");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == codes::broken_json);
    const auto empty = read_raw_text("\n\n", "x.txt");
    REQUIRE_FALSE(empty);
    CHECK(empty.error().code == codes::no_case);
    CHECK_FALSE(read_raw("/nowhere/x.csv"));
}

}  // namespace palier::eval
