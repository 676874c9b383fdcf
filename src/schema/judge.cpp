#include "schema/judge.h"

#include "base/text.h"
#include "lib/json/pointer.h"
#include "schema/uri.h"

#include <algorithm>
#include <unordered_set>

namespace palier::schema {

Type type_of(const json::Value& value) {
    if (value.is_null()) {
        return Type::Null;
    }
    if (value.is_bool()) {
        return Type::Boolean;
    }
    if (value.is_number()) {
        return decimal_of(value).is_integer() ? Type::Integer : Type::Fraction;
    }
    if (value.is_string()) {
        return Type::String;
    }
    return value.is_array() ? Type::Array : Type::Object;
}

Decimal decimal_of(const json::Value& number) {
    return Decimal(json::write(number));
}

namespace {

Type type_for(const Node& node, const json::Value& value) {
    const Type type = type_of(value);
    const bool written_as_fraction = type == Type::Integer && node.integers_as_written &&
                                     json::write(value).find_first_of(".eE") != std::string::npos;
    return written_as_fraction ? Type::Fraction : type;
}

}  // namespace

bool obeys(const Tree& tree, NodeId id, const json::Value& value) {
    return Judge(tree).obeys(id, value);
}

bool Judge::obeys(NodeId id, const json::Value& value) {
    const Node& asked = node(id);
    const std::pair key{id, &value};
    if (asked.reference) {
        if (const auto known = known_.find(key); known != known_.end()) {
            return known->second;
        }
    }
    Failures failures;
    check(asked, value, failures);
    if (asked.reference) {
        known_[key] = failures.all.empty();
    }
    return failures.all.empty();
}

void Judge::explain(NodeId id,
                    const json::Value& value,
                    const std::string& pointer,
                    std::size_t most,
                    std::vector<Violation>& found) {
    Failures failures;
    failures.first_only = false;
    check(node(id), value, failures);
    for (const Failure& failure : failures.all) {
        if (found.size() >= most) {
            return;
        }
        if (failure.inside.empty()) {
            found.push_back({pointer, std::string(failure.keyword), node(id).pointer});
        }
        for (const Part& part : failure.inside) {
            const std::string at = part.is_member ? json::pointer_to(pointer, part.step) : pointer;
            explain(part.node, *part.value, at, most, found);
        }
    }
}

void Judge::check(const Node& node, const json::Value& value, Failures& failures) {
    if (node.always) {
        if (!*node.always) {
            failures.add("false");
        }
        return;
    }
    check_value(node, value, failures);
    if (failures.enough()) {
        return;
    }
    if (value.is_number()) {
        check_number(node, value, failures);
    } else if (value.is_string()) {
        check_string(node, value, failures);
    } else if (value.is_array()) {
        check_array(node, value, failures);
    } else if (value.is_object()) {
        check_object(node, value, failures);
    }
    if (!failures.enough()) {
        check_combinations(node, value, failures);
    }
}

void Judge::check_value(const Node& node, const json::Value& value, Failures& failures) {
    const auto is_value = [&value](const json::Value& one) { return one == value; };
    if (node.types != k_all_types && (node.types & type_for(node, value)) == 0) {
        failures.add("type");
    }
    if (node.values && std::none_of(node.values->begin(), node.values->end(), is_value)) {
        failures.add("enum");
    }
    if (node.constant && !is_value(*node.constant)) {
        failures.add("const");
    }
    if (std::any_of(node.none_of.begin(), node.none_of.end(), is_value)) {
        failures.add("not");
    }
}

void Judge::check_number(const Node& node, const json::Value& value, Failures& failures) {
    if (!node.minimum && !node.maximum && !node.above && !node.below && !node.multiple_of) {
        return;
    }
    const Decimal number = decimal_of(value);
    if (node.minimum && number < *node.minimum) {
        failures.add("minimum");
    }
    if (node.maximum && number > *node.maximum) {
        failures.add("maximum");
    }
    if (node.above && number <= *node.above) {
        failures.add("exclusiveMinimum");
    }
    if (node.below && number >= *node.below) {
        failures.add("exclusiveMaximum");
    }
    if (node.multiple_of && !number.is_multiple_of(*node.multiple_of)) {
        failures.add("multipleOf");
    }
}

void Judge::check_string(const Node& node, const json::Value& value, Failures& failures) {
    const std::string& text = value.as_string();
    if (node.min_length && length_in_characters(text) < *node.min_length) {
        failures.add("minLength");
    }
    if (node.max_length && length_in_characters(text) > *node.max_length) {
        failures.add("maxLength");
    }
    for (const TextPattern& pattern : node.patterns) {
        if (pattern.regex.found_in(text) == pattern.negated) {
            failures.add("pattern");
        }
    }
}

void Judge::check_part(std::string_view keyword, Part part, Failures& failures) {
    if (!failures.enough() && !obeys(part.node, *part.value)) {
        failures.add(keyword, {std::move(part)});
    }
}

void Judge::check_array(const Node& node, const json::Value& value, Failures& failures) {
    const json::Array& elements = value.as_array();
    if (node.min_items && elements.size() < *node.min_items) {
        failures.add("minItems");
    }
    if (node.max_items && elements.size() > *node.max_items) {
        failures.add("maxItems");
    }
    for (std::size_t i = 0; i < elements.size() && !failures.enough(); ++i) {
        if (i < node.first_items.size()) {
            check_part("prefixItems",
                       {node.first_items[i], &elements[i], std::to_string(i), true},
                       failures);
        } else if (node.items) {
            check_part("items", {*node.items, &elements[i], std::to_string(i), true}, failures);
        }
    }
    if (node.contains && !failures.enough()) {
        check_contains(node, value, failures);
    }
    for (std::size_t i = 0; node.unique_items && i < elements.size(); ++i) {
        const auto rest = elements.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (std::find(rest, elements.end(), elements[i]) != elements.end()) {
            failures.add("uniqueItems");
            return;
        }
    }
}

void Judge::check_contains(const Node& node, const json::Value& value, Failures& failures) {
    const json::Array& elements = value.as_array();
    const auto count = static_cast<std::size_t>(std::count_if(
        elements.begin(), elements.end(), [&](const auto& e) { return obeys(*node.contains, e); }));
    if (count < node.min_contains) {
        failures.add("contains");
    }
    if (node.max_contains && count > *node.max_contains) {
        failures.add("maxContains");
    }
}

void Judge::check_object(const Node& node, const json::Value& value, Failures& failures) {
    const json::Object& members = value.as_object();
    if (node.min_properties && members.size() < *node.min_properties) {
        failures.add("minProperties");
    }
    if (node.max_properties && members.size() > *node.max_properties) {
        failures.add("maxProperties");
    }
    for (const std::string& name : node.required) {
        if (value.find(name) == nullptr) {
            failures.add("required");
            break;
        }
    }
    for (const json::Member& member : members) {
        check_member(node, member, failures);
    }
    check_dependencies(node, value, failures);
}

void Judge::check_member(const Node& node, const json::Member& member, Failures& failures) {
    const auto& [name, value] = member;
    bool named = false;
    for (const auto& [property, child] : node.properties) {
        if (property == name) {
            named = true;
            check_part("properties", {child, &value, name, true}, failures);
        }
    }
    for (const auto& [pattern, child] : node.pattern_properties) {
        if (pattern.regex.found_in(name)) {
            named = true;
            check_part("patternProperties", {child, &value, name, true}, failures);
        }
    }
    if (node.additional && !named) {
        check_part("additionalProperties", {*node.additional, &value, name, true}, failures);
    }
    // Names are values of no address that stays, so nothing about them is kept.
    if (node.property_names && !failures.enough() &&
        !schema::obeys(tree_, *node.property_names, json::Value(name))) {
        failures.add("propertyNames");
    }
}

void Judge::check_dependencies(const Node& node, const json::Value& value, Failures& failures) {
    for (const auto& [name, others] : node.dependent_required) {
        if (value.find(name) != nullptr &&
            !std::all_of(others.begin(), others.end(), [&value](const std::string& other) {
                return value.find(other) != nullptr;
            })) {
            failures.add("dependentRequired");
        }
    }
    for (const auto& [name, child] : node.dependent_schemas) {
        if (value.find(name) != nullptr) {
            check_part("dependentSchemas", {child, &value, "", false}, failures);
        }
    }
}

void Judge::check_combinations(const Node& node, const json::Value& value, Failures& failures) {
    if (node.reference) {
        check_part("$ref", {*node.reference, &value, "", false}, failures);
    }
    for (const NodeId child : node.all_of) {
        check_part("allOf", {child, &value, "", false}, failures);
    }
    if (failures.enough()) {
        return;
    }
    const auto obeyed = [&](NodeId child) { return obeys(child, value); };
    if (!node.any_of.empty() && std::none_of(node.any_of.begin(), node.any_of.end(), obeyed)) {
        failures.add("anyOf");
    }
    if (!node.one_of.empty() &&
        std::count_if(node.one_of.begin(), node.one_of.end(), obeyed) != 1) {
        failures.add("oneOf");
    }
    if (node.negated && obeyed(*node.negated)) {
        failures.add("not");
    }
    if (node.condition) {
        const bool met = obeyed(*node.condition);
        const std::optional<NodeId>& branch = met ? node.then : node.otherwise;
        if (branch) {
            check_part(met ? "then" : "else", {*branch, &value, "", false}, failures);
        }
    }
}

}  // namespace palier::schema
