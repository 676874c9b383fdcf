// Schemas for tests, written by us.
#pragma once

#include "schema/schema.h"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

namespace palier::schema {

inline Schema schema(std::string_view text) {
    auto read = Schema::read(text);
    REQUIRE_MESSAGE(read.has_value(), text);
    return *std::move(read);
}

inline constexpr std::array<std::string_view, 12> k_ordinary_schemas{
    "{}",
    R"({"type": "object", "properties": {"total": {"type": "number", "minimum": 0, "multipleOf": 0.01},
        "currency": {"enum": ["EUR", "USD"]}, "date": {"type": "string", "format": "date"},
        "lines": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"$ref": "#/$defs/line"}}},
        "required": ["total", "lines"], "additionalProperties": false,
        "$defs": {"line": {"type": "object", "properties": {"text": {"type": "string", "maxLength": 9},
        "count": {"type": "integer", "minimum": 1, "maximum": 12}}, "required": ["text"],
        "additionalProperties": false}}})",
    R"({"type": "object", "properties": {"v": {"type": "boolean"}, "next": {"$ref": "#"}},
        "required": ["v"], "additionalProperties": false})",
    R"({"type": "object", "patternProperties": {"^x": {"type": "integer"}, "y$": {"minimum": 5}},
        "additionalProperties": {"type": "null"}, "maxProperties": 3})",
    R"({"anyOf": [{"type": "string", "pattern": "^[a-c]{2,4}$"}, {"type": "array", "prefixItems":
        [{"type": "null"}, {"const": 2}], "items": false}]})",
    R"({"oneOf": [{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 3}]})",
    R"({"type": "string", "not": {"enum": ["a", "b", ""]}, "maxLength": 3})",
    R"({"type": "object", "required": ["a"], "dependentRequired": {"b": ["c"]},
        "properties": {"a": {"type": ["string", "null"], "minLength": 1}, "b": {}, "c": {}},
        "additionalProperties": false})",
    R"({"type": "string", "format": "date-time"})",
    R"({"type": "number", "exclusiveMinimum": -0.5, "exclusiveMaximum": 12.75, "multipleOf": 0.125})",
    R"({"enum": [1, "two", [3, {"four": null}], {"five": 5, "six": []}]})",
    R"({"type": "object", "properties": {"a": {"type": "integer"}}, "if": {"required": ["a"]},
        "then": {"properties": {"a": {"minimum": 10}}}, "else": {"required": ["b"]},
        "propertyNames": true, "patternProperties": {"^b$": {"type": "null"}},
        "additionalProperties": false})"};

}  // namespace palier::schema
