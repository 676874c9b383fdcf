#include "eval/fields.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

json::Value parsed(std::string_view text) {
    auto value = json::parse_or_nothing(text);
    REQUIRE(value.has_value());
    return *std::move(value);
}

core::FieldCounts counts(std::string_view gold,
                         std::string_view found,
                         const Comparison& how = {}) {
    const json::Value value = parsed(found);
    return sum_of(compare_fields(parsed(gold), &value, how));
}

TEST_CASE("leaves have paths, array elements by position, null is no leaf") {
    const json::Value value =
        parsed(R"({"a": {"b": 1, "c": null}, "lines": [{"p": 2}, {"p": 3}], "e": {}, "t": true})");
    std::string paths;
    for (const auto& [path, leaf] : leaves_of(value)) {
        paths += path + " ";
    }
    CHECK(paths == "a.b lines[0].p lines[1].p t ");
    CHECK(leaves_of(parsed("5")).front().first == "$");
    CHECK(leaves_of(parsed("[[1], 2]")).front().first == "[0][0]");
    CHECK(field_of_path("lines[12].p[3]") == "lines[].p[]");
    CHECK(field_of_path("odd[key]") == "odd[key]");
    CHECK(field_of_path("odd[1") == "odd[1");
}

TEST_CASE("equal, wrong, missing and extra fields") {
    CHECK(counts(R"({"a": 1, "b": "x"})", R"({"b": "X", "a": "1.0"})") ==
          core::FieldCounts{2, 0, 0});
    CHECK(counts(R"({"a": 1})", R"({"a": 2})") == core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"a": 1, "b": 2})", R"({"a": 1})") == core::FieldCounts{1, 0, 1});
    CHECK(counts(R"({"a": 1})", R"({"a": 1, "b": 2})") == core::FieldCounts{1, 1, 0});
    CHECK(counts(R"({"a": null})", R"({})") == core::FieldCounts{0, 0, 0});
    CHECK(counts(R"({"a": null})", R"({"a": 1})") == core::FieldCounts{0, 1, 0});
    CHECK(counts(R"({"a": {"b": 1}})", R"({"a": 1})") == core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"l": [1, 2]})", R"({"l": [2, 1]})") == core::FieldCounts{0, 2, 2});
}

TEST_CASE("two leaves never share a path") {
    CHECK(counts(R"({"a": {"b": 1}})", R"({"a.b": 1})") == core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"a": {"b": 1}, "a.b": 2})", R"({"a": {"b": 1}, "a.b": 2})") ==
          core::FieldCounts{2, 0, 0});
    CHECK(counts(R"({"a": [1]})", R"({"a[0]": 1})") == core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"": 1})", R"({"$": 1})") == core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"$": 5})", "5") == core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"[\"a\"]": 1})", R"({"a": 1})") == core::FieldCounts{0, 1, 1});
    CHECK(field_of_path(member_path("", "l[12].x") + "[3]") == R"(["l[12].x"][])");
}

TEST_CASE("arrays are compared as the job says: a sequence, or a set") {
    Comparison set;
    set.any_order = true;
    CHECK(counts(R"({"l": [1, 2, 3]})", R"({"l": [3, 1, 2]})", set) == core::FieldCounts{3, 0, 0});
    CHECK(counts(R"({"l": [1, 1, 2]})", R"({"l": [2, 1]})", set) == core::FieldCounts{2, 0, 1});
    CHECK(counts(R"({"l": [1]})", R"({"l": [2, 1, 2]})", set) == core::FieldCounts{1, 2, 0});
    CHECK(counts(R"({"l": [{"n": "x", "p": 1}, {"n": "y", "p": 2}]})",
                 R"({"l": [{"n": "y", "p": 2}, {"n": "x", "p": 3}]})",
                 set) == core::FieldCounts{3, 1, 1});
    CHECK(counts("[[1, 2], [3]]", "[[3], [2, 1]]", set) == core::FieldCounts{3, 0, 0});
    CHECK(counts(R"({"l": [1, 2, 3]})", R"({"l": [3, 1, 2]})") == core::FieldCounts{0, 3, 3});
    CHECK(counts(R"({"l": []})", R"({"l": []})", set) == core::FieldCounts{0, 0, 0});
}

TEST_CASE("the schema says what a field is") {
    Comparison how;
    how.kinds =
        FieldKinds(R"({"properties": {"version": {"type": "string"}, "n": {"type": "number"}}})");
    CHECK(counts(R"({"version": "1.10"})", R"({"version": 1.1})", how) ==
          core::FieldCounts{0, 1, 1});
    CHECK(counts(R"({"n": "1.10"})", R"({"n": "1.1"})", how) == core::FieldCounts{1, 0, 0});
}

TEST_CASE("no JSON misses every gold leaf") {
    const auto fields =
        compare_fields(parsed(R"({"a": 1, "l": [{"p": 1}, {"p": 2}]})"), nullptr, Comparison{});
    CHECK(sum_of(fields) == core::FieldCounts{0, 0, 3});
    CHECK(fields.at("l[].p").false_negative == 2);
}

TEST_CASE("F1 in millionths") {
    CHECK(f1_of({0, 0, 0}) == k_one);
    CHECK(f1_of({1, 0, 0}) == k_one);
    CHECK(f1_of({0, 1, 1}) == 0);
    CHECK(f1_of({1, 1, 1}) == 500'000);
    CHECK(f1_of({1, 0, 1}) == 666'667);
    CHECK(f1_of({1, 2, 3}) == 285'714);
}

}  // namespace
}  // namespace palier::eval
