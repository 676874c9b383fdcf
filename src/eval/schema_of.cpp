#include "eval/schema_of.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace palier::eval {
namespace {

using Examples = std::vector<const json::Value*>;

constexpr int k_most_levels = 12;
constexpr std::size_t k_most_choices = 8;
constexpr std::size_t k_least_for_choices = 24;

bool is_date(const std::string& text) {
    constexpr std::string_view shape = "0000-00-00";
    return text.size() == shape.size() &&
           std::equal(text.begin(), text.end(), shape.begin(), [](char c, char wanted) {
               return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
           });
}

// The choices of a closed set, or none.
json::Array choices_of(const Examples& strings) {
    std::map<std::string, std::size_t> counts;
    std::vector<std::string> order;
    for (const json::Value* value : strings) {
        if (++counts[value->as_string()] == 1) {
            order.push_back(value->as_string());
        }
        if (order.size() > k_most_choices) {
            return {};
        }
    }
    const bool each_twice = std::all_of(
        counts.begin(), counts.end(), [](const auto& entry) { return entry.second >= 2; });
    if (strings.size() < k_least_for_choices || !each_twice) {
        return {};
    }
    return {order.begin(), order.end()};
}

json::Value schema_at(const Examples& examples, int level);

void add_object(const Examples& objects, int level, json::Value& schema) {
    std::vector<std::string> order;
    std::map<std::string, Examples> values;
    for (const json::Value* object : objects) {
        for (const json::Member& member : object->as_object()) {
            Examples& known = values[member.first];
            if (known.empty()) {
                order.push_back(member.first);
            }
            known.push_back(&member.second);
        }
    }
    json::Value properties = json::Object{};
    json::Value required = json::Array{};
    for (const std::string& name : order) {
        properties.add(name, schema_at(values[name], level + 1));
        if (values[name].size() == objects.size()) {
            required.push(name);
        }
    }
    schema.add("properties", std::move(properties));
    schema.add("required", std::move(required));
    schema.add("additionalProperties", false);
}

void add_strings(const Examples& strings, bool null_too, json::Value& schema) {
    json::Array choices = choices_of(strings);
    if (!choices.empty()) {
        if (null_too) {
            choices.emplace_back(nullptr);
        }
        schema.add("enum", std::move(choices));
    } else if (std::all_of(strings.begin(), strings.end(), [](const json::Value* value) {
                   return is_date(value->as_string());
               })) {
        schema.add("format", "date");
    }
}

json::Value schema_at(const Examples& examples, int level) {
    if (level >= k_most_levels) {
        return json::Object{};
    }
    Examples objects, arrays, strings;
    bool integers = false, fractions = false, booleans = false, nulls = false;
    for (const json::Value* value : examples) {
        if (value->is_object()) {
            objects.push_back(value);
        } else if (value->is_array()) {
            arrays.push_back(value);
        } else if (value->is_string()) {
            strings.push_back(value);
        }
        integers = integers || value->is_int();
        fractions = fractions || (value->is_number() && !value->is_int());
        booleans = booleans || value->is_bool();
        nulls = nulls || value->is_null();
    }
    json::Array types;
    const auto add_type = [&](bool present, const char* name) {
        if (present) {
            types.emplace_back(name);
        }
    };
    add_type(!objects.empty(), "object");
    add_type(!arrays.empty(), "array");
    add_type(!strings.empty(), "string");
    add_type(fractions, "number");
    add_type(integers && !fractions, "integer");
    add_type(booleans, "boolean");
    add_type(nulls, "null");
    // Only ever null: what else it may be is not known.
    if (types.empty() || (types.size() == 1 && nulls)) {
        return json::Object{};
    }
    const bool only_strings = types.size() == (nulls ? 2U : 1U) && !strings.empty();
    json::Value schema = json::Object{};
    schema.add("type", types.size() == 1 ? types.front() : json::Value(types));
    if (!objects.empty()) {
        add_object(objects, level, schema);
    }
    if (!arrays.empty()) {
        Examples items;
        for (const json::Value* array : arrays) {
            for (const json::Value& item : array->as_array()) {
                items.push_back(&item);
            }
        }
        schema.add("items", schema_at(items, level + 1));
    }
    if (only_strings) {
        add_strings(strings, nulls, schema);
    }
    return schema;
}

}  // namespace

json::Value schema_of(const std::vector<const json::Value*>& examples) {
    json::Value schema = json::Object{};
    schema.add("$schema", "https://json-schema.org/draft/2020-12/schema");
    const json::Value shape = schema_at(examples, 0);
    for (const json::Member& member : shape.as_object()) {
        schema.add(member.first, member.second);
    }
    return schema;
}

}  // namespace palier::eval
