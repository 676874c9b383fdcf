#include "schema/schema.h"

#include "base/rng.h"
#include "schema/codes.h"
#include "schema/test_schemas.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace palier::schema {
namespace {

json::Value value(std::string_view text) {
    const auto parsed = json::parse(text);
    REQUIRE_MESSAGE(std::holds_alternative<json::Value>(parsed), text);
    return std::get<json::Value>(parsed);
}

bool accepts(std::string_view of_schema, std::string_view instance) {
    return schema(of_schema).accepts(value(instance));
}

// "instance keyword schema", joined.
std::string why(std::string_view of_schema, std::string_view instance) {
    std::string all;
    for (const Violation& one : schema(of_schema).violations(value(instance))) {
        all += (all.empty() ? "" : "; ") + one.instance + " " + one.keyword + " " + one.schema;
    }
    return all;
}

// The code and what the error says of the place.
std::string refusal(std::string_view text) {
    const auto read = Schema::read(text);
    REQUIRE_MESSAGE(!read.has_value(), text);
    std::string told = std::to_string(read.error().code);
    for (const auto& [name, what] : read.error().args) {
        told += " " + what;
    }
    return told;
}

TEST_CASE("every violation names its place in the instance, its keyword and its schema") {
    const char* invoice = R"({"type": "object", "required": ["total", "lines"], "properties": {
        "total": {"type": "number", "minimum": 0},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
        "$defs": {"line": {"properties": {"a/b": {"maxLength": 2}}}}})";
    CHECK(why(invoice, R"({"total": 3.5, "lines": [{"a/b": "xy"}]})").empty());
    CHECK(why(invoice, R"({"lines": []})") == " required ");
    CHECK(why(invoice, R"({"total": -1, "lines": [{}, {"a/b": "xyz"}]})") ==
          "/total minimum /properties/total; /lines/1/a~1b maxLength "
          "/$defs/line/properties/a~1b");
    CHECK(why(R"({"anyOf": [{"type": "null"}, {"minimum": 2}]})", "1") == " anyOf ");
    CHECK(schema(R"({"items": false})").violations(value("[1,2,3,4,5]"), 3).size() == 3);
}

TEST_CASE("numbers are compared and divided as decimals, however long they are") {
    CHECK(accepts(R"({"multipleOf": 0.01})", "4.35"));
    CHECK_FALSE(accepts(R"({"multipleOf": 0.01})", "4.351"));
    CHECK(accepts(R"({"multipleOf": 3})", "1e300") == false);
    CHECK(accepts(R"({"maximum": 12345678901234567890})", "12345678901234567890"));
    CHECK_FALSE(accepts(R"({"maximum": 12345678901234567890})", "12345678901234567891"));
    CHECK_FALSE(accepts(R"({"exclusiveMinimum": -0.3})", "-0.30"));
    CHECK(accepts(R"({"type": "integer"})", "2.0"));
    CHECK(accepts(R"({"type": "integer"})", "1e3"));
    CHECK_FALSE(accepts(R"({"type": "integer"})", "1e-3"));
}

TEST_CASE("text is measured in characters and searched, not matched whole") {
    CHECK(accepts(R"({"maxLength": 2})", R"("éè")"));
    CHECK_FALSE(accepts(R"({"maxLength": 2})", R"("été")"));
    CHECK(accepts(R"({"pattern": "b+"})", R"("abbc")"));
    CHECK_FALSE(accepts(R"({"pattern": "^b+$"})", R"("abbc")"));
    CHECK_FALSE(accepts(R"({"pattern": "^.$"})", R"("\n")"));
    CHECK(accepts(R"({"pattern": "^\\s\\u00e9[\\x41-]{2}$"})", "\"\\u00a0éA-\""));
    CHECK(accepts(R"({"format": "date"})", R"("2024-02-29")"));
    CHECK_FALSE(accepts(R"({"format": "date"})", R"("2023-02-29")"));
    CHECK(accepts(R"({"format": "currency"})", R"("?")"));
    CHECK(schema(R"({"items": {"format": "currency"}})").unchecked_formats().front().first ==
          "/items/format");
}

TEST_CASE("what older drafts write otherwise is read as they meant it") {
    CHECK_FALSE(accepts(R"({"minimum": 2, "exclusiveMinimum": true})", "2"));
    CHECK(accepts(R"({"maximum": 2, "exclusiveMaximum": false})", "2"));
    CHECK_FALSE(accepts(R"({"items": [{"type": "null"}], "additionalItems": false})", "[null, 1]"));
    CHECK_FALSE(accepts(R"({"dependencies": {"a": ["b"]}})", R"({"a": 1})"));
    CHECK_FALSE(accepts(R"({"dependencies": {"a": {"maxProperties": 1}}})", R"({"a": 1, "b": 2})"));
    const std::string beside = R"("definitions": {"n": {"type": "integer"}},
        "properties": {"a": {"$ref": "#/definitions/n", "maximum": 2}}})";
    CHECK_FALSE(accepts("{" + beside, R"({"a": 3})"));
    CHECK(accepts(R"({"$schema": "http://json-schema.org/draft-07/schema#",)" + beside,
                  R"({"a": 3})"));
    CHECK_FALSE(accepts(R"({"$schema": "http://json-schema.org/draft-04/schema#",
                            "type": "integer"})",
                        "1.0"));
}

TEST_CASE("what cannot be checked is refused with its place") {
    CHECK(refusal("{") == "2560 it ends before the value is complete 1");
    CHECK(refusal(R"({"properties": {"a": {"type": "int"}}})") == "2561 /properties/a/type type");
    CHECK(refusal(R"({"items": 3})") == "2561 /items items");
    CHECK(refusal(R"({"minLength": -1})") == "2561 /minLength minLength");
    CHECK(refusal(R"({"allOf": [{"unevaluatedItems": false}]})") ==
          "2562 /allOf/0/unevaluatedItems unevaluatedItems");
    CHECK(refusal(R"({"$ref": "https://example.org/a.json#/b"})") ==
          "2563 /$ref https://example.org/a.json#/b");
    CHECK(refusal(R"({"not": {"$ref": "#/$defs/a"}})") == "2564 /not/$ref #/$defs/a");
    CHECK(refusal(R"({"$ref": "#"})").starts_with("2565"));
    CHECK(refusal(
              R"({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}}})")
              .starts_with("2565"));
    CHECK(refusal(R"re({"pattern": "a(?!b)"})re") ==
          "2567 /pattern a(?!b) look-around cannot be checked here");
    CHECK(refusal(R"re({"pattern": "(a)\\1"})re").find("back-references") != std::string::npos);
    CHECK(refusal(R"({"pattern": "((a{1,1000}){1,1000}){1,1000}"})").starts_with("2567"));
}

TEST_CASE("a schema that refers to itself for parts of the value is no loop") {
    const char* tree = R"({"type": "object", "required": ["v"], "properties": {
        "v": {"type": "integer"}, "next": {"$ref": "#"}}})";
    CHECK(accepts(tree, R"({"v": 1, "next": {"v": 2}})"));
    CHECK(why(tree, R"({"v": 1, "next": {"v": 2, "next": {}}})") == "/next/next required ");
}

TEST_CASE("schemas that double with each reference are judged in a moment") {
    std::string text = R"({"$ref": "#/$defs/d0", "$defs": {"d60": {"type": "string"})";
    for (int i = 0; i < 60; ++i) {
        const std::string next = R"({"$ref": "#/$defs/d)" + std::to_string(i + 1) + R"("})";
        text += R"(, "d)" + std::to_string(i) + R"(": {"allOf": [)" + next + ", " + next + "]}";
    }
    CHECK_FALSE(accepts(text + "}}", "1"));
    CHECK(accepts(text + "}}", R"("a")"));
    CHECK(schema(text + "}}").violations(value("1")).size() == 20);
}

TEST_CASE("ten thousand values of an enum are read and found") {
    std::string text = R"({"enum": [)";
    for (int i = 0; i < 10'000; ++i) {
        text += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
    }
    CHECK(accepts(text + "]}", R"("9999")"));
    CHECK_FALSE(accepts(text + "]}", R"("10000")"));
}

TEST_CASE("any text is a schema or an error, and any schema judges any value") {
    Rng rng(20);
    const std::vector<std::string> pieces{"{",          "}",
                                          "[",          "]",
                                          ",",          ":",
                                          "1",          "-0.5",
                                          "true",       "null",
                                          "\"#\"",      "\"a\"",
                                          "\"^a|[b-\"", "\"type\":",
                                          "\"object\"", "\"properties\":",
                                          "\"items\":", "\"$ref\":",
                                          "\"not\":",   "\"pattern\":",
                                          "\"anyOf\":", "\"minimum\":",
                                          "\"enum\":",  "\"required\":",
                                          "\"$id\":"};
    int read = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = "{";
        const auto count = rng.below(14);
        for (std::uint64_t i = 0; i < count; ++i) {
            text += pieces[rng.below(pieces.size())];
        }
        const auto made = Schema::read(text + "}");
        if (made) {
            ++read;
            for (const char* instance : {"1", "\"a\"", "[1,null]", "{\"a\":{}}"}) {
                CHECK(made->accepts(value(instance)) == made->violations(value(instance)).empty());
            }
        } else {
            CHECK((made.error().code >= 2560 && made.error().code <= 2567));
        }
    }
    CHECK(read > 100);
}

}  // namespace
}  // namespace palier::schema
