#include "schema/language.h"

#include "base/rng.h"
#include "schema/codes.h"
#include "schema/test_schemas.h"
#include "schema/test_writer.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace palier::schema {
namespace {

Language language(std::string_view text) {
    auto made = Language::of(schema(text));
    REQUIRE_MESSAGE(made.has_value(), text);
    return *std::move(made);
}

bool is_in(const Language& language, std::string_view text) {
    Walk walk = language.begin();
    return walk.feed(text) && walk.may_end();
}

bool is_in(std::string_view of_schema, std::string_view text) {
    return is_in(language(of_schema), text);
}

bool matches(std::string_view pattern, std::string_view text) {
    const auto made = Language::of_pattern(pattern);
    REQUIRE_MESSAGE(made.has_value(), pattern);
    return is_in(*made, text);
}

// "pointer keyword reason", joined.
std::string obstacles(std::string_view text) {
    std::string all;
    for (const Obstacle& one : Language::obstacles(schema(text))) {
        all += (all.empty() ? "" : "; ") + one.pointer + " " + one.keyword + " " +
               std::to_string(one.reason);
    }
    return all;
}

TEST_CASE("members come in any order, each once, those that are required all") {
    const char* person = R"({"type": "object", "properties": {"name": {"type": "string"},
        "age": {"type": "integer"}}, "required": ["name"], "additionalProperties": false})";
    CHECK(is_in(person, R"({"name":"Zoé","age":3})"));
    CHECK(is_in(person, "{ \"age\" : 3 ,\n  \"name\": \"Zo\\u00eb\"}"));
    CHECK_FALSE(is_in(person, R"({"age":3})"));
    CHECK_FALSE(is_in(person, R"({"name":"a","name":"b"})"));
    CHECK_FALSE(is_in(person, R"({"name":"a","size":1})"));
    CHECK_FALSE(is_in(person, R"({"name":"a","age":3.5})"));
    CHECK_FALSE(is_in(person, R"({"name":"a"} )"));
    // What is refused is refused at once, not at the end.
    Walk walk = language(person).begin();
    REQUIRE(walk.feed(R"({"name":"a","ag)"));
    CHECK(walk.next_bytes().count() == 1);
    CHECK_FALSE(walk.feed("x"));
    CHECK(walk.feed("e\":"));
}

TEST_CASE("open objects take further members, with the patterns of their names") {
    const char* open = R"({"type": "object", "properties": {"a": {"type": "null"}},
        "patternProperties": {"^n_": {"type": "number"}}, "additionalProperties": {"type": "string"}})";
    CHECK(is_in(open, R"({"n_x":1,"a":null,"b":"c"})"));
    CHECK_FALSE(is_in(open, R"({"n_x":"1"})"));
    CHECK_FALSE(is_in(open, R"({"b":1})"));
    CHECK_FALSE(is_in(open, R"({"a":"b"})"));
    CHECK_FALSE(is_in(open, R"({"b":"c","b":"d"})"));
    CHECK(is_in("{}", R"([{"a":[1,{"b":null}]},true,-1.5e3])"));
    CHECK(is_in(R"({"type": "object", "maxProperties": 1, "required": ["z"]})", R"({"z":0})"));
    CHECK_FALSE(
        is_in(R"({"type": "object", "maxProperties": 1, "required": ["z"]})", R"({"y":0,"z":0})"));
}

TEST_CASE("a name whose last spelling is used up is not begun") {
    const char* two = R"({"type": "object", "patternProperties": {"^(a|b)$": {"type": "null"}},
        "additionalProperties": false, "minProperties": 1})";
    Walk walk = language(two).begin();
    REQUIRE(walk.feed(R"({"a":null)"));
    REQUIRE(walk.feed(","));
    CHECK_FALSE(walk.feed("\"a"));
    REQUIRE(walk.feed(R"("b":null)"));
    CHECK_FALSE(walk.feed(","));
    CHECK(walk.feed("}"));
    CHECK(walk.may_end());
}

TEST_CASE("numbers stay within their bounds and multiples from the first digit on") {
    const char* bounded = R"({"type": "integer", "minimum": 17, "maximum": 320})";
    CHECK(is_in(bounded, "17"));
    CHECK(is_in(bounded, "320"));
    CHECK_FALSE(is_in(bounded, "4"));
    Walk walk = language(bounded).begin();
    CHECK_FALSE(walk.feed("-"));
    REQUIRE(walk.feed("32"));
    CHECK(walk.next_bytes().count() == 1);
    CHECK(is_in(R"({"multipleOf": 0.25, "exclusiveMaximum": 1, "minimum": -1, "type": "number"})",
                "-0.75"));
    CHECK_FALSE(is_in(R"({"multipleOf": 0.25, "type": "number"})", "0.3"));
    CHECK(is_in(R"({"multipleOf": 7, "minimum": 100, "maximum": 106, "type": "integer"})", "105"));
    CHECK_FALSE(
        language(R"({"multipleOf": 7, "minimum": 100, "maximum": 106})").begin().feed("101"));
    CHECK(is_in(R"({"type": "number"})", "-12.5e-3"));
    CHECK_FALSE(is_in(R"({"type": "number"})", "01"));
    CHECK_FALSE(is_in(R"({"type": "number"})", "1."));
}

TEST_CASE("no text is followed for ever where JSON alone would let it") {
    Walk walk = language(R"({"type": "array", "items": {"type": "number"}})").begin();
    REQUIRE(walk.feed("[" + std::string(16, '\n')));
    CHECK_FALSE(walk.feed(" "));
    REQUIRE(walk.feed("1234567890123456789"));
    CHECK_FALSE(walk.feed("0"));
    REQUIRE(walk.feed(".123456789012345"));
    CHECK_FALSE(walk.feed("6"));
    CHECK_FALSE(language("{}").begin().feed(std::string(70, '[')));
    CHECK_FALSE(language("{}").begin().feed(" 1"));
}

TEST_CASE("text obeys its pattern, its length and its escapes together") {
    const char* code =
        R"({"type": "string", "pattern": "^[A-Zé]+-", "minLength": 4, "maxLength": 5})";
    CHECK(is_in(code, R"("AÉ-1")") == false);
    CHECK(is_in(code, R"("Aé-1")"));
    CHECK(is_in(code, R"("A\u00e9-\n")"));
    CHECK_FALSE(is_in(code, R"("A-1")"));
    CHECK_FALSE(is_in(code, R"("ABCDE")"));
    CHECK_FALSE(language(code).begin().feed(R"("A\u01)"));
    CHECK_FALSE(language(R"({"type": "string"})").begin().feed(R"("\u0041)"));
    CHECK(is_in(R"({"type": "string", "maxLength": 1})", R"("\ud83d\ude00")"));
    CHECK_FALSE(language(R"({"type": "string"})").begin().feed(R"("\ud83dx)"));
    CHECK_FALSE(language(R"({"type": "string"})").begin().feed("\"\xC0\x80"));
    CHECK_FALSE(language(R"({"type": "string"})").begin().feed("\"\n"));
    CHECK(is_in(R"({"type": "string", "format": "date"})", R"("2024-02-29")"));
    CHECK_FALSE(language(R"({"type": "string", "format": "date"})").begin().feed(R"("2023-02-29)"));
}

TEST_CASE("enum and const are written as they stand, whatever else is asked of them") {
    const char* values =
        R"({"enum": ["red", "green", 4, {"a": [1, "x"]}, null], "type": ["string", "object"]})";
    CHECK(is_in(values, R"("green")"));
    CHECK(is_in(values, R"({"a":[1,"x"]})"));
    CHECK_FALSE(is_in(values, "4"));
    CHECK_FALSE(is_in(values, R"({"a":[1,"y"]})"));
    CHECK_FALSE(language(values).begin().feed(R"("b)"));
    std::string many = R"({"enum": ["0")";
    for (int i = 1; i < 10'000; ++i) {
        many += ",\"" + std::to_string(i) + "\"";
    }
    CHECK(is_in(many + "]}", R"("9999")"));
    CHECK_FALSE(is_in(many + "]}", R"("12345")"));
}

TEST_CASE("schemas that are combined are alternatives and conditions, not guesses") {
    const char* shape = R"({"oneOf": [
        {"type": "object", "properties": {"kind": {"const": "dot"}}, "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"const": "line"}, "length": {"minimum": 0}},
         "required": ["kind", "length"]}]})";
    CHECK(is_in(shape, R"({"kind":"dot","length":-1})"));
    CHECK_FALSE(is_in(shape, R"({"kind":"line","length":-1})"));
    CHECK(is_in(shape, R"({"length":2,"kind":"line"})"));
    const char* overlap =
        R"({"oneOf": [{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 3}]})";
    CHECK(is_in(overlap, "2"));
    CHECK_FALSE(is_in(overlap, "4"));
    CHECK(is_in(overlap, "7"));
    CHECK_FALSE(is_in(R"({"type": "string", "not": {"pattern": "^a"}})", R"("ab")"));
    CHECK(is_in(R"({"allOf": [{"maxLength": 2}, {"minLength": 2}], "type": "string"})", R"("ab")"));
    const char* when =
        R"({"type": "object", "if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
        "then": {"required": ["b"]}})";
    CHECK(is_in(when, R"({"a":1,"b":0})"));
    CHECK_FALSE(is_in(when, R"({"a":1})"));
    CHECK(is_in(when, R"({"c":1})"));
}

TEST_CASE("what stands in the way is named, all of it, and nothing is written instead") {
    CHECK(
        obstacles(R"({"type": "object", "properties": {"a": {"type": "array", "uniqueItems": true},
                       "b": {"contains": {"type": "null"}}}})") ==
        "/properties/a uniqueItems 2570; /properties/b contains 2570");
    CHECK(obstacles(R"({"type": "string", "pattern": "\\bx"})") == " pattern 2572");
    CHECK(obstacles(R"({"not": {"items": {"type": "null"}}})") == " not 2574");
    CHECK(obstacles(R"({"type": "number", "multipleOf": 1e-20})") == " multipleOf 2573");
    CHECK(obstacles(R"({"type": "integer", "minimum": 3, "maximum": 2})") == " false 2575");
    CHECK(
        obstacles(
            R"({"type": "string", "pattern": "^(a?){1000}(b?){1000}.{0,500}$", "maxLength": 900})")
            .starts_with(" "));
    const auto refused = Language::of(schema(R"({"uniqueItems": true})"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == codes::not_constrained);
    CHECK(refused.error().cause->code == codes::keyword_not_followed);
}

TEST_CASE("a regular expression is a language of whole texts, not of JSON") {
    CHECK(matches("[A-Z]{2}-[0-9]+", "FR-75"));
    CHECK_FALSE(matches("[A-Z]{2}-[0-9]+", "FR-75 "));
    CHECK(matches("é|^b$|", "é"));
    CHECK(matches("é|^b$|", ""));
    CHECK_FALSE(Language::of_pattern("a(?=b)"));
    CHECK_FALSE(Language::of_pattern("(((a{1,99}){1,99}){1,99}){1,99}"));
    CHECK_FALSE(Language::of_pattern("(a|b)*a(a|b){15}"));
    CHECK_FALSE(Language::of_pattern("a$b"));
}

TEST_CASE("whoever writes at random within a schema writes what the schema accepts") {
    Rng rng(11);
    for (const std::string_view text : k_ordinary_schemas) {
        CAPTURE(text);
        const Schema of = schema(text);
        const Language within = language(text);
        for (int round = 0; round < 100; ++round) {
            const std::string made = written_at_random(within, rng, 20 + rng.below(100));
            CAPTURE(made);
            const auto parsed = json::parse(made);
            REQUIRE(std::holds_alternative<json::Value>(parsed));
            CHECK(of.accepts(std::get<json::Value>(parsed)));
        }
    }
}

}  // namespace
}  // namespace palier::schema
