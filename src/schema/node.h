// A schema read: one Node for each place that is a schema, by number. What follows from a keyword's
// absence is an absent value here.
#pragma once

#include "lib/json/decimal.h"
#include "lib/json/json.h"
#include "lib/regex/regex.h"
#include "schema/pattern.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace palier::schema {

using json::Decimal;

using NodeId = int;

// The types of JSON as bits. A number without fraction is an Integer, any other a Fraction; the
// keyword's "number" is both.
enum Type : unsigned {
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Fraction = 8,
    String = 16,
    Array = 32,
    Object = 64
};
inline constexpr unsigned k_numbers = Type::Integer | Type::Fraction;
inline constexpr unsigned k_all_types = 127;

struct TextPattern {
    std::string text;  // as written, for people
    std::shared_ptr<const Pattern> tree;
    regex::Regex regex;
    bool negated = false;  // it must not be found
};

struct Node {
    std::string pointer;         // JSON pointer in the schema
    std::optional<bool> always;  // a schema that is true or false
    unsigned types = k_all_types;
    bool integers_as_written = false;                // draft 4: 1.0 is no integer
    std::optional<std::vector<json::Value>> values;  // enum
    std::optional<json::Value> constant;             // const
    std::vector<json::Value> none_of;                // only where a `not` was turned round

    std::optional<Decimal> minimum, maximum, above, below, multiple_of;
    std::optional<std::size_t> min_length, max_length, min_items, max_items, min_properties,
        max_properties;
    std::vector<TextPattern> patterns;  // pattern, and a format that is checked

    std::vector<NodeId> first_items;  // prefixItems
    std::optional<NodeId> items;      // of the rest
    std::optional<NodeId> contains;
    std::size_t min_contains = 1;
    std::optional<std::size_t> max_contains;
    bool unique_items = false;

    std::vector<std::string> required;
    std::vector<std::pair<std::string, NodeId>> properties;
    std::vector<std::pair<TextPattern, NodeId>> pattern_properties;
    std::optional<NodeId> additional, property_names;
    std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
    std::vector<std::pair<std::string, NodeId>> dependent_schemas;

    std::optional<NodeId> reference;
    std::vector<NodeId> all_of, any_of, one_of;
    std::optional<NodeId> negated, condition, then, otherwise;
};

struct Tree {
    std::vector<Node> nodes;  // the first is the whole schema
    std::vector<std::pair<std::string, std::string>> unchecked_formats;  // pointer, format
};

// All types that a value has: one bit.
[[nodiscard]] Type type_of(const json::Value& value);
[[nodiscard]] Decimal decimal_of(const json::Value& number);

// Whether `value` obeys node `id`.
[[nodiscard]] bool obeys(const Tree& tree, NodeId id, const json::Value& value);

}  // namespace palier::schema
