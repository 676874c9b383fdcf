#include "eval/field_kinds.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::eval {
namespace {

TEST_CASE("kinds are read from properties, items and local references") {
    const FieldKinds kinds(R"({
        "properties": {
            "name": {"type": "string"},
            "due": {"type": ["string", "null"], "format": "date"},
            "paid": {"type": "boolean"},
            "either": {"type": ["string", "number"]},
            "a.b": {"type": "integer"},
            "lines": {"items": {"$ref": "#/$defs/line"}},
            "loop": {"$ref": "#"}},
        "$defs": {"line": {"properties": {"price": {"type": "number"}}}}})");
    CHECK(kinds.of("name") == FieldKind::Text);
    CHECK(kinds.of("due") == FieldKind::Date);
    CHECK(kinds.of("paid") == FieldKind::Boolean);
    CHECK(kinds.of("either") == FieldKind::Unknown);
    CHECK(kinds.of(R"(["a.b"])") == FieldKind::Number);
    CHECK(kinds.of("lines[].price") == FieldKind::Number);
    CHECK(kinds.of("loop.name") == FieldKind::Text);
    CHECK(kinds.of("nothing") == FieldKind::Unknown);
}

TEST_CASE("no schema, or what is none, says nothing") {
    CHECK(FieldKinds().of("a") == FieldKind::Unknown);
    CHECK(FieldKinds("").of("a") == FieldKind::Unknown);
    CHECK(FieldKinds("[1]").of("$") == FieldKind::Unknown);
    CHECK(FieldKinds(R"({"type": "string"})").of("$") == FieldKind::Text);
}

TEST_CASE("schemas that go round in circles, and arbitrary bytes, end soon") {
    CHECK(FieldKinds(R"({"$ref": "#"})").of("$") == FieldKind::Unknown);
    Rng rng(29);
    const std::string alphabet = "{}[]\",:typeproritsm$#/ ";
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            text += alphabet[rng.below(alphabet.size())];
        }
        CHECK(FieldKinds(text).of("x") == FieldKind::Unknown);
    }
}

}  // namespace
}  // namespace palier::eval
