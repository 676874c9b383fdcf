#include "eval/schema_of.h"

#include <doctest/doctest.h>

#include <string>

namespace palier::eval {
namespace {

json::Value schema_from(const std::vector<std::string>& texts) {
    std::vector<json::Value> values;
    for (const std::string& text : texts) {
        values.push_back(json::parse_or_nothing(text).value());
    }
    std::vector<const json::Value*> examples;
    for (const json::Value& value : values) {
        examples.push_back(&value);
    }
    return schema_of(examples);
}

}  // namespace

TEST_CASE("properties keep their order, and those of every object are required") {
    const json::Value schema =
        schema_from({R"({"total": 12.5, "lines": 2})", R"({"total": 3, "lines": 1, "note": "x"})"});
    CHECK(json::write(schema) ==
          R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
          R"("properties":{"total":{"type":"number"},"lines":{"type":"integer"},)"
          R"("note":{"type":"string"}},"required":["total","lines"],)"
          R"("additionalProperties":false})");
}

TEST_CASE("a value that may be null keeps its other type") {
    const json::Value schema = schema_from({R"({"date": null})", R"({"date": "2026-01-31"})"});
    CHECK(json::write(schema["properties"]["date"]) ==
          R"({"type":["string","null"],"format":"date"})");
    CHECK(json::write(schema_from({R"({"x": null})"})["properties"]["x"]) == "{}");
}

TEST_CASE("strings of which few keep coming back are a closed set") {
    std::vector<std::string> texts;
    for (int i = 0; i < 30; ++i) {
        texts.push_back(std::string(R"({"unit": ")") + (i % 3 == 0 ? "kg" : "box") +
                        R"(", "name": "n)" + std::to_string(i) + "\"}");
    }
    const json::Value schema = schema_from(texts);
    CHECK(json::write(schema["properties"]["unit"]["enum"]) == R"(["kg","box"])");
    CHECK(schema["properties"]["name"].find("enum") == nullptr);
}

TEST_CASE("arrays have the shape of all their items") {
    const json::Value schema = schema_from({R"([{"a": 1}, {"a": 2, "b": true}])", "[]"});
    CHECK(schema["type"].as_string() == "array");
    CHECK(json::write(schema["items"]["required"]) == R"(["a"])");
    CHECK(schema["items"]["properties"]["b"]["type"].as_string() == "boolean");
}

TEST_CASE("deep nesting ends in a schema that allows anything") {
    std::string deep = "1";
    for (int i = 0; i < 40; ++i) {
        deep = "[" + deep + "]";
    }
    json::Value at = schema_from({deep});
    int levels = 0;
    while (at.find("items") != nullptr) {
        at = json::Value(at["items"]);
        ++levels;
    }
    CHECK(levels == 12);
    CHECK(at.as_object().empty());
}

TEST_CASE("no example gives no constraint") {
    CHECK(json::write(schema_of({})) ==
          R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})");
}

}  // namespace palier::eval
