#include "planning/schema_notes.h"

#include "schema/codes.h"

#include <doctest/doctest.h>

namespace palier::planning {
namespace {

core::Job extracting(const std::string& schema) {
    core::Job job;
    job.task = core::Task::Extract;
    job.schema = schema;
    return job;
}

}  // namespace

TEST_CASE("a schema that can be followed while it is written gives nothing to say") {
    CHECK(notes_of_schema(extracting(R"({"type":"object","properties":{"a":{"type":"string"}}})"))
              .empty());
    CHECK(notes_of_schema(extracting("")).empty());
    CHECK(notes_of_schema(extracting("{")).empty());
}

TEST_CASE("each keyword that stands in the way is named with its place") {
    const auto notes = notes_of_schema(extracting(
        R"({"properties":{"tags":{"type":"array","uniqueItems":true},"b":{"contains":{"type":"null"}}}})"));
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].code == schema::codes::not_held);
    CHECK(notes[0].args[0].second == "contains (#/properties/b), uniqueItems (#/properties/tags)");
    CHECK(notes[0].args[1].second == "2");
}

TEST_CASE("of many keywords ten are named, and a task without a schema has none") {
    std::string many;
    for (int i = 0; i < 14; ++i) {
        many += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + R"(":{"uniqueItems":true})";
    }
    const std::string schema = "{\"properties\":{" + many + "}}";
    const auto notes = notes_of_schema(extracting(schema));
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].args[0].second.ends_with(", ..."));
    CHECK(notes[0].args[1].second == "14");
    core::Job labels = extracting(schema);
    labels.task = core::Task::Classify;
    CHECK(notes_of_schema(labels).empty());
}

TEST_CASE("a format that nothing checks is said") {
    const auto notes = notes_of_schema(
        extracting(R"({"type":"object","properties":{"a":{"type":"string","format":"colour"}}})"));
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].code == schema::codes::formats_unchecked);
    CHECK(notes[0].args[0].second == "colour (#/properties/a/format)");
}

}  // namespace palier::planning
